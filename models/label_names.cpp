#include "models/label_names.h"

#include "heed.h"

namespace heed {

std::vector<std::string> read_label_names(const Config& config) {
    constexpr int64_t kMost = 1 << 20;
    std::vector<std::string> labels;
    if (config.has("id2label")) {
        const Config names = config.object("id2label");
        const size_t count = names.keys().size();
        for (size_t i = 0; i < count; ++i) {
            labels.push_back(names.string(text(i)));
        }
        return labels;
    }
    for (int64_t i = 0; i < config.integer_or("num_labels", 2, {0, kMost}); ++i) {
        labels.push_back(text("LABEL_", i));
    }
    return labels;
}

}  // namespace heed
