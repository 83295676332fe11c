#include "io/safetensors.h"

#include <doctest/doctest.h>

#include <cstring>
#include <random>

#include "io/safetensors_header.h"
#include "support/folder.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::contents;
using tests::Folder;
using tests::sentence;

std::span<const std::byte> bytes_of(const std::string& s) {
    return std::as_bytes(std::span(s.data(), s.size()));
}

// A file with this header and so many bytes behind it.
std::string file_of(const std::string& header, size_t data_bytes = 0) {
    const uint64_t length = header.size();
    std::string out(sizeof length, '\0');
    std::memcpy(out.data(), &length, sizeof length);
    return out + header + std::string(data_bytes, 'd');
}

std::string length_of(uint64_t length) {
    std::string out(sizeof length, '\0');
    std::memcpy(out.data(), &length, sizeof length);
    return out;
}

// A header with one tensor 'a'.
std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return "{\"a\":{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
}

std::string two(const std::string& offsets_of_a, const std::string& offsets_of_b) {
    return "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" + offsets_of_a +
           "},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" + offsets_of_b + "}}";
}

std::string refusal(const std::string& file) {
    return sentence(ErrorKind::bad_file, [&] { io::check_tensors(bytes_of(file), "t.safetensors"); });
}

struct Lie {
    std::string file, answer;
};

