#include "models/ctranslate2/settings.h"

#include "models/json_config.h"

namespace heed::ctranslate2 {
namespace {

constexpr uint32_t kWithConfig = 6;

Settings from_config(const Config& config) {
    if (config.integer_or("quantization_type", 0) != 0) {
        fail(ErrorKind::unsupported, config.name(), ": expected quantization_type 0, numbers and their scales, got ",
             config.integer("quantization_type"));
    }
    Settings out;
    out.unknown = config.string_or("unk_token", out.unknown);
    out.begin = config.string_or("bos_token", out.begin);
    out.end = config.string_or("eos_token", out.end);
    out.decoder_start = config.has("decoder_start_token") ? std::optional(config.string("decoder_start_token")) : std::nullopt;
    out.source_begin = config.boolean_or("add_source_bos", false);
    out.source_end = config.boolean_or("add_source_eos", false);
    return out;
}

Settings from_file(ModelCheckpoint& model) {
    Settings out;
    out.unknown = model.text_setting("unk_token").value_or(out.unknown);
    out.begin = model.text_setting("bos_token").value_or(out.begin);
    out.end = model.text_setting("eos_token").value_or(out.end);
    out.source_begin = model.flag("with_source_bos", false);
    out.source_end = model.flag("with_source_eos", false);
    const bool from_user = model.flag("user_decoder_start_tokens", false), from_begin = model.flag("with_target_bos", true);
    out.decoder_start = from_user ? std::nullopt : std::optional(from_begin ? out.begin : out.end);
    return out;
}

}  // namespace

Settings read_settings(ModelCheckpoint& model) {
    const std::filesystem::path path = model.path().parent_path() / "config.json";
    std::error_code ignored;
    const bool in_config = model.contents().version >= kWithConfig, there = std::filesystem::is_regular_file(path, ignored);
    if (!there) {
        return in_config ? Settings() : from_file(model);
    }
    const Config config = Config::read(path);
    Settings out = in_config ? from_config(config) : from_file(model);
    if (config.has("layer_norm_epsilon")) {
        out.norm_epsilon = config.number("layer_norm_epsilon");
    }
    return out;
}

}  // namespace heed::ctranslate2
