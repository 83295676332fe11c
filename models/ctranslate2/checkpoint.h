#pragma once

#include "models/checkpoint.h"
#include "models/ctranslate2/model_file.h"

namespace heed::ctranslate2 {

// A model.bin as a source of weights. What is stored as i8 or i16 is handed out as f32, divided by its scales: NAME_scale, one for all
// of a tensor or one a row; i16 without any has the one that the first writers of the format had for all. Those count as used with it.
class ModelCheckpoint : public Checkpoint {
public:
    explicit ModelCheckpoint(ModelFile file);

    std::optional<WeightData> find(const WeightRequest& request) override;
    bool is_weight(const io::TensorEntry& entry) const override;

    // A setting, which the file keeps as a tensor: a number without axes, or bytes that spell a text. Nothing where there is none;
    // throws bad_model for one of another form. Asking makes it used.
    std::optional<double> number(std::string_view name);
    std::optional<std::string> text_setting(std::string_view name);
    bool flag(std::string_view name, bool otherwise) { return number(name).value_or(otherwise ? 1 : 0) != 0; }

    // A tensor that find() hands out besides those of the file: one of them, or zeros where there is none of that name, with a row more
    // that is all of this number.
    struct Lengthened {
        std::string from;
        Shape shape;  // as it becomes
        float last = 0;
    };
    void add(const std::string& name, Lengthened tensor) { lengthened_.insert_or_assign(name, std::move(tensor)); }

    const ModelContents& contents() const { return file_.contents; }
    const std::filesystem::path& path() const { return file_.path; }

private:
    std::vector<std::byte> dequantised(const io::TensorEntry& entry);
    std::vector<float> scales(const io::TensorEntry& entry);
    std::vector<std::byte> lengthened(const Lengthened& tensor);

    ModelFile file_;
    std::map<std::string, Lengthened, std::less<>> lengthened_;
};

}  // namespace heed::ctranslate2
