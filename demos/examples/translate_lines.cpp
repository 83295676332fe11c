// A translator in a program: lines of standard input, all together, the two best of each. Usage: MODEL_FOLDER
#include <iostream>

#include "models/translate/translator.h"

int main(int argc, char** argv) try {
    if (argc != 2) {
        throw heed::Error(heed::ErrorKind::bad_input, "usage: translate_lines MODEL_FOLDER");
    }
    heed::Device device = heed::open_device();
    heed::Translator translator(device, heed::open_translation_model(argv[1]));

    heed::GenerationOptions options = translator.model().generation;  // as the model's authors mean it to be used
    options.num_beams = 4;
    options.num_return_sequences = 2;
    std::vector<std::string> lines;
    for (std::string line; std::getline(std::cin, line);) {
        lines.push_back(line);
    }
    for (const heed::Translation& translation : translator.translate(lines, options)) {  // in order, batched by length
        for (const heed::Hypothesis& hypothesis : translation.best) {
            std::cout << hypothesis.score << "  " << hypothesis.text << "\n";
        }
        std::cout << translation.problem << "\n";  // empty, or why there is none
    }
} catch (const heed::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
}