const std::vector<Lie>& lies_of_length() {
    static const std::vector<Lie> lies{
        {"", "expected 8 bytes that tell the header's length, got a file of 0"},
        {"1234567", "got a file of 7"},
        {length_of(100'000'001), "expected a safetensors header of at most 100000000 bytes, got a length of 100000001"},
        {length_of(~0ull), "got a length of 18446744073709551615"},
        {length_of(3) + "{}", "expected a header of 3 bytes, got a file with 2 behind the length"},
        {length_of(100'000'000) + "{}", "expected a header of 100000000 bytes, got a file with 2"},
        {file_of(""), "expected the header to begin with '{', got none"},
        {file_of("[1]"), "expected the header to begin with '{', got '['"},
        {file_of("\xEF\xBB\xBF{}"), "expected the header to begin with '{'"},
        {"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "got the pointer that git leaves in their place"},
    };
    return lies;
}

const std::vector<Lie>& lies_of_form() {
    static const std::vector<Lie> lies{
        {file_of("{"), "expected the header to be JSON, got a parse error at line 1"},
        {file_of("{\"a\xff\":1}"), "ill-formed UTF-8"},
        {file_of("{} x"), "expected the header to be JSON"},
        {file_of("{\"a\":1}"), "expected 'a' to be an object, got 1"},
        {file_of("{\"a\":\"b\"}"), "expected 'a' to be an object, got 'b'"},
        {file_of("{\"a\":[]}"), "expected 'a' to be an object, got a list"},
        {file_of("{\"a\":null}"), "expected 'a' to be an object, got null"},
        {file_of("{\"a\":{}}"), "expected dtype, shape and data_offsets for 'a', got no dtype"},
        {file_of("{\"a\":{\"dtype\":\"U8\",\"shape\":[]}}"), "for 'a', got no data_offsets"},
        {file_of("{\"a\":{\"strides\":[1]}}"), "expected dtype, shape and data_offsets for 'a', got 'strides'"},
        {file_of("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"F32\"}}"), "expected one dtype for 'a', got two"},
        {file_of("{\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"}}"), "expected one x for '__metadata__', got two"},
        {file_of("{\"__metadata__\":{},\"__metadata__\":{}}"), "expected one __metadata__, got two"},
        {file_of("{\"__metadata__\":{\"x\":1}}"), "expected 'x' of the metadata to be text, got 1"},
        {file_of("{\"__metadata__\":{\"x\":{}}}"), "expected 'x' of the metadata to be text, got an object"},
        {file_of(one("7", "[]", "[0,1]")), "expected the dtype of 'a' to be text, got 7"},
        {file_of(one("[]", "[]", "[0,1]")), "expected the dtype of 'a' to be text, got a list"},
        {file_of(one("\"U8\"", "4", "[0,4]"), 4), "expected the shape of 'a' to be a list of whole numbers, got 4"},
        {file_of(one("\"U8\"", "[-4]", "[0,4]"), 4), "expected the shape of 'a' to be a list of whole numbers, got -4"},
        {file_of(one("\"U8\"", "[4.0]", "[0,4]"), 4), "expected the shape of 'a' to be a list of whole numbers, got 4.0"},
        {file_of(one("\"U8\"", "[true]", "[0,4]"), 4), "expected the shape of 'a' to be a list of whole numbers, got true"},
        {file_of(one("\"U8\"", "[[4]]", "[0,4]"), 4), "expected the shape of 'a' to be a list of whole numbers, got a list"},
        {file_of(one("\"U8\"", "{}", "[0,4]"), 4), "expected the shape of 'a' to be a list of whole numbers, got an object"},
        {file_of(one("\"U8\"", "[9223372036854775808]", "[0,4]"), 4), "got 9223372036854775808"},
        {file_of(one("\"U8\"", "[4]", "\"0,4\""), 4), "expected the data_offsets of 'a' to be a list of whole numbers, got '0,4'"},
        {file_of(one("\"U8\"", "[4]", "[0,1e999]"), 4), "number overflow"},
        {file_of("{\"a\":" + std::string(1000, '[')), "expected 'a' to be an object, got a list"},
    };
    return lies;
}

const std::vector<Lie>& lies_of_place() {
    std::string long_shape = "[1";
    for (int i = 0; i < 500; ++i) {
        long_shape += ",1";
    }
    long_shape += "]";
    static const std::vector<Lie> lies{
        {file_of(one("\"F12\"", "[4]", "[0,4]"), 4), "expected 'a' to have a dtype like F32, got 'F12'"},
        {file_of(one("\"f32\"", "[1]", "[0,4]"), 4), "got 'f32'"},
        {file_of(one("\"U8\"", "[4]", "[0]"), 4), "expected two data_offsets for 'a', got 1"},
        {file_of(one("\"U8\"", "[4]", "[0,4,8]"), 4), "expected two data_offsets for 'a', got 3"},
        {file_of(one("\"U8\"", "[4]", "[0,5]"), 4), "expected 'a' to lie in the 4 bytes behind the header, got data_offsets [0,5]"},
        {file_of(one("\"U8\"", "[4]", "[8,4]"), 8), "got data_offsets [8,4]"},
        {file_of(one("\"U8\"", "[4]", "[9223372036854775804,9223372036854775807]"), 4), "expected 'a' to lie in the 4 bytes"},
        {file_of(one("\"F32\"", "[2,3]", "[0,20]"), 20), "expected 24 bytes for 'a' F32[2,3], got 20, data_offsets [0,20]"},
        {file_of(one("\"F32\"", "[1152921504606846976]", "[0,4]"), 4), "to be a whole number of bytes that 63 bits can count"},
        {file_of(one("\"U8\"", "[1073741824,1073741824,1073741824]", "[0,4]"), 4), "'a' U8[1073741824,1073741824,1073741824] to be"},
        {file_of(one("\"U8\"", "[1152921504606846975]", "[0,4]"), 4), "expected 1152921504606846975 bytes for 'a'"},
        {file_of(one("\"U8\"", "[4611686018427387904,4,0]", "[0,0]")), "that 63 bits can count"},
        {file_of(one("\"F4\"", "[3]", "[0,1]"), 1), "expected 'a' F4[3] to be a whole number of bytes"},
        {file_of(one("\"U8\"", long_shape, "[0,4]"), 4), "expected 1 bytes for 'a' U8[1,1,1"},
        {file_of(two("[0,4]", "[2,6]"), 6), "expected 'b' to begin at byte 4, where 'a' ends, got 2"},
        {file_of(two("[0,4]", "[5,9]"), 9), "expected 'b' to begin at byte 4, where 'a' ends, got 5"},
        {file_of(two("[0,4]", "[0,4]"), 4), "expected 'b' to begin at byte 4, where 'a' ends, got 0"},
        {file_of(two("[6,10]", "[2,6]"), 10), "expected 'b' to begin at byte 0 as the first, got 2"},
        {file_of(two("[0,4]", "[4,8]"), 9), "expected 8 bytes behind the header, where the last tensor ends, got 9"},
        {file_of("{}", 1), "expected 0 bytes behind the header, where the last tensor ends, got 1"},
        {file_of("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,"
                 "1]}}",
                 1),
         "expected one tensor 'a', got two"},
    };
    return lies;
}

std::vector<float> floats_of(const io::TensorEntry& tensor) {
    std::vector<float> out(tensor.bytes.size() / sizeof(float));
    std::memcpy(out.data(), tensor.bytes.data(), tensor.bytes.size());
    return out;
}

// Anything may be refused, if in a sentence; what is accepted lies in the file.
void survive(const std::string& file) {
    try {
        for (const io::TensorEntry& tensor : io::check_tensors(bytes_of(file), "t").tensors) {
            const bool inside = tensor.bytes.empty() || (tensor.bytes.data() >= bytes_of(file).data() &&
                                                         tensor.bytes.data() + tensor.bytes.size() <= bytes_of(file).data() + file.size());
            CHECK_UNARY(inside);
        }
    } catch (const Error& error) {
        CHECK_UNARY(error.kind == ErrorKind::bad_file);
        CHECK_MESSAGE(std::strlen(error.what()) < 400, std::string(error.what()));
    }
}

}  // namespace

