#include "models/ctranslate2/model_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>

#include "heed.h"
#include "io/json_text.h"

namespace heed::ctranslate2 {
namespace {

namespace fs = std::filesystem;
using io::Element;

static_assert(std::endian::native == std::endian::little, "numbers are taken out of the file as they are");

constexpr uint32_t kOldest = 2, kNewest = 6;
constexpr uint32_t kWithAliases = 3, kWithTypes = 4;  // since these versions
constexpr uint32_t kNoVersion = 1000;                 // what begins with more is another kind of file

// Since version 4 by their place in the list; before that a file tells their sizes, and there is one type of each.
constexpr std::array kTypes{Element::f32, Element::i8, Element::i16, Element::i32, Element::f16, Element::bf16};

std::optional<Element> element_of_type(uint8_t type) {
    return type < kTypes.size() ? std::optional(kTypes.at(type)) : std::nullopt;
}

std::optional<Element> element_of_size(uint8_t bytes) {
    return bytes == 4   ? std::optional(Element::f32)
           : bytes == 2 ? std::optional(Element::i16)
           : bytes == 1 ? std::optional(Element::i8)
                        : std::nullopt;
}

// "encoder/layer_0/ffn" is "encoder.layer.0.ffn" to a model, whose scopes have dots.
std::string with_dots(std::string_view name) {
    std::string out;
    while (true) {
        const size_t length = std::min(name.find('/'), name.size());
        const std::string_view part = name.substr(0, length), number = part.starts_with("layer_") ? part.substr(6) : "";
        const bool numbered = !number.empty() && std::ranges::all_of(number, [](unsigned char c) { return std::isdigit(c) != 0; });
        out += numbered ? "layer." + std::string(number) : std::string(part);
        if (length == name.size()) {
            return out;
        }
        out += '.';
        name.remove_prefix(length + 1);
    }
}

// Where in the file the reader is; nothing is taken that is not there.
class Cursor {
public:
    Cursor(std::span<const std::byte> bytes, std::string file) : bytes_(bytes), file_(std::move(file)) {}

    template <typename T>
    T number(std::string_view what) {
        T value{};
        std::memcpy(&value, take(sizeof value, what).data(), sizeof value);
        return value;
    }

