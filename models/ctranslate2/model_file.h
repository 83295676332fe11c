#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "io/safetensors.h"

namespace heed::ctranslate2 {

using Aliases = std::map<std::string, std::string, std::less<>>;  // another name of a tensor, and its own

// What a CTranslate2 model.bin holds, binary versions 2 to 6. Names are those of the file with dots for its slashes, and layer.3 for its
// layer_3.
struct ModelContents {
    uint32_t version = 0;
    std::string spec;       // which kind of model: "TransformerSpec"
    uint32_t revision = 0;  // of the spec
    std::vector<io::TensorEntry> tensors;
    Aliases aliases;
};

// Reads the headers alone, and believes none of them: throws bad_file naming the file, the tensor and the two numbers that disagree,
// unsupported for another binary version.
ModelContents read_contents(std::span<const std::byte> file, const std::string& name);

// Such a file, mapped: its tensors are handed out as they lie there.
struct ModelFile {
    std::filesystem::path path;
    io::MappedFile mapped;
    ModelContents contents;

    static ModelFile open(const std::filesystem::path& path);
};

// Whether this is such a file, called something.bin, or a folder with one called model.bin; looks at no more than its first four bytes.
bool is_ctranslate2(const std::filesystem::path& path);

}  // namespace heed::ctranslate2
