// Twenty lines from pixels to classes: a device, a model, a picture, a batch, and what the model saw besides. Usage: MODEL_FOLDER
#include <iostream>

#include "models/vision/image_classifier.h"

int main(int argc, char** argv) try {
    if (argc != 2) {
        throw heed::Error(heed::ErrorKind::bad_input, "usage: classify_pixels MODEL_FOLDER");
    }
    heed::Device device = heed::open_device();
    heed::ImageClassifier model(device, argv[1], {.hidden = true});

    heed::io::Image picture{.width = 640, .height = 480};  // RGB, row by row, from a camera, a decoder, anywhere
    picture.pixels.assign(picture.bytes(), 128);
    for (const heed::Guess& guess : model.best(model.answer(picture), 5)) {
        std::cout << guess.probability << "  " << guess.label << "\n";
    }

    const std::vector<heed::PreparedPicture> batch(4, model.prepare(picture));  // prepare() may run on other threads
    const std::vector<heed::Answer> answers = model.answer(batch);              // one submit for the four
    std::cout << answers.size() << " pictures; " << answers[0].hidden.size() << " numbers of features each\n";
} catch (const heed::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
}
