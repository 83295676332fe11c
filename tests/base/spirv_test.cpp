#include "base/spirv.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/error.h"
#include "support/sentence.h"

namespace heed {
namespace {

using Words = std::vector<uint32_t>;

uint32_t head(uint32_t op, size_t length) {
    return static_cast<uint32_t>(length) << 16 | op;
}

// A module of these instructions: each an opcode and its operands.
Words module_of(const std::vector<Words>& instructions) {
    Words words{0x07230203, 0x10500, 0, 100, 0};
    for (const Words& instruction : instructions) {
        words.push_back(head(instruction[0], instruction.size()));
        words.insert(words.end(), instruction.begin() + 1, instruction.end());
    }
    return words;
}

std::string complaint(const Words& words) {
    return tests::sentence(ErrorKind::bad_file, [&] { reflect(words); });
}

// The push block is type 3, a struct of one member.
Words push_block(const std::vector<Words>& types) {
    std::vector<Words> all = types;
    all.insert(all.end(), {{30, 3, 2}, {72, 3, 0, 35, 0}, {32, 4, 9, 3}, {59, 4, 5, 9}});
    return module_of(all);
}

}  // namespace

TEST_SUITE("base") {
    TEST_CASE("spirv: what was built says of itself what the table of kernels says") {
        for (const Kernel& kernel : kernels()) {
            CHECK_MESSAGE(reflect(kernel.spirv) == interface_of(kernel), kernel.name);
            CHECK_MESSAGE(digest_of(kernel.spirv) == kernel.digest, kernel.name);
        }
    }

    TEST_CASE("spirv: what kernels were compiled from is known") {
        const Kernel* kernel = find_kernel("softmax_subgroup_f16");
        REQUIRE(kernel != nullptr);
        CHECK(kernel->file == "softmax.comp");
        CHECK(kernel->macros == "-DT_F16 -DSUBGROUP");
        REQUIRE(shader_tools().size() == 3);
        CHECK(shader_tools()[0].arguments == "--quiet -V --target-env vulkan1.2");
        CHECK(shader_tools()[2].program == "spirv-val");
    }

    TEST_CASE("spirv: damaged words are a sentence, or are read as far as they make sense") {
        const Kernel* kernel = find_kernel("matmul_tiled_f32");
        REQUIRE(kernel != nullptr);
        const Words whole(kernel->spirv.begin(), kernel->spirv.end());
        size_t refused = 0;
        for (size_t at = 0; at < whole.size(); ++at) {
            Words damaged = whole;
            damaged[at] ^= 0x01010101u << at % 8;
            try {
                reflect(damaged);
            } catch (const Error& error) {
                CHECK(error.kind == ErrorKind::bad_file);
                ++refused;
            }
            try {
                reflect(std::span(whole).first(at));
            } catch (const Error& error) {
                CHECK(error.kind == ErrorKind::bad_file);
            }
        }
        CHECK(refused > whole.size() / 10);
        CHECK(complaint({}) == "expected SPIR-V, got something else");
        CHECK(complaint({0x07230203, 0, 0, 0}) == "expected SPIR-V, got something else");
        CHECK(complaint({0x07230203, 0, 0, 0, 0, head(17, 3), 1}) ==
              "expected whole instructions of SPIR-V, got one of 3 words at word 5 of 7");
        CHECK(complaint({0x07230203, 0, 0, 0, 0, head(1, 0)}) ==
              "expected whole instructions of SPIR-V, got one of 0 words at word 5 of 6");
        CHECK(complaint({0x07230203, 0, 0, 0, 0, head(17, 1)}) ==
              "expected whole instructions of SPIR-V, got one of 1 words at word 5 of 6");
    }

    TEST_CASE("spirv: conventions that a kernel breaks are named") {
        CHECK(complaint(module_of({{17, 9999}})) == "uses SPIR-V capability 9999, which engine/base/spirv.cpp maps to no need");
        const Words struct_in_itself = push_block({{30, 2, 2}});
        CHECK(complaint(struct_in_itself) == "the push block holds a type that is no scalar, vector, array or struct");
        const std::vector<Words> array{{21, 1, 32, 0}, {43, 1, 6, 33}, {28, 2, 1, 6}, {71, 2, 6, 4}};
        CHECK(complaint(push_block(array)) == "expected a push block of at most 128 bytes, got 132");
        CHECK(reflect(push_block({{21, 1, 32, 0}, {23, 2, 1, 3}})).push_bytes == 12);
        CHECK(complaint(module_of({{59, 4, 5, 12}})) == "expected variables to be pointers, got a type 0");
        const std::vector<Words> buffer{{30, 3}, {32, 4, 12, 3}, {59, 4, 5, 12}};
        const auto bound = [&](uint32_t set, uint32_t binding) {
            std::vector<Words> all = buffer;
            all.insert(all.end(), {{71, 5, 34, set}, {71, 5, 33, binding}});
            return module_of(all);
        };
        CHECK(complaint(bound(1, 0)) == "expected bindings 0 to 15 of set 0, got binding 0 of set 1");
        CHECK(complaint(bound(0, 16)) == "expected bindings 0 to 15 of set 0, got binding 16 of set 0");
        CHECK(complaint(module_of({{30, 3}, {32, 4, 2, 3}, {59, 4, 5, 2}})) ==
              "expected storage buffers and a push block, got a binding of another kind");
    }
}

}  // namespace heed
