#include "base/spirv.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/error.h"

namespace heed {
namespace {

// The few enumerants of the SPIR-V specification that matter here.
enum : uint32_t {
    kMagic = 0x07230203,
    kOpCapability = 17,
    kOpTypeInt = 21,
    kOpTypeFloat = 22,
    kOpTypeVector = 23,
    kOpTypeArray = 28,
    kOpTypeStruct = 30,
    kOpTypePointer = 32,
    kOpConstant = 43,
    kOpVariable = 59,
    kOpDecorate = 71,
    kOpMemberDecorate = 72,
    kArrayStride = 6,
    kNonWritable = 24,
    kNonReadable = 25,
    kBinding = 33,
    kDescriptorSet = 34,
    kOffset = 35,
    kUniformConstant = 0,
    kUniform = 2,
    kPushConstant = 9,
    kStorageBuffer = 12,
};

constexpr size_t kHeaderWords = 5;
constexpr uint32_t kPushBytes = 128;
constexpr int kDeepest = 16;  // types within types: damaged words may hold one that contains itself

// Capabilities a kernel may use, and the need each one stands for (0: every Vulkan 1.2 device has it).
const std::map<uint32_t, uint32_t> kCapabilities = {
    {1, 0},                          // Shader
    {9, kNeedsFp16Arithmetic},       // Float16
    {61, kNeedsSubgroupBasic},       // GroupNonUniform
    {63, kNeedsSubgroupArithmetic},  // GroupNonUniformArithmetic
    {64, kNeedsSubgroupBallot},      // GroupNonUniformBallot: broadcast too
    {65, kNeedsSubgroupShuffle},     // GroupNonUniformShuffle
    {4433, kNeedsFp16Storage},       // StorageBuffer16BitAccess
};

struct Module {
    struct Type {
        uint32_t op = 0;
        std::vector<uint32_t> operands;  // after the result id
    };
    struct Variable {
        uint32_t id, type, storage;
    };
    std::set<uint32_t> capabilities;
    std::map<uint32_t, Type> types;
    std::map<uint32_t, uint32_t> constants;
    std::vector<Variable> variables;
    std::map<uint32_t, std::map<uint32_t, uint32_t>> decorations;                             // id, decoration: literal
    std::map<uint32_t, std::map<uint32_t, std::map<uint32_t, uint32_t>>> member_decorations;  // id, member, decoration: literal
};

// Words of an instruction, its first one included, without which it cannot be read.
size_t least_length(uint32_t op) {
    switch (op) {
        case kOpCapability:
        case kOpTypeStruct: return 2;
        case kOpTypeFloat:
        case kOpDecorate: return 3;
        case kOpTypeInt:
        case kOpTypeVector:
        case kOpTypeArray:
        case kOpTypePointer:
        case kOpConstant:
        case kOpVariable:
        case kOpMemberDecorate: return 4;
        default: return 1;
    }
}

void take(Module& module, uint32_t op, std::span<const uint32_t> w) {
    const auto literal = [&](size_t index) { return w.size() > index ? w[index] : 0; };
    switch (op) {
        case kOpCapability: module.capabilities.insert(w[0]); break;
        case kOpTypeInt:
        case kOpTypeFloat:
        case kOpTypeVector:
        case kOpTypeArray:
        case kOpTypeStruct:
        case kOpTypePointer: module.types[w[0]] = {op, {w.begin() + 1, w.end()}}; break;
        case kOpConstant: module.constants[w[1]] = w[2]; break;
        case kOpVariable: module.variables.push_back({w[1], w[0], w[2]}); break;
        case kOpDecorate: module.decorations[w[0]][w[1]] = literal(2); break;
        case kOpMemberDecorate: module.member_decorations[w[0]][w[1]][w[2]] = literal(3); break;
        default: break;
    }
}

Module parse(std::span<const uint32_t> words) {
    if (words.size() < kHeaderWords || words[0] != kMagic) {
        fail(ErrorKind::bad_file, "expected SPIR-V, got something else");
    }
    Module module;
    for (size_t at = kHeaderWords; at < words.size();) {
        const uint32_t op = words[at] & 0xffff, length = words[at] >> 16;
        if (length < least_length(op) || length > words.size() - at) {
            fail(ErrorKind::bad_file, "expected whole instructions of SPIR-V, got one of ", length, " words at word ", at, " of ",
                 words.size());
        }
        take(module, op, words.subspan(at + 1, length - 1));
        at += length;
    }
    return module;
}

uint64_t size_of(Module& module, uint32_t id, int depth = 0) {
    const Module::Type& type = module.types[id];
    const auto at_most = [](uint64_t size) { return std::min(size, uint64_t{1} << 32); };
    switch (depth < kDeepest ? type.op : 0) {
        case kOpTypeInt:
        case kOpTypeFloat: return type.operands[0] / 8;
        case kOpTypeVector: return at_most(size_of(module, type.operands[0], depth + 1) * type.operands[1]);
        case kOpTypeArray: return at_most(uint64_t{module.decorations[id][kArrayStride]} * module.constants[type.operands[1]]);
        case kOpTypeStruct: {
            uint64_t end = 0;
            for (uint32_t m = 0; m < type.operands.size(); ++m) {
                end = std::max(end, module.member_decorations[id][m][kOffset] + size_of(module, type.operands[m], depth + 1));
            }
            return at_most(end);
        }
        default: fail(ErrorKind::bad_file, "the push block holds a type that is no scalar, vector, array or struct");
    }
}

// A block is read-only (or write-only) when each of its members is.
uint8_t access_of(Module& module, uint32_t variable, uint32_t block) {
    const auto holds = [&](uint32_t decoration) {
        if (module.decorations[variable].contains(decoration)) {
            return true;
        }
        auto& members = module.member_decorations[block];
        return std::ranges::all_of(members, [&](auto& member) { return member.second.contains(decoration); });
    };
    return static_cast<uint8_t>((holds(kNonReadable) ? 0 : Kernel::kReads) | (holds(kNonWritable) ? 0 : Kernel::kWrites));
}

void add_variable(Interface& out, Module& module, const Module::Variable& variable) {
    const Module::Type& pointer = module.types[variable.type];
    if (pointer.op != kOpTypePointer) {
        fail(ErrorKind::bad_file, "expected variables to be pointers, got a type ", pointer.op);
    }
    const uint32_t block = pointer.operands[1];
    if (variable.storage == kPushConstant) {
        const uint64_t bytes = size_of(module, block);
        if (bytes > kPushBytes) {
            fail(ErrorKind::bad_file, "expected a push block of at most ", kPushBytes, " bytes, got ", bytes);
        }
        out.push_bytes = static_cast<uint32_t>(bytes);
    } else if (variable.storage == kStorageBuffer) {
        const uint32_t set = module.decorations[variable.id][kDescriptorSet];
        const uint32_t binding = module.decorations[variable.id][kBinding];
        if (set != 0 || binding >= Kernel::kMaxBindings) {
            fail(ErrorKind::bad_file, "expected bindings 0 to ", Kernel::kMaxBindings - 1, " of set 0, got binding ", binding, " of set ",
                 set);
        }
        out.access.at(binding) = static_cast<uint8_t>(out.access.at(binding) | access_of(module, variable.id, block));
        out.binding_count = std::max(out.binding_count, binding + 1);
    } else if (variable.storage == kUniform || variable.storage == kUniformConstant) {
        fail(ErrorKind::bad_file, "expected storage buffers and a push block, got a binding of another kind");
    }
}

}  // namespace

Interface reflect(std::span<const uint32_t> spirv) {
    Module module = parse(spirv);
    Interface out;
    for (const uint32_t capability : module.capabilities) {
        const auto known = kCapabilities.find(capability);
        if (known == kCapabilities.end()) {
            fail(ErrorKind::bad_file, "uses SPIR-V capability ", capability, ", which engine/base/spirv.cpp maps to no need");
        }
        out.needs |= known->second;
    }
    for (const Module::Variable& variable : module.variables) {
        add_variable(out, module, variable);
    }
    for (uint32_t binding = 0; binding < out.binding_count; ++binding) {
        if (out.access.at(binding) == 0) {
            fail(ErrorKind::bad_file, "bindings must be contiguous, and binding ", binding, " is missing or never used");
        }
    }
    return out;
}

Interface interface_of(const Kernel& kernel) {
    return {.needs = kernel.needs, .binding_count = kernel.binding_count, .push_bytes = kernel.push_bytes, .access = kernel.access};
}

uint64_t digest_of(std::span<const uint32_t> spirv) {
    uint64_t hash = 0xcbf29ce484222325;
    for (const uint32_t word : spirv) {
        for (uint32_t shift = 0; shift < 32; shift += 8) {
            hash = (hash ^ (word >> shift & 0xff)) * 0x100000001b3;
        }
    }
    return hash;
}

}  // namespace heed
