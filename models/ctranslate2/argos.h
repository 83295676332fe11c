#pragma once

#include <filesystem>
#include <string>

namespace heed::ctranslate2 {

// A package of Argos Translate, unpacked: metadata.json, a CTranslate2 model in model/, and a SentencePiece model for both languages.
struct ArgosPackage {
    std::string from_code, to_code;  // "en", "es"
    std::string from_name, to_name;  // "English"; empty where the package says none
    std::string version;             // of the package
    std::string target_prefix;       // the token that tells a model of many languages which to write; empty: none
    std::filesystem::path model;     // the folder of model.bin
};

bool is_argos(const std::filesystem::path& path);  // such a folder, or what is still packed

// Throws bad_file for a package that is still packed, unsupported for a package that does something else than translate, or whose tokens
// are cut by subword-nmt's byte pairs.
ArgosPackage read_argos(const std::filesystem::path& folder);

}  // namespace heed::ctranslate2
