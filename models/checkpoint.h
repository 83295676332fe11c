#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/safetensors.h"
#include "models/weights.h"

namespace heed {

constexpr bool is_float(io::Element element) {
    return element == io::Element::f32 || element == io::Element::f16 || element == io::Element::bf16 || element == io::Element::f64;
}

// Published weights. f32 and f16 are handed out as they lie in the file, bf16 and f64 as f32, made when first asked for. What a model
// never asks for may be there and be of any type.
class Checkpoint : public WeightSource {
public:
    std::optional<WeightData> find(const WeightRequest& request) override;
    std::string description() const override { return description_; }

    bool has(std::string_view name) const { return entry(name) != nullptr; }  // asking this does not make it used
    const io::TensorEntry* entry(std::string_view name) const;
    virtual bool is_weight(const io::TensorEntry& entry) const { return is_float(entry.element); }  // whether find() makes floats of it
    std::vector<const io::TensorEntry*> entries() const;                                            // by name
    std::vector<std::string> unused() const;               // names that find() was never asked for, in order
    std::string stored_name(std::string_view name) const;  // what a tensor that has several names is called in the file

protected:
    void describe(std::string description) { description_ = std::move(description); }
    void know(const io::TensorEntry& tensor) { known_.emplace(tensor.name, Known{&tensor}); }  // which the class derived from it keeps
    void know_alias(std::string alias, std::string name) { aliases_.emplace(std::move(alias), std::move(name)); }
    void use(const io::TensorEntry& tensor) { known_.at(tensor.name).used = true; }

private:
    friend std::unique_ptr<Checkpoint> open_checkpoint(const std::filesystem::path& path);

    struct Known {
        const io::TensorEntry* entry = nullptr;
        bool used = false;
    };
    void read_one(const std::filesystem::path& file);
    void read_shards(const std::filesystem::path& index);

    std::string description_;
    std::vector<std::unique_ptr<const io::SafeTensors>> files_;
    std::map<std::string, Known, std::less<>> known_;
    std::map<std::string, std::string, std::less<>> aliases_;
};

// A folder with model.safetensors, with its shards and model.safetensors.index.json, with one .safetensors file of another name, or with
// CTranslate2's model.bin; or such a file itself. Throws bad_file, telling how to convert where there is only another format.
std::unique_ptr<Checkpoint> open_checkpoint(const std::filesystem::path& path);

}  // namespace heed
