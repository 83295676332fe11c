// Build tool: reads compiled kernels and writes the C++ table behind heed::kernels().
// What a kernel binds, pushes and needs is read from its SPIR-V, so nobody writes it down twice.
//
//   embed_kernels LIST OUT.cpp      a line of LIST:  <op> <strategy> <dtype> <file.spv>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/kernel.h"

namespace {

using heed::Kernel;
using Words = std::vector<uint32_t>;

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

// Capabilities a kernel may use, and the need each one stands for (0: every Vulkan 1.2 device has it).
const std::map<uint32_t, uint32_t> kCapabilities = {
    {1, 0},                                // Shader
    {61, heed::kNeedsSubgroupBasic},       // GroupNonUniform
    {63, heed::kNeedsSubgroupArithmetic},  // GroupNonUniformArithmetic
    {64, heed::kNeedsSubgroupBallot},      // GroupNonUniformBallot: broadcast too
    {65, heed::kNeedsSubgroupShuffle},     // GroupNonUniformShuffle
    {4433, heed::kNeedsFp16Storage},       // StorageBuffer16BitAccess
};

struct Module {
    struct Type {
        uint32_t op = 0;
        Words operands;  // after the result id
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

Words read_words(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    Words words(bytes.size() / 4);
    std::copy_n(bytes.data(), words.size() * 4, reinterpret_cast<char*>(words.data()));
    if (words.size() < 5 || words[0] != kMagic) {
        throw std::runtime_error(path + ": expected SPIR-V, got something else");
    }
    return words;
}

Module parse(const Words& words) {
    Module module;
    for (size_t at = 5; at < words.size();) {
        const uint32_t op = words[at] & 0xffff, length = words[at] >> 16;
        if (length == 0 || at + length > words.size()) {
            throw std::runtime_error("an instruction runs past the end");
        }
        const uint32_t* w = &words[at] + 1;  // the operands
        const auto literal = [&](uint32_t index) { return length > index + 1 ? w[index] : 0; };
        switch (op) {
            case kOpCapability: module.capabilities.insert(w[0]); break;
            case kOpTypeInt:
            case kOpTypeFloat:
            case kOpTypeVector:
            case kOpTypeArray:
            case kOpTypeStruct:
            case kOpTypePointer: module.types[w[0]] = {op, Words(w + 1, w + length - 1)}; break;
            case kOpConstant: module.constants[w[1]] = w[2]; break;
            case kOpVariable: module.variables.push_back({w[1], w[0], w[2]}); break;
            case kOpDecorate: module.decorations[w[0]][w[1]] = literal(2); break;
            case kOpMemberDecorate: module.member_decorations[w[0]][w[1]][w[2]] = literal(3); break;
            default: break;
        }
        at += length;
    }
    return module;
}

uint32_t size_of(Module& module, uint32_t id) {
    const Module::Type& type = module.types[id];
    switch (type.op) {
        case kOpTypeInt:
        case kOpTypeFloat: return type.operands[0] / 8;
        case kOpTypeVector: return size_of(module, type.operands[0]) * type.operands[1];
        case kOpTypeArray: return module.decorations[id][kArrayStride] * module.constants[type.operands[1]];
        case kOpTypeStruct: {
            uint32_t end = 0;
            for (uint32_t m = 0; m < type.operands.size(); ++m) {
                end = std::max(end, module.member_decorations[id][m][kOffset] + size_of(module, type.operands[m]));
            }
            return end;
        }
        default: throw std::runtime_error("the push block holds a type that is no scalar, vector, array or struct");
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

// Fills in needs, bindings, push size and access, or says which convention the kernel breaks.
void reflect(const Words& words, Kernel& kernel) {
    Module module = parse(words);
    for (const uint32_t capability : module.capabilities) {
        const auto known = kCapabilities.find(capability);
        if (known == kCapabilities.end()) {
            throw std::runtime_error("uses SPIR-V capability " + std::to_string(capability) +
                                     ", which cmake/embed_kernels.cpp maps to no need");
        }
        kernel.needs |= known->second;
    }
    for (const Module::Variable& variable : module.variables) {
        const uint32_t block = module.types[variable.type].operands.at(1);
        if (variable.storage == kPushConstant) {
            kernel.push_bytes = size_of(module, block);
        } else if (variable.storage == kStorageBuffer) {
            const uint32_t set = module.decorations[variable.id][kDescriptorSet];
            const uint32_t binding = module.decorations[variable.id][kBinding];
            if (set != 0 || binding >= Kernel::kMaxBindings) {
                throw std::runtime_error("expected bindings 0 to 15 of set 0, got binding " + std::to_string(binding) + " of set " +
                                         std::to_string(set));
            }
            kernel.access[binding] = static_cast<uint8_t>(kernel.access[binding] | access_of(module, variable.id, block));
            kernel.binding_count = std::max(kernel.binding_count, binding + 1);
        } else if (variable.storage == kUniform || variable.storage == kUniformConstant) {
            throw std::runtime_error("binds something other than a storage buffer");
        }
    }
    if (kernel.push_bytes > 128) {
        throw std::runtime_error("the push block may have 128 bytes, got " + std::to_string(kernel.push_bytes));
    }
    for (uint32_t binding = 0; binding < kernel.binding_count; ++binding) {
        if (kernel.access[binding] == 0) {
            throw std::runtime_error("bindings must be contiguous, and binding " + std::to_string(binding) + " is missing or never used");
        }
    }
}

uint64_t digest_of(const Words& words) {  // FNV-1a
    uint64_t hash = 0xcbf29ce484222325;
    for (const uint32_t word : words) {
        for (uint32_t shift = 0; shift < 32; shift += 8) {
            hash = (hash ^ (word >> shift & 0xff)) * 0x100000001b3;
        }
    }
    return hash;
}

void write_kernel(const std::string& line, std::ostream& arrays, std::ostream& table) {
    std::istringstream fields(line);
    std::string op, strategy, dtype, path;
    fields >> op >> strategy >> dtype >> std::ws;
    std::getline(fields, path);
    const std::string name = op + "_" + strategy + "_" + dtype;
    Kernel kernel;
    Words words;
    try {
        words = read_words(path);
        reflect(words, kernel);
    } catch (const std::exception& error) {
        throw std::runtime_error(name + ": " + error.what());
    }

    arrays << "constexpr uint32_t " << name << "[] = {" << std::hex;
    for (size_t i = 0; i < words.size(); ++i) {
        arrays << (i % 16 == 0 ? "\n0x" : "0x") << words[i] << ',';
    }
    arrays << "};\n" << std::dec;

    table << "    {\"" << name << "\", \"" << op << "\", \"" << strategy << "\", \"" << dtype << "\", " << kernel.needs << ", "
          << kernel.binding_count << ", " << kernel.push_bytes << ", {";
    for (uint32_t binding = 0; binding < kernel.binding_count; ++binding) {
        table << (binding == 0 ? "" : ", ") << int{kernel.access[binding]};
    }
    table << "}, " << name << ", 0x" << std::hex << digest_of(words) << std::dec << "},\n";
}

void embed(const std::string& list, const std::string& out) {
    std::ostringstream arrays, table;
    std::ifstream lines(list);
    size_t count = 0;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty()) {
            write_kernel(line, arrays, table);
            ++count;
        }
    }
    std::ofstream file(out);
    file << "// Generated by cmake/embed_kernels.cpp.\n#include \"base/kernel.h\"\n\nnamespace heed {\nnamespace {\n\n"
         << arrays.str() << "\nconst std::array<Kernel, " << count << "> kKernels = {{\n"
         << table.str()
         << "}};\n\n}  // namespace\n\nstd::span<const Kernel> kernels() {\n    return kKernels;\n}\n\n}  // namespace heed\n";
    file.close();
    if (!file) {
        throw std::runtime_error(out + ": could not be written");
    }
}

}  // namespace

int main(int count, char** arguments) try {
    if (count != 3) {
        throw std::runtime_error("usage: embed_kernels LIST OUT.cpp");
    }
    embed(arguments[1], arguments[2]);
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
