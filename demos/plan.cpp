// heed plan: what a model becomes on a device, as text: its graph, the dispatches, where tensors lie, and every barrier.
#include <filesystem>
#include <iostream>

#include "demos/common.h"
#include "models/bert/bert.h"
#include "models/ctranslate2/translation.h"
#include "models/recurrent/recurrent_text.h"
#include "models/sentence/encoder.h"
#include "models/seq2seq/steps.h"
#include "models/shipped.h"
#include "models/transformer/steps.h"
#include "models/vit/vit.h"
#include "reference/case.h"

namespace heed {
namespace {

struct Arguments {
    std::string model = "encoder";
    int64_t words = 12, batch = 1;
    bool attention = false;
    std::string dtype = "f32";
    std::string caps = "device";
    std::vector<std::string> off;
    bool graph = false;
    bool list_passes = false;
    bool list_models = false;
};

// A usual graphics card, made up: for looking at plans where there is no device at all.
Caps made_up_caps() {
    Caps caps;
    caps.device_name = "a made-up GPU";
    caps.type = DeviceType::discrete;
    caps.max_invocations = 1024;
    caps.max_workgroup_size = {1024, 1024, 64};
    caps.shared_bytes = 48 << 10;
    caps.max_storage_buffers = 64;
    caps.max_binding_range = caps.max_buffer = caps.max_allocation = 4ull << 30;
    caps.storage_alignment = 16;
    caps.subgroup_size = caps.min_subgroup_size = caps.max_subgroup_size = 32;
    caps.subgroup_basic = caps.subgroup_vote = caps.subgroup_arithmetic = caps.subgroup_ballot = true;
    caps.subgroup_shuffle = caps.subgroup_shuffle_relative = caps.subgroup_clustered = caps.subgroup_quad = true;
    caps.fp16_storage = caps.fp16_arithmetic = true;
    return caps;
}

// The weights must outlive the graph.
struct Model {
    std::unique_ptr<WeightSource> weights;
    Graph graph;
};

OpKind find_op(std::string_view name, std::string_view model) {
    for (int op = 0; op < kOpCount; ++op) {
        if (kOpNames[op] == name) {
            return static_cast<OpKind>(op);
        }
    }
    fail(ErrorKind::bad_input, "plan: expected a model (heed plan --list-models), got '", model, "'");
}

// "attention" is the first of the op's test cases, "attention/NAME" the one of that name.
Graph case_graph(std::string_view model, DType dtype) {
    const std::string_view op = model.substr(0, model.find('/'));
    const std::vector<reference::Case> cases = reference::op_reference(find_op(op, model)).cases();
    for (const reference::Case& test_case : cases) {
        if (op == model || test_case.name == model.substr(op.size() + 1)) {
            Graph graph;
            test_case.build(graph, dtype);
            return graph;
        }
    }
    fail(ErrorKind::bad_input, "plan: ", op, " has no case '", model.substr(std::min(model.size(), op.size() + 1)), "'");
}

// A step of a translator: the plan that runs again for every token.
Graph step_graph(const TransformerConfig& config, WeightSource& weights, const Arguments& arguments, DType dtype) {
    const SearchMemory memory{
        .sentences = arguments.batch, .source_tokens = arguments.words, .rows = arguments.batch, .tokens = arguments.words};
    return build_step(config, weights, memory,
                      {.rows = arguments.batch, .scores = {.best = 1}, .attention = arguments.attention, .stored = dtype});
}

Model build_checkpoint(const std::filesystem::path& folder, const Arguments& arguments, DType dtype) {
    if (ctranslate2::is_translation(folder)) {
        TranslationModel model = ctranslate2::open_translation(folder);
        Graph graph = step_graph(model.config, *model.weights, arguments, dtype);
        return {.weights = std::move(model.weights), .graph = std::move(graph)};
    }
    std::unique_ptr<Checkpoint> checkpoint = open_checkpoint(folder);
    const Config file = Config::read(folder / "config.json");
    Graph graph;
    if (is_transformer(file)) {
        graph = step_graph(read_transformer_config(file, *checkpoint), *checkpoint, arguments, dtype);
    } else if (is_seq2seq(file)) {
        const Seq2SeqMemory memory{.sentences = arguments.batch, .source_tokens = arguments.words, .rows = arguments.batch};
        graph = build_step(read_seq2seq_config(file, *checkpoint), *checkpoint, memory,
                           {.rows = arguments.batch, .scores = {.best = 1}, .attention = arguments.attention, .stored = dtype});
    } else if (is_recurrent_text(file)) {
        graph =
            build_recurrent_text(read_recurrent_text_config(file, *checkpoint), *checkpoint,
                                 {.batch = arguments.batch, .tokens = arguments.words, .stored = dtype, .attention = arguments.attention});
    } else if (is_bert(file)) {
        graph = build_bert(read_bert_config(file, *checkpoint), *checkpoint,
                           {.batch = arguments.batch, .tokens = arguments.words, .stored = dtype, .attention = arguments.attention});
    } else {
        const VitConfig config = read_vit_config(file, *checkpoint);
        graph = build_vit(config, *checkpoint, {.batch = arguments.batch, .stored = dtype, .attention = arguments.attention});
    }
    return {.weights = std::move(checkpoint), .graph = std::move(graph)};
}

Model build(const Arguments& arguments) {
    const DType dtype = arguments.dtype == "f16" ? DType::f16 : DType::f32;
    if (std::filesystem::is_directory(arguments.model) || arguments.model == "vit") {
        return build_checkpoint(arguments.model == "vit" ? shipped_model("vit-cifar10") : std::filesystem::path(arguments.model), arguments,
                                dtype);
    }
    if (arguments.model != "encoder") {
        return {.weights = nullptr, .graph = case_graph(arguments.model, dtype)};
    }
    const SentenceEncoderShape shape;
    std::unique_ptr<WeightSource> weights = wired_weights(shape.seed);
    Graph graph = build_sentence_encoder(shape, arguments.words, *weights);
    return {.weights = std::move(weights), .graph = std::move(graph)};
}

void print_passes() {
    for (const PassInfo& pass : passes()) {
        std::cout << pass.name << (pass.optional ? " (optional)" : "") << ": " << pass.purpose << "\n";
    }
}

void print_models() {
    std::cout << "encoder: the transformer encoder of heed demo\n"
                 "vit: the model of heed classify\n"
                 "FOLDER: a published checkpoint of a vision transformer, of BERT and its kin, of a translator (the plan of a step), or a\n"
                 "folder of a recurrent model: one that writes (the plan of a step), or that classifies texts\n";
    for (int op = 0; op < kOpCount; ++op) {
        for (const reference::Case& test_case : reference::op_reference(static_cast<OpKind>(op)).cases()) {
            std::cout << kOpNames[op] << "/" << test_case.name << "\n";
        }
    }
}

void run(const CommonOptions& common, const Arguments& arguments) {
    if (arguments.list_passes) {
        return print_passes();
    }
    if (arguments.list_models) {
        return print_models();
    }
    const Model model = build(arguments);
    CompileOptions options;
    options.off.insert(arguments.off.begin(), arguments.off.end());
    const Caps caps = arguments.caps == "default" ? made_up_caps() : open(common).caps();
    const Plan plan = compile(model.graph, caps, options);
    std::cout << (arguments.graph ? plan.graph.text() : plan.text());
}

}  // namespace

void add_plan(CLI::App& app, CommonOptions& common) {
    auto* command = app.add_subcommand("plan", "Print what a model becomes on a device: dispatches, memory, barriers");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("MODEL", arguments->model, "encoder, vit, a checkpoint's folder, an op (its first test case), or OP/CASE")
        ->capture_default_str();
    command->add_option("--words", arguments->words, "Tokens of a sentence")->check(CLI::Range(1, 4096))->capture_default_str();
    command->add_option("--batch", arguments->batch, "Pictures, sentences, or rows of a translator's step")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    command->add_flag("--attention", arguments->attention, "With exact attention maps");
    command->add_option("--dtype", arguments->dtype, "Storage: f32 or f16")->check(CLI::IsMember({"f32", "f16"}))->capture_default_str();
    command->add_option("--caps", arguments->caps, "Plan for the chosen device, or (default) for a made-up one, which needs no driver")
        ->check(CLI::IsMember({"device", "default"}))
        ->capture_default_str();
    command->add_option("--off", arguments->off, "Leave out an optional pass")->type_name("PASS")->expected(1)->take_all();
    command->add_flag("--graph", arguments->graph, "Print the graph as the passes left it, instead");
    command->add_flag("--list-passes", arguments->list_passes, "List the passes");
    command->add_flag("--list-models", arguments->list_models, "List what MODEL may be");
    command->callback([&common, arguments] { run(common, *arguments); });
}

}  // namespace heed