    // Its length with the NUL that ends it, then both.
    std::string name(std::string_view what) {
        const size_t length = number<uint16_t>(what);
        const size_t begin = at_;
        const std::span<const std::byte> bytes = take(length, what);
        std::string out(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (out.empty() || out.find('\0') != out.size() - 1) {
            refuse("expected ", what, " of ", length, " bytes at byte ", begin, " with a NUL at its end, got '", io::readable(out), "'");
        }
        out.pop_back();
        return out;
    }

    std::span<const std::byte> take(uint64_t count, std::string_view what) {
        if (count > bytes_.size() - at_) {
            refuse("expected ", count, " bytes for ", what, " at byte ", at_, ", got a file of ", bytes_.size());
        }
        const std::span<const std::byte> out = bytes_.subspan(at_, count);
        at_ += count;
        return out;
    }

    size_t left() const { return bytes_.size() - at_; }

    template <typename... Parts>
    [[noreturn]] void refuse(const Parts&... parts) const {
        fail(ErrorKind::bad_file, file_, ": ", parts...);
    }

private:
    std::span<const std::byte> bytes_;
    std::string file_;
    size_t at_ = 0;
};

// The bytes that so many elements take, or nothing when 63 bits cannot count them.
std::optional<uint64_t> bytes_needed(Element element, const std::vector<int64_t>& shape) {
    auto bytes = static_cast<int64_t>(io::bits_of(element) / 8);
    for (const int64_t size : shape) {
        if (__builtin_mul_overflow(bytes, size, &bytes)) {
            return std::nullopt;
        }
    }
    return static_cast<uint64_t>(bytes);
}

io::TensorEntry read_tensor(Cursor& cursor, uint32_t version) {
    io::TensorEntry out;
    out.name = with_dots(cursor.name("a tensor's name"));
    const std::string quoted = "'" + io::readable(out.name) + "'";
    for (uint8_t rank = cursor.number<uint8_t>(quoted); rank > 0; --rank) {
        out.shape.push_back(cursor.number<uint32_t>(quoted));
    }
    const auto type = cursor.number<uint8_t>(quoted);
    const std::optional<Element> element = version >= kWithTypes ? element_of_type(type) : element_of_size(type);
    if (!element) {
        cursor.refuse("expected ", quoted, " to have ",
                      version >= kWithTypes ? text("a type from 0 to ", kTypes.size() - 1) : std::string("elements of 1, 2 or 4 bytes"),
                      ", got ", static_cast<int>(type));
    }
    out.element = *element;
    const uint64_t count = cursor.number<uint32_t>(quoted), bytes = version >= kWithTypes ? count : count * type;
    const std::optional<uint64_t> needed = bytes_needed(*element, out.shape);
    if (needed != bytes) {
        cursor.refuse("expected ", quoted, " ", to_string(*element), io::readable(io::to_string(out.shape)), " to be ",
                      needed ? text(*needed, " bytes") : std::string("bytes that 63 bits can count"), ", got ", bytes);
    }
    out.bytes = cursor.take(bytes, quoted);
    return out;
}

std::vector<io::TensorEntry> read_tensors(Cursor& cursor, uint32_t version) {
    std::vector<io::TensorEntry> out;
    std::set<std::string, std::less<>> names;
    for (auto left = cursor.number<uint32_t>("the number of tensors"); left > 0; --left) {
        out.push_back(read_tensor(cursor, version));
        if (!names.insert(out.back().name).second) {
            cursor.refuse("expected one tensor '", io::readable(out.back().name), "', got two");
        }
    }
    return out;
}

Aliases read_aliases(Cursor& cursor, const std::vector<io::TensorEntry>& tensors) {
    std::set<std::string_view> names;
    for (const io::TensorEntry& tensor : tensors) {
        names.insert(tensor.name);
    }
    Aliases out;
    for (auto left = cursor.number<uint32_t>("the number of aliases"); left > 0; --left) {
        const std::string alias = with_dots(cursor.name("an alias")), name = with_dots(cursor.name("what an alias stands for"));
        const auto other = out.find(name);
        const std::string stored = other != out.end() ? other->second : name;
        if (!names.contains(stored)) {
            cursor.refuse("expected the alias '", io::readable(alias), "' to stand for a tensor, got '", io::readable(name), "'");
        }
        if (names.contains(alias) || !out.emplace(alias, stored).second) {
            cursor.refuse("expected one tensor '", io::readable(alias), "', got two");
        }
    }
    return out;
}

}  // namespace

ModelContents read_contents(std::span<const std::byte> file, const std::string& name) {
    ModelContents out;
    Cursor cursor(file, name);
    out.version = cursor.number<uint32_t>("the binary version");
    if (out.version < kOldest || out.version > kNewest) {
        fail(out.version < kNoVersion ? ErrorKind::unsupported : ErrorKind::bad_file, name,
             ": expected a CTranslate2 model of binary version ", kOldest, " to ", kNewest, ", got ", out.version);
    }
    out.spec = cursor.name("the kind of model");
    out.revision = cursor.number<uint32_t>("the revision");
    out.tensors = read_tensors(cursor, out.version);
    if (out.version >= kWithAliases) {
        out.aliases = read_aliases(cursor, out.tensors);
    }
    if (cursor.left() > 0) {
        cursor.refuse("expected the file to end behind the last ", out.version >= kWithAliases ? "alias" : "tensor", ", got ",
                      cursor.left(), " bytes more");
    }
    return out;
}

ModelFile ModelFile::open(const fs::path& path) {
    io::MappedFile mapped(path);
    ModelContents contents = read_contents(mapped.bytes(), path.string());
    return {.path = path, .mapped = std::move(mapped), .contents = std::move(contents)};
}

bool is_ctranslate2(const fs::path& path) {
    std::error_code ignored;
    const fs::path file = fs::is_directory(path, ignored) ? path / "model.bin" : path;
    if (file.extension() != ".bin" || !fs::is_regular_file(file, ignored)) {
        return false;
    }
    std::ifstream in(file, std::ios::binary);
    uint32_t version = 0;
    return in.read(reinterpret_cast<char*>(&version), sizeof version) && version > 0 && version < kNoVersion;
}

}  // namespace heed::ctranslate2
