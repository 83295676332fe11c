#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace heed {

struct WholeRange {
    int64_t least = 0, most = std::numeric_limits<int32_t>::max();
};

// A JSON object read from a file, asked for what a model needs to know. Whatever is missing, of another type or out of range throws
// bad_model: "vit/config.json: expected hidden_size to be a whole number from 1 to 65536, got "big"". A null counts as absent.
class Config {
public:
    enum class Kind { absent, boolean, number, text, list, object };

    // Throws bad_file when the file cannot be read, is longer than 32 MiB, is no JSON or no object.
    static Config read(const std::filesystem::path& path);
    static Config parse(std::string_view json, std::string name);  // the name is what sentences begin with
    ~Config();
    Config(Config&&) noexcept;
    Config& operator=(Config&&) noexcept;

    Kind kind(std::string_view key) const;
    bool has(std::string_view key) const { return kind(key) != Kind::absent; }
    std::vector<std::string> keys() const;  // those that are not null

    int64_t integer(std::string_view key, const WholeRange& range = {}) const;
    double number(std::string_view key) const;
    bool boolean(std::string_view key) const;
    std::string string(std::string_view key) const;
    std::array<int64_t, 2> pair(std::string_view key, const WholeRange& range = {}) const;  // a list of two numbers, or one that is both
    std::vector<int64_t> integers(std::string_view key, const WholeRange& range = {}) const;
    std::vector<std::vector<int64_t>> lists(std::string_view key, const WholeRange& range = {}) const;  // of whole numbers
    std::vector<double> numbers(std::string_view key) const;
    std::vector<std::string> strings(std::string_view key) const;
    Config object(std::string_view key) const;

    // The same where there is a default; one that is there and wrong is still an error.
    int64_t integer_or(std::string_view key, int64_t otherwise, const WholeRange& range = {}) const;
    double number_or(std::string_view key, double otherwise) const;
    bool boolean_or(std::string_view key, bool otherwise) const;
    std::string string_or(std::string_view key, std::string_view otherwise) const;

    // Throws the same sentence for a rule of the caller's: refuse("hidden_act", "gelu, gelu_new or relu").
    [[noreturn]] void refuse(std::string_view key, std::string_view expected) const;

    const std::string& name() const { return name_; }

private:
    struct Document;
    Config(std::unique_ptr<const Document> document, std::string name, std::string scope);
    std::string where(std::string_view key) const { return scope_.empty() ? std::string(key) : scope_ + "." + std::string(key); }

    std::unique_ptr<const Document> document_;
    std::string name_;
    std::string scope_;  // "size" in the object of that key
};

}  // namespace heed
