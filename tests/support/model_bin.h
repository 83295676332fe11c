#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "io/safetensors.h"

namespace heed::tests {

// A CTranslate2 model.bin, written as its converters do; whatever lies in it is the test's.
struct ModelBin {
    struct Variable {
        std::string name;
        std::vector<uint32_t> shape;
        io::Element element = io::Element::f32;
        std::string data;
    };
    uint32_t version = 6;
    std::string spec = "TransformerSpec";
    uint32_t revision = 7;
    std::vector<Variable> variables;
    std::vector<std::pair<std::string, std::string>> aliases;

    template <typename T>
    ModelBin& add(const std::string& name, io::Element element, const std::vector<uint32_t>& shape, const std::vector<T>& values) {
        const auto raw = std::as_bytes(std::span(values));
        variables.push_back({name, shape, element, std::string(reinterpret_cast<const char*>(raw.data()), raw.size())});
        return *this;
    }
    ModelBin& add(const std::string& name, const std::vector<uint32_t>& shape, const std::vector<float>& values) {
        return add(name, io::Element::f32, shape, values);
    }

    std::string bytes() const {
        std::string out = number(version) + name(spec) + number(revision) + number(static_cast<uint32_t>(variables.size()));
        for (const Variable& variable : variables) {
            out += name(variable.name) + number(static_cast<uint8_t>(variable.shape.size()));
            for (const uint32_t size : variable.shape) {
                out += number(size);
            }
            const auto size = static_cast<uint8_t>(io::bits_of(variable.element) / 8);
            const auto length = static_cast<uint32_t>(variable.data.size());
            out += version >= 4 ? number(type_of(variable.element)) + number(length) : number(size) + number(length / size);
            out += variable.data;
        }
        if (version >= 3) {
            out += number(static_cast<uint32_t>(aliases.size()));
            for (const auto& [alias, of] : aliases) {
                out += name(alias) + name(of);
            }
        }
        return out;
    }

    template <typename T>
    static std::string number(T value) {
        std::string out(sizeof value, '\0');
        std::memcpy(out.data(), &value, sizeof value);
        return out;
    }
    static std::string name(const std::string& text) { return number(static_cast<uint16_t>(text.size() + 1)) + text + '\0'; }

    static uint8_t type_of(io::Element element) {
        switch (element) {
            case io::Element::f32: return 0;
            case io::Element::i8: return 1;
            case io::Element::i16: return 2;
            case io::Element::i32: return 3;
            case io::Element::f16: return 4;
            case io::Element::bf16: return 5;
            default: return 0xFF;
        }
    }
};

}  // namespace heed::tests