TEST_SUITE("io") {
    TEST_CASE("safetensors: what is written is read, and lies in the map") {
        const Folder folder;
        const std::vector<float> matrix{1, 2, 3, 4, 5, 6}, scalar{7};
        const std::string odd = "abc";
        const std::vector<io::TensorEntry> tensors{
            {"odd", io::Element::u8, {3}, bytes_of(odd)},
            {"layer.0/\"w\"", io::Element::f32, {2, 3}, std::as_bytes(std::span(matrix))},
            {"scalar", io::Element::f32, {}, std::as_bytes(std::span(scalar))},
            {"none", io::Element::f64, {4, 0, 2}, {}},
        };
        io::write_safetensors(folder.path / "t.safetensors", tensors, {{"format", "pt"}, {"made by", "a test"}});
        const io::SafeTensors opened = io::SafeTensors::open(folder.path / "t.safetensors");
        const io::SafeTensors& file = opened;
        CHECK(file.metadata() == io::Metadata{{"format", "pt"}, {"made by", "a test"}});
        std::vector<std::string> names;
        for (const io::TensorEntry& tensor : file.tensors()) {
            names.push_back(tensor.name);
        }
        CHECK(names == std::vector<std::string>{"none", "layer.0/\"w\"", "scalar", "odd"});
        REQUIRE(file.find("layer.0/\"w\"") != nullptr);
        CHECK(file.find("layer.0/\"w\"")->shape == std::vector<int64_t>{2, 3});
        CHECK(floats_of(*file.find("layer.0/\"w\"")) == matrix);
        CHECK(reinterpret_cast<uintptr_t>(file.find("layer.0/\"w\"")->bytes.data()) % sizeof(float) == 0);
        CHECK(file.find("scalar")->shape.empty());
        CHECK(floats_of(*file.find("scalar")) == scalar);
        CHECK(file.find("none")->bytes.empty());
        CHECK(file.find("odd")->element == io::Element::u8);
        CHECK(file.find("layer") == nullptr);
        CHECK(file.find("zzz") == nullptr);
    }

    TEST_CASE("safetensors: as other programs write them: any order, spaces behind, tensors at odd bytes") {
        const std::string header = R"({"b":{"data_offsets":[1,5],"shape":[1],"dtype":"F32"}, "a":{"dtype":"I8","shape":[1,1],)"
                                   R"("data_offsets":[0,1]}})"
                                   "  \n";
        const std::string good = file_of(header, 5);
        CHECK(contains(refusal(file_of(" " + header, 5)), "begin with '{', got ' '"));
        const io::CheckedTensors checked = io::check_tensors(bytes_of(good), "t");
        REQUIRE(checked.tensors.size() == 2);
        CHECK(checked.tensors[0].name == "a");
        CHECK(checked.tensors[1].bytes.data() == bytes_of(good).data() + good.size() - 4);
        CHECK(io::check_tensors(bytes_of(file_of("{}")), "t").tensors.empty());
    }

    TEST_CASE("safetensors: every dtype has its name and size") {
        size_t known = 0;
        for (const auto& [name, bits] : std::map<std::string, uint64_t>{
                 {"F64", 64},    {"F32", 32},    {"F16", 16}, {"BF16", 16},   {"I64", 64},    {"I32", 32},   {"I16", 16},
                 {"I8", 8},      {"U64", 64},    {"U32", 32}, {"U16", 16},    {"U8", 8},      {"BOOL", 8},   {"C64", 64},
                 {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F4", 4},   {"F8_E8M0", 8}, {"F6_E2M3", 6}, {"F6_E3M2", 6}}) {
            const uint64_t bytes = 8 * bits / 8;
            const std::string file = file_of(one("\"" + name + "\"", "[4,2]", text("[0,", bytes, "]")), bytes);
            const io::CheckedTensors checked = io::check_tensors(bytes_of(file), "t");
            CHECK(to_string(checked.tensors.at(0).element) == name);
            known += io::bits_of(checked.tensors[0].element) == bits ? 1 : 0;
        }
        CHECK(known == 20);
    }

    TEST_CASE("safetensors: a header that lies is a sentence that names the lie") {
        for (const auto* lies : {&lies_of_length(), &lies_of_form(), &lies_of_place()}) {
            for (const Lie& lie : *lies) {
                const std::string got = refusal(lie.file);
                CHECK_MESSAGE(contains(got, lie.answer), "expected '", lie.answer, "', got '", got, "'");
                CHECK_MESSAGE(contains(got, "t.safetensors: expected "), got);
                CHECK_MESSAGE(got.size() < 250, got);
            }
        }
    }

    TEST_CASE("safetensors: whatever is done to a file, it is read or refused") {
        const std::string good = file_of(
            "{\"__metadata__\":{\"format\":\"pt\"},\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":"
            "[0,24]},\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[24,26]}}",
            26);
        REQUIRE(io::check_tensors(bytes_of(good), "t").tensors.size() == 2);
        const std::string_view characters = "{}[]\",:0123456789-.eE\\u\xff\x80 tnf";
        std::mt19937 random(1);
        const auto below = [&](size_t limit) { return random() % limit; };
        for (int round = 0; round < 20'000; ++round) {
            std::string file = good;
            for (size_t changes = 1 + below(3); changes > 0; --changes) {
                const size_t at = below(file.size());
                switch (below(5)) {
                    case 0: file[at] = static_cast<char>(random()); break;
                    case 1: file[at] = characters[below(characters.size())]; break;
                    case 2: file.erase(at, 1 + below(8)); break;
                    case 3: file.insert(at, 1 + below(3), characters[below(characters.size())]); break;
                    default: file.insert(at, file.substr(below(file.size()), below(40))); break;
                }
                if (below(2) == 0 && file.size() > 34) {  // a length that fits again, so that the header is read
                    file.replace(0, 8, length_of(file.size() - 34));
                }
            }
            survive(file);
        }
    }

    TEST_CASE("safetensors: what cannot be written is a sentence, and changes nothing") {
        const Folder folder;
        const std::filesystem::path path = folder.path / "t.safetensors";
        const std::string eight = "12345678";
        const auto refused = [&](const std::vector<io::TensorEntry>& tensors, const io::Metadata& metadata = {}) {
            return sentence(ErrorKind::bad_input, [&] { io::write_safetensors(path, tensors, metadata); });
        };
        CHECK(contains(refused({{"a", io::Element::f32, {3}, bytes_of(eight)}}), "expected as many bytes as 'a' F32[3] needs, got 8"));
        CHECK(contains(refused({{"a", io::Element::f32, {-2}, bytes_of(eight)}}), "'a' F32[-2]"));
        CHECK(contains(refused({{"a", io::Element::f32, {2}, bytes_of(eight)}, {"a", io::Element::f16, {4}, bytes_of(eight)}}),
                       "expected one tensor 'a', got two"));
        CHECK(contains(refused({{"__metadata__", io::Element::u8, {8}, bytes_of(eight)}}), "which is the metadata's"));
        CHECK(contains(refused({{"a\xff", io::Element::u8, {8}, bytes_of(eight)}}), "expected names that can stand in JSON"));
        CHECK(contains(refused({}, {{"x", "\xff"}}), "expected names that can stand in JSON"));
        CHECK(folder.entries() == 0);
        io::write_safetensors(path, {});
        CHECK(contents(path) == file_of("{}      "));
    }
}

}  // namespace heed
