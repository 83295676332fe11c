#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/text/added_tokens.h"
#include "models/text/vocabulary.h"

namespace heed::tokens {

// A value somewhere in a JSON file, which its sentences name: "tokenizer.json: expected model.merges[3] to be text, got 7".
class Section {
public:
    Section(const nlohmann::json& value, std::string file, std::string path);

    bool has(std::string_view key) const;  // a null counts as absent
    Section at(std::string_view key) const;
    std::vector<Section> items() const;                            // of a list
    std::vector<std::pair<std::string, Section>> members() const;  // of an object, without those that are null
    std::string type() const { return at("type").text(); }

    const nlohmann::json& value() const { return *value_; }
    bool is_text() const;
    bool is_object() const;
    bool is_list() const;
    bool is_flag() const;
    std::string text() const;
    char32_t character() const;
    bool flag() const;
    int32_t whole() const;  // from 0
    double number() const;

    // Of a member, or what it is when there is none.
    bool flag(std::string_view key, bool otherwise) const { return has(key) ? at(key).flag() : otherwise; }
    std::string text(std::string_view key, std::string_view otherwise) const { return has(key) ? at(key).text() : std::string(otherwise); }

    [[noreturn]] void refuse(std::string_view expected) const;    // bad_model
    [[noreturn]] void unsupported(std::string_view known) const;  // of a type that heed does not know
    const std::string& where() const { return path_; }
    const std::string& file() const { return file_; }

    // All tokens and ids of an object, quicker than through members().
    void each_token(const std::function<void(const std::string& token, int32_t id)>& found) const;

private:
    const nlohmann::json* value_;
    std::string file_, path_;
};

class JsonFile {
public:
    static constexpr uint64_t kMostBytes = 256 << 20;

    enum class Top { object, list };
    explicit JsonFile(const std::filesystem::path& path, Top top = Top::object);  // throws bad_file for another
    ~JsonFile();
    Section root() const;

private:
    std::unique_ptr<nlohmann::json> value_;
    std::string file_;
};

AddedToken read_added_token(const Section& value);  // without its id
int32_t whole_number(const std::string& digits, const std::string& where);

}  // namespace heed::tokens
