// The post-processors and decoders of a tokenizer.json.
#include <memory>

#include "models/text/pattern.h"
#include "models/text/pre_tokenizer.h"
#include "models/text/tokenizer_json.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

PostProcessor processor_sequence(const Section& section) {
    return in_turn(read_each(section.at("processors"), read_post_processor));
}

Named read_named(const Section& section) {
    const std::vector<Section> both = section.items();
    if (both.size() != 2) {
        section.refuse("a token and its id");
    }
    return {both[0].text(), both[1].whole()};
}

PostProcessor bert_processor(const Section& section) {
    return bert_processing(read_named(section.at("cls")), read_named(section.at("sep")));
}

PostProcessor roberta_processor(const Section& section) {
    PostProcessor around = roberta_processing(read_named(section.at("cls")), read_named(section.at("sep")));
    return section.flag("trim_offsets", true) ? in_turn({trim_offsets(section.flag("add_prefix_space", true)), around}) : around;
}

PostProcessor byte_level_processor(const Section& section) {
    return section.flag("trim_offsets", true) ? trim_offsets(section.flag("add_prefix_space", true))
                                              : in_turn(std::vector<PostProcessor>{});
}

TemplatePart read_special(const Section& token, int32_t type_id) {
    TemplatePart out{.ids = {}, .tokens = {}, .type_id = type_id};
    for (const Section& id : token.at("ids").items()) {
        out.ids.push_back(id.whole());
    }
    for (const Section& name : token.at("tokens").items()) {
        out.tokens.push_back(name.text());
    }
    if (out.ids.size() != out.tokens.size()) {
        token.refuse("as many ids as tokens");
    }
    return out;
}

Template read_template(const Section& list, const Section& special) {
    Template out;
    for (const Section& part : list.items()) {
        if (part.has("SpecialToken")) {
            const Section token = part.at("SpecialToken");
            out.push_back(read_special(special.at(token.at("id").text()), token.at("type_id").whole()));
        } else if (part.has("Sequence")) {
            const Section text = part.at("Sequence");
            const std::string name = text.at("id").text();
            if (name != "A" && name != "B") {
                text.at("id").refuse("A or B");
            }
            out.push_back(
                {.text = static_cast<int8_t>(name == "B" ? 1 : 0), .ids = {}, .tokens = {}, .type_id = text.at("type_id").whole()});
        } else {
            part.unsupported("a SpecialToken or a Sequence");
        }
    }
    return out;
}

PostProcessor template_processor(const Section& section) {
    const Template single = read_template(section.at("single"), section.at("special_tokens"));
    for (const TemplatePart& part : single) {
        if (part.text == 1) {
            section.at("single").refuse("a template of one text");
        }
    }
    return template_processing(single, section.has("pair") ? read_template(section.at("pair"), section.at("special_tokens")) : Template{});
}

constexpr Reader<PostProcessor> kProcessors[] = {
    {"Sequence", processor_sequence},         {"TemplateProcessing", template_processor}, {"BertProcessing", bert_processor},
    {"RobertaProcessing", roberta_processor}, {"ByteLevel", byte_level_processor},
};

TokenDecoder decoder_sequence(const Section& section) {
    return in_turn(read_each(section.at("decoders"), read_decoder));
}

TokenDecoder word_piece(const Section& section) {
    return word_piece_decoder(section.text("prefix", "##"), section.flag("cleanup", true));
}

TokenDecoder byte_level(const Section&) {
    return byte_level_decoder();
}

TokenDecoder metaspace(const Section& section) {
    const Metaspace how = read_metaspace(section);
    return metaspace_decoder(how.replacement, how.prepend != PrependScheme::never);
}

TokenDecoder suffix(const Section& section) {
    return suffix_decoder(section.text("suffix", "</w>"));
}

TokenDecoder byte_fallback(const Section&) {
    return byte_fallback_decoder();
}

TokenDecoder fuse(const Section&) {
    return fuse_decoder();
}

TokenDecoder strip(const Section& section) {
    return strip_decoder(section.at("content").character(), static_cast<size_t>(section.at("start").whole()),
                         static_cast<size_t>(section.at("stop").whole()));
}

std::string replaced(const std::string& token, const Pattern& pattern, const std::string& by) {
    const std::u32string codes = decode_utf8(token);
    std::string out;
    for (const Run& run : pattern.runs(codes)) {
        out += run.delimiter ? by : encode_utf8(std::u32string_view(codes).substr(run.begin, run.end - run.begin));
    }
    return out;
}

TokenDecoder replace(const Section& section) {
    const auto pattern = std::make_shared<const Pattern>(read_pattern(section.at("pattern")));
    const auto each = [pattern, by = section.at("content").text()](const std::string& token) { return replaced(token, *pattern, by); };
    return [each](std::vector<std::string>& tokens) {
        for (std::string& token : tokens) {
            token = each(token);
        }
    };
}

constexpr Reader<TokenDecoder> kDecoders[] = {
    {"Sequence", decoder_sequence},
    {"WordPiece", word_piece},
    {"ByteLevel", byte_level},
    {"Metaspace", metaspace},
    {"BPEDecoder", suffix},
    {"ByteFallback", byte_fallback},
    {"Fuse", fuse},
    {"Strip", strip},
    {"Replace", replace},
};

}  // namespace

PostProcessor read_post_processor(const Section& section) {
    return read_by_type(section, kProcessors);
}

TokenDecoder read_decoder(const Section& section) {
    return read_by_type(section, kDecoders);
}

}  // namespace heed::tokens
