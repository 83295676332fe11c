#include "models/checkpoint.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "io/json_text.h"
#include "models/ctranslate2/checkpoint.h"
#include "models/json_config.h"

namespace heed {
namespace {

namespace fs = std::filesystem;
using io::Element;

constexpr const char* kOneFile = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";

float from_bfloat16(const std::byte* at) {
    uint16_t half = 0;
    std::memcpy(&half, at, sizeof half);
    const uint32_t bits = static_cast<uint32_t>(half) << 16;
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

float from_double(const std::byte* at) {
    double value = 0;
    std::memcpy(&value, at, sizeof value);
    return static_cast<float>(value);
}

template <float (*convert)(const std::byte*)>
std::vector<std::byte> as_floats(std::span<const std::byte> from, size_t element_bytes) {
    const size_t count = from.size() / element_bytes;
    std::vector<std::byte> out(count * sizeof(float));
    for (size_t i = 0; i < count; ++i) {
        const float value = convert(from.data() + i * element_bytes);
        std::memcpy(out.data() + i * sizeof value, &value, sizeof value);
    }
    return out;
}

// Nothing when it has more axes than a Shape, or none of something along one.
std::optional<Shape> shape_of(const io::TensorEntry& entry) {
    if (entry.shape.size() > Shape::kMaxRank || std::ranges::count(entry.shape, 0) > 0) {
        return std::nullopt;
    }
    return Shape(entry.shape);
}

bool is_index(const fs::path& path) {
    return path.filename().string().ends_with(".index.json");
}

// Formats of other programs, and the line of Python that turns each into ours.
struct Foreign {
    const char* file;
    const char* line;  // @ stands for the folder
};
constexpr const char* kFromTorch =
    "import glob, torch, safetensors.torch as s; s.save_file({k: v.clone().contiguous() for f in glob.glob('@/pytorch_model*.bin') for k, "
    "v in "
    "torch.load(f, map_location='cpu', weights_only=True).items()}, '@/model.safetensors')";
constexpr const char* kFromTensorFlow =
    "import transformers as t; m = getattr(t, t.AutoConfig.from_pretrained('@').architectures[0]); "
    "m.from_pretrained('@', from_tf=True).save_pretrained('@', safe_serialization=True)";
constexpr const char* kFromFlax =
    "import transformers as t; m = getattr(t, t.AutoConfig.from_pretrained('@').architectures[0]); "
    "m.from_pretrained('@', from_flax=True).save_pretrained('@', safe_serialization=True)";
constexpr Foreign kForeign[] = {
    {"pytorch_model.bin", kFromTorch},
    {"pytorch_model.bin.index.json", kFromTorch},
    {"tf_model.h5", kFromTensorFlow},
    {"flax_model.msgpack", kFromFlax},
};

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

// Goes through the formats in order, and returns where there is none of them.
void refuse_foreign(const fs::path& folder) {
    for (const Foreign& foreign : kForeign) {
        if (is_there(folder / foreign.file)) {
            std::string line = foreign.line;
            const std::string name = folder.string();
            for (size_t at = line.find('@'); at != line.npos; at = line.find('@', at + name.size())) {
                line.replace(at, 1, name);
            }
            fail(ErrorKind::bad_file, name, ": expected ", kOneFile, ", got ", foreign.file, "; this makes one of the other: python3 -c \"",
                 line, "\"");
        }
    }
}

// The file to read in a folder: the one weights, or the index of their shards.
fs::path find_file(const fs::path& folder) {
    for (const char* name : {kOneFile, kIndex}) {
        if (is_there(folder / name)) {
            return folder / name;
        }
    }
    std::vector<fs::path> others;
    std::error_code ignored;  // a folder that cannot be listed is one without weights
    for (const fs::directory_entry& file : fs::directory_iterator(folder, ignored)) {
        if (file.path().extension() == ".safetensors") {
            others.push_back(file.path());
        }
    }
    if (others.size() == 1) {
        return others.front();
    }
    if (others.empty() && ctranslate2::is_ctranslate2(folder)) {
        return folder / "model.bin";
    }
    refuse_foreign(folder);
    std::ranges::sort(others);
    fail(ErrorKind::bad_file, folder.string(), ": expected ", kOneFile, ", got ",
         others.empty() ? std::string("none")
                        : text(others.size(), " others, the first ", others.front().filename().string(), "; name one of them"));
}

}  // namespace

void Checkpoint::read_one(const fs::path& file) {
    files_.push_back(std::make_unique<io::SafeTensors>(io::SafeTensors::open(file)));
    for (const io::TensorEntry& tensor : files_.back()->tensors()) {
        know(tensor);
    }
}

void Checkpoint::read_shards(const fs::path& index) {
    const Config config = Config::read(index);
    const Config map = config.object("weight_map");
    std::map<std::string, const io::SafeTensors*> shards;
    for (const std::string& name : map.keys()) {
        const std::string shard = map.string(name);
        if (shard.empty() || fs::path(shard).filename() != shard || shard == "." || shard == "..") {
            map.refuse(name, "the name of a file beside it");
        }
        const io::SafeTensors*& file = shards[shard];
        if (file == nullptr) {
            const fs::path path = index.parent_path() / shard;
            if (!is_there(path)) {
                fail(ErrorKind::bad_file, index.string(), ": expected the shard ", io::readable(shard), " beside it, which has '",
                     io::readable(name), "', got no such file");
            }
            file = files_.emplace_back(std::make_unique<io::SafeTensors>(io::SafeTensors::open(path))).get();
        }
        const io::TensorEntry* tensor = file->find(name);
        if (tensor == nullptr) {
            fail(ErrorKind::bad_file, index.string(), ": expected '", io::readable(name), "' in ", io::readable(shard), ", got none there");
        }
        know(*tensor);
    }
}

const io::TensorEntry* Checkpoint::entry(std::string_view name) const {
    const auto found = known_.find(stored_name(name));
    return found == known_.end() ? nullptr : found->second.entry;
}

std::string Checkpoint::stored_name(std::string_view name) const {
    const auto alias = aliases_.find(name);
    return alias == aliases_.end() ? std::string(name) : alias->second;
}

std::optional<WeightData> Checkpoint::find(const WeightRequest& request) {
    const io::TensorEntry* const found = this->entry(request.name);
    if (found == nullptr) {
        return std::nullopt;
    }
    const io::TensorEntry& entry = *found;
    use(entry);
    const std::optional<Shape> shape = shape_of(entry);
    if (!shape) {
        fail(ErrorKind::bad_model, description_, ": expected '", request.name, "' to be ", request.shape, ", got ",
             io::readable(io::to_string(entry.shape)));
    }
    switch (entry.element) {
        case Element::f32: return WeightData{.bytes = entry.bytes, .shape = *shape, .dtype = DType::f32};
        case Element::f16: return WeightData{.bytes = entry.bytes, .shape = *shape, .dtype = DType::f16};
        case Element::bf16:
            return WeightData{.bytes = keep(entry.name, [&] { return as_floats<from_bfloat16>(entry.bytes, 2); }), .shape = *shape};
        case Element::f64:
            return WeightData{.bytes = keep(entry.name, [&] { return as_floats<from_double>(entry.bytes, 8); }), .shape = *shape};
        default: break;
    }
    fail(ErrorKind::bad_model, description_, ": expected '", request.name, "' to be F32, F16, BF16 or F64, got ", to_string(entry.element));
}

std::vector<const io::TensorEntry*> Checkpoint::entries() const {
    std::vector<const io::TensorEntry*> out;
    for (const auto& [name, known] : known_) {
        out.push_back(known.entry);
    }
    return out;
}

std::vector<std::string> Checkpoint::unused() const {
    std::vector<std::string> out;
    for (const auto& [name, known] : known_) {
        if (!known.used) {
            out.push_back(name);
        }
    }
    return out;
}

std::unique_ptr<Checkpoint> open_checkpoint(const fs::path& path) {
    std::error_code ignored;
    const fs::path file = fs::is_directory(path, ignored) ? find_file(path) : path;
    if (ctranslate2::is_ctranslate2(file)) {
        return std::make_unique<ctranslate2::ModelCheckpoint>(ctranslate2::ModelFile::open(file));
    }
    if (std::ranges::any_of(kForeign, [&](const Foreign& foreign) { return file.filename() == foreign.file; })) {
        refuse_foreign(file.has_parent_path() ? file.parent_path() : ".");
    }
    auto out = std::make_unique<Checkpoint>();
    out->description_ = file.string();
    if (is_index(file)) {
        out->read_shards(file);
    } else {
        out->read_one(file);
    }
    return out;
}

}  // namespace heed
