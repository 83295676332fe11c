// Ways to see what was looked at.
#include "models/zoo/systems.h"

namespace heed::zoo {

namespace {

const System kSystems[] = {
    {.id = "V1",
     .name = "Alignment matrix",
     .equation = "row t: a_t over the source, adds up to 1",
     .command = "heed translate TEXT --attention where.svg",
     .state = "works for every model that writes: PNG and SVG, words on both axes",
     .explanation = "The picture that made attention famous: a row for each word that was written, a column for each word that was "
                    "read. A diagonal says "
                    "that order was kept, a crossing that words changed places, a column without a dark cell that a word went missing. "
                    "`heed dates` and "
                    "`heed pronounce` draw it letter by letter.",
     .picture = "docs/alignment.png",
     .code = {"models/alignment"},
     .goldens = {"tests/models/alignment_test.cpp"}},
    {.id = "V2",
     .name = "Heat over a picture",
     .equation = "heat(x, y) = a of the patch at (x, y), smoothed",
     .command = "heed classify IMAGE --attention looked.png",
     .state = "works for vision transformers; one tile for each layer and head besides",
     .explanation = "Weights over patches laid over the photo they were cut from. Look whether the heat lies on what was named; where "
                    "it lies on the background, "
                    "the model may be right for the wrong reason.",
     .picture = "docs/looked.png",
     .code = {"models/vision/attention_picture.h", "models/vision/photo_heat.h"},
     .goldens = {"tests/models/attention_picture_test.cpp"}},
    {.id = "V3",
     .name = "Rollout and grids of heads",
     .equation = "R_l = (A_l / 2 + I / 2) R_{l-1}, A_l the mean of the heads",
     .command = "heed classify IMAGE --attention looked.png --attention-heads heads.png",
     .state = "works for vision and text encoders",
     .explanation = "One map shows one head of one layer; a grid shows all, and heads that do one thing stand out. Rollout multiplies "
                    "the layers' maps, with "
                    "half of each way going straight on, and so follows what reached the end back to where it came from. `heed "
                    "explain` makes a page "
                    "of it to point at.",
     .picture = "docs/explain.png",
     .code = {"models/vision/rollout.h", "engine/draw/head_grid.h", "models/explain"},
     .goldens = {"tests/models/rollout_test.cpp"}},
    {.id = "V4",
     .name = "Raw weights",
     .equation = "[heads, T, S] for each layer, f32",
     .command = "heed translate TEXT --attention weights.safetensors",
     .state = "works wherever --attention does: .safetensors or .json",
     .explanation = "The numbers themselves, exact, for whoever draws other pictures or counts: one tensor a layer, and the words "
                    "beside it. The maps of the "
                    "picture are such numbers.",
     .picture = "docs/alignment.png",
     .code = {"models/attention_file.h"},
     .goldens = {"tests/models/attention_file_test.cpp"}},
};

}  // namespace

std::vector<System> picture_systems() {
    return {std::begin(kSystems), std::end(kSystems)};
}

}  // namespace heed::zoo
