// BERT, RoBERTa and DistilBERT as Hugging Face's configuration classes describe them. What a file leaves out has the class's default.
#include "models/bert/config.h"

#include <algorithm>

#include "models/activation_name.h"
#include "models/label_names.h"
#include "models/model_scope.h"

namespace heed {
namespace {

// Where the families differ before a config file says anything.
struct Family {
    std::string type;  // model_type, and the scope of the bare model
    std::string title;
    bool distilled = false;      // other words in the config file, other tensor names, no segments
    bool after_padding = false;  // positions are counted from behind the padding's id
    int64_t words = 30522;
};

const Family kFamilies[] = {
    {.type = "bert", .title = "BERT"},
    {.type = "roberta", .title = "RoBERTa", .after_padding = true, .words = 50265},
    {.type = "distilbert", .title = "DistilBERT", .distilled = true},
};

const Family& find_family(const Config& config) {
    const std::string type = config.string_or("model_type", "");
    const auto* const found = std::ranges::find(kFamilies, type, &Family::type);
    if (found == std::end(kFamilies)) {
        config.refuse("model_type", "bert, roberta or distilbert");
    }
    return *found;
}

nn::EncoderShape read_encoder(const Config& config, const Family& family) {
    const bool distilled = family.distilled;
    const int64_t channels = config.integer_or(distilled ? "dim" : "hidden_size", 768, {1, 1 << 16});
    const char* const heads_key = distilled ? "n_heads" : "num_attention_heads";
    const int64_t heads = config.integer_or(heads_key, 12, {1, 1024});
    if (channels % heads != 0) {
        config.refuse(heads_key, text("a divisor of the ", channels, " channels"));
    }
    return {.layers = static_cast<int>(config.integer_or(distilled ? "n_layers" : "num_hidden_layers", distilled ? 6 : 12, {1, 1024})),
            .attention = {.channels = channels, .heads = static_cast<int>(heads)},
            .feed_forward = {.channels = channels,
                             .hidden = config.integer_or(distilled ? "hidden_dim" : "intermediate_size", 3072, {1, 1 << 18}),
                             .activation = read_activation(config, distilled ? "activation" : "hidden_act")},
            .norm = {.channels = channels, .epsilon = distilled ? 1e-12 : config.number_or("layer_norm_eps", 1e-12)},
            .norms = nn::NormPlace::after};
}

nn::EncoderNames encoder_names(const Family& family) {
    nn::EncoderNames names{.feed_forward = "", .last_norm = ""};
    if (family.distilled) {
        names.layers = "transformer.layer";
        names.attention_norm = "sa_layer_norm", names.feed_forward_norm = "output_layer_norm";
        names.in_attention = {.query = "q_lin", .key = "k_lin", .value = "v_lin", .out = "out_lin", .packed = ""};
        names.in_feed_forward = {.up = "ffn.lin1", .down = "ffn.lin2"};
        return names;
    }
    names.layers = "encoder.layer";
    names.attention_norm = "attention.output.LayerNorm", names.feed_forward_norm = "output.LayerNorm";
    names.in_attention = {.query = "self.query", .key = "self.key", .value = "self.value", .out = "output.dense", .packed = ""};
    names.in_feed_forward = {.up = "intermediate.dense", .down = "output.dense"};
    return names;
}

bool announces(const Config& config, std::string_view ending) {
    if (!config.has("architectures")) {
        return false;
    }
    return std::ranges::any_of(config.strings("architectures"), [&](const std::string& name) { return name.ends_with(ending); });
}

// The last matrix is the word embeddings, unless the checkpoint brings one of its own.
BertHead masked_words(const Config& config, const Checkpoint& checkpoint, const Family& family, const BertConfig& bert) {
    BertHead head{.activation = bert.encoder.feed_forward.activation, .weight = bert.names.words, .outputs = bert.words};
    std::string own;
    if (family.distilled) {
        head.dense = "vocab_transform", head.norm = "vocab_layer_norm", head.bias = "vocab_projector.bias";
        own = "vocab_projector.weight";
    } else if (family.type == "roberta") {
        head.activation = Activation::gelu;  // whatever the config file says
        head.dense = "lm_head.dense", head.norm = "lm_head.layer_norm", head.bias = "lm_head.bias";
        own = "lm_head.decoder.weight";
    } else {
        const std::string scope = "cls.predictions.";
        head.dense = scope + "transform.dense", head.norm = scope + "transform.LayerNorm", head.bias = scope + "bias";
        own = scope + "decoder.weight";
    }
    const bool tied = config.boolean_or("tie_word_embeddings", true);
    head.weight = !tied && checkpoint.has(own) ? own : head.weight;
    return head;
}

BertHead classifier(const Family& family, const std::string& scope, int64_t labels) {
    BertHead head{.weight = "classifier.weight", .bias = "classifier.bias", .first_token = true, .outputs = labels};
    if (family.distilled) {
        head.dense = "pre_classifier", head.activation = Activation::relu;
    } else if (family.type == "roberta") {
        head.dense = "classifier.dense", head.activation = Activation::tanh;
        head.weight = "classifier.out_proj.weight", head.bias = "classifier.out_proj.bias";
    } else {
        head.dense = scope + "pooler.dense", head.activation = Activation::tanh;
    }
    return head;
}

// As the published text-classification pipeline reads them.
LabelScores read_scores(const Config& config, size_t labels) {
    const std::string type = config.string_or("problem_type", labels == 1 ? "" : "single_label_classification");
    return type == "regression" ? LabelScores::plain : type == "single_label_classification" ? LabelScores::softmax : LabelScores::sigmoid;
}

void read_task(const Config& config, const Checkpoint& checkpoint, const Family& family, const std::string& scope, BertConfig& bert) {
    BertHead words = masked_words(config, checkpoint, family, bert);
    if (checkpoint.has("qa_outputs.weight")) {
        bert.task = BertTask::answer;
        bert.head = {.weight = "qa_outputs.weight", .bias = "qa_outputs.bias", .outputs = 2};
    } else if (checkpoint.has("classifier.weight") || checkpoint.has("classifier.out_proj.weight")) {
        bert.labels = read_label_names(config);
        bert.scores = read_scores(config, bert.labels.size());
        const auto count = static_cast<int64_t>(bert.labels.size());
        const bool each = announces(config, "ForTokenClassification");
        bert.task = each ? BertTask::classify_tokens : BertTask::classify;
        bert.head =
            each ? BertHead{.weight = "classifier.weight", .bias = "classifier.bias", .outputs = count} : classifier(family, scope, count);
    } else if (checkpoint.has(words.bias)) {
        bert.task = BertTask::masked_words;
        bert.head = std::move(words);
    }
}

}  // namespace

bool is_bert(const Config& config) {
    return std::ranges::find(kFamilies, config.string_or("model_type", ""), &Family::type) != std::end(kFamilies);
}

BertConfig read_bert_config(const Config& config, const Checkpoint& checkpoint) {
    const Family& family = find_family(config);
    if (config.string_or("position_embedding_type", "absolute") != "absolute") {
        config.refuse("position_embedding_type", "absolute");
    }
    BertConfig bert;
    bert.family = family.title;
    bert.words = config.integer_or("vocab_size", family.words, {1, 1 << 24});
    bert.positions = config.integer_or("max_position_embeddings", 512, {1, 1 << 20});
    bert.types = family.distilled ? 0 : config.integer_or("type_vocab_size", 2, {0, 1 << 16});
    bert.first_position = family.after_padding ? config.integer_or("pad_token_id", 1, {0, 1 << 20}) + 1 : 0;
    if (bert.longest() < 1) {
        config.refuse("max_position_embeddings", text("more than the ", bert.first_position, " that no token has"));
    }
    bert.encoder = read_encoder(config, family);

    const std::string scope = find_model_scope(config, checkpoint, family.type, "embeddings.word_embeddings.weight"),
                      embeddings = scope + "embeddings.";
    bert.names = {.words = embeddings + "word_embeddings.weight",
                  .positions = embeddings + "position_embeddings.weight",
                  .types = bert.types > 0 ? embeddings + "token_type_embeddings.weight" : "",
                  .norm = embeddings + "LayerNorm",
                  .encoder = scope.empty() ? "" : family.type,
                  .in_encoder = encoder_names(family)};
    if (checkpoint.has(bert.names.norm + ".gamma")) {  // as the first published ones have it
        bert.encoder.norm.weight = "gamma", bert.encoder.norm.bias = "beta";
    }
    read_task(config, checkpoint, family, scope, bert);
    return bert;
}

}  // namespace heed
