#include "models/ctranslate2/argos.h"

#include "heed.h"
#include "models/json_config.h"

namespace heed::ctranslate2 {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPacked = ".argosmodel";  // a zip archive

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

}  // namespace

bool is_argos(const fs::path& path) {
    return is_there(path) ? path.extension() == kPacked : is_there(path / "metadata.json") && is_there(path / "model" / "model.bin");
}

ArgosPackage read_argos(const fs::path& folder) {
    if (is_there(folder)) {
        fail(ErrorKind::bad_file, folder.string(),
             ": expected the folder of a package, got one that is packed; unzip makes a folder of it");
    }
    const Config metadata = Config::read(folder / "metadata.json");
    if (const std::string type = metadata.string_or("type", "translate"); type != "translate") {
        fail(ErrorKind::unsupported, metadata.name(), ": expected a package of the type translate, got ", type);
    }
    if (!is_there(folder / "sentencepiece.model")) {
        const bool pairs = is_there(folder / "bpe.model");
        fail(pairs ? ErrorKind::unsupported : ErrorKind::bad_file, folder.string(), ": expected sentencepiece.model, got ",
             pairs ? "bpe.model, byte pairs of words as the Moses tokenizer leaves them, which heed does not read" : "none");
    }
    return {.from_code = metadata.string("from_code"),
            .to_code = metadata.string("to_code"),
            .from_name = metadata.string_or("from_name", ""),
            .to_name = metadata.string_or("to_name", ""),
            .version = metadata.string_or("package_version", ""),
            .target_prefix = metadata.string_or("target_prefix", ""),
            .model = folder / "model"};
}

}  // namespace heed::ctranslate2
