// What `heed profile` has a model do: the very classes that the other commands use, so that everything they do is measured.
#include "demos/profile_workload.h"

#include <filesystem>

#include "check/case_runner.h"
#include "check/sized_cases.h"
#include "io/read_image.h"
#include "models/bert/text_model.h"
#include "models/caption/captioner.h"
#include "models/ctranslate2/argos.h"
#include "models/ctranslate2/translation.h"
#include "models/recurrent/text_classifier.h"
#include "models/scenes/render.h"
#include "models/seq2seq/speller.h"
#include "models/series/config.h"
#include "models/series/forecaster.h"
#include "models/shipped.h"
#include "models/translate/translator.h"
#include "models/vision/image_classifier.h"

namespace heed {
namespace {

struct Opening {
    Device& device;
    const WorkloadArguments& arguments;
    std::filesystem::path folder;
    SessionOptions session;  // with the Recorder

    std::string name() const { return folder.filename().empty() ? folder.parent_path().filename().string() : folder.filename().string(); }
    std::vector<std::string> texts(const char* made_up) const {
        const std::string one = arguments.input.empty() ? made_up : arguments.input;
        return std::vector<std::string>(static_cast<size_t>(arguments.batch), one);
    }
    std::string counted(const char* what) const { return text(name(), ": ", arguments.batch, " ", what, arguments.batch == 1 ? "" : "s"); }
    GenerationOptions generation(GenerationOptions model) const {
        model.num_beams = arguments.beams.value_or(model.num_beams);
        return model;
    }
};

// Smooth colours: what a picture shows does not change how long it takes.
io::Image made_up_picture(int side) {
    io::Image picture{.width = side, .height = side, .channels = 3, .pixels = {}};
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            const auto share = [side](int at) { return static_cast<uint8_t>(255 * at / side); };
            picture.pixels.insert(picture.pixels.end(), {share(x), share(y), share((x + y) / 2)});
        }
    }
    return picture;
}

std::vector<io::Image> pictures(const Opening& opening, const io::Image& made_up) {
    const io::Image one = opening.arguments.input.empty() ? made_up : io::read_image(opening.arguments.input);
    return std::vector<io::Image>(static_cast<size_t>(opening.arguments.batch), one);
}

Workload classify_pictures(const Opening& opening) {
    auto model = std::make_shared<ImageClassifier>(opening.device, opening.folder,
                                                   ClassifierOptions{.precision = opening.arguments.precision, .session = opening.session});
    auto all = std::make_shared<std::vector<io::Image>>(pictures(opening, made_up_picture(224)));
    return {.subject = text(opening.counted("picture"), " of ", all->front().width, "x", all->front().height), .once = [model, all] {
                std::vector<PreparedPicture> prepared;
                for (const io::Image& picture : *all) {
                    prepared.push_back(model->prepare(picture));
                }
                model->answer(prepared);
            }};
}

void expect_written(const std::vector<Written>& all) {
    for (const Written& written : all) {
        if (!written.problem.empty()) {
            fail(ErrorKind::bad_input, "profile: --input: ", written.problem);
        }
    }
}

Workload translate_texts(const Opening& opening) {
    auto model = std::make_shared<Translator>(opening.device, open_translation_model(opening.folder),
                                              TranslatorOptions{.precision = opening.arguments.precision, .session = opening.session});
    const std::vector<std::string> texts = opening.texts("My brother doesn't want to tell me why he sold his red car.");
    const GenerationOptions generation = opening.generation(model->model().generation);
    const std::string beams = text(", ", generation.num_beams, generation.num_beams == 1 ? " beam" : " beams");
    return {.subject = opening.counted("text") + beams,
            .once = [model, texts, generation] { expect_written(model->translate(texts, generation)); }};
}

Workload spell_texts(const Opening& opening) {
    auto model = std::make_shared<Speller>(opening.device, opening.folder,
                                           SpellerOptions{.precision = opening.arguments.precision, .session = opening.session});
    const std::vector<std::string> texts = opening.texts(opening.name() == "pronounce" ? "psychology" : "3rd of May 1998");
    const GenerationOptions generation = opening.generation(model->generation());
    return {.subject = opening.counted("text"), .once = [model, texts, generation] { expect_written(model->write(texts, generation)); }};
}

Workload run_text_model(const Opening& opening) {
    auto model = std::make_shared<TextModel>(opening.device, opening.folder,
                                             TextModelOptions{.precision = opening.arguments.precision, .session = opening.session});
    const std::vector<std::string> texts = opening.texts("I want to go to the cinema with my brother.");
    profile::Recorder* recorder = opening.session.recorder;
    return {.subject = opening.counted("text"), .once = [model, texts, recorder] {
                std::vector<Encoding> encodings;
                {
                    const profile::Scope scope(recorder, "tokenise");
                    for (const std::string& one : texts) {
                        encodings.push_back(model->tokenizer().encode(one));
                    }
                }
                model->run(encodings);
            }};
}

Workload classify_texts(const Opening& opening) {
    auto model = std::make_shared<TextClassifier>(
        opening.device, opening.folder, TextClassifierOptions{.precision = opening.arguments.precision, .session = opening.session});
    const std::vector<std::string> texts = opening.texts("Win a prize now: text WIN to 80086, or call me when you are home.");
    return {.subject = opening.counted("text"), .once = [model, texts] {
                for (const ClassifiedText& one : model->classify(texts)) {
                    if (!one.problem.empty()) {
                        fail(ErrorKind::bad_input, "profile: --input: ", one.problem);
                    }
                }
            }};
}

Workload caption_pictures(const Opening& opening) {
    auto model = std::make_shared<Captioner>(opening.device, opening.folder,
                                             CaptionerOptions{.precision = opening.arguments.precision, .session = opening.session});
    const std::vector<io::Image> all = pictures(opening, scenes::render(scenes::make_scene(1)));
    const GenerationOptions generation = opening.generation(model->generation());
    return {.subject = opening.counted("picture"), .once = [model, all, generation] { model->caption(all, generation); }};
}

Workload continue_series(const Opening& opening) {
    if (opening.arguments.input.empty()) {
        fail(ErrorKind::bad_input, "profile: ", opening.name(), " continues a series, and --input names no file that has one");
    }
    auto model = std::make_shared<Forecaster>(opening.device, opening.folder, opening.session);
    const SeriesPair pair = pair_of(read_table(opening.arguments.input));
    return {.subject = opening.name() + ": " + opening.arguments.input, .once = [model, pair] { model->forecast(pair); }};
}

Workload open_model(const Opening& opening) {
    if (ctranslate2::is_translation(opening.folder) || ctranslate2::is_argos(opening.folder)) {
        return translate_texts(opening);
    }
    const Config file = Config::read(opening.folder / "config.json");
    if (is_transformer(file)) {
        return translate_texts(opening);
    }
    if (is_seq2seq(file)) {
        return spell_texts(opening);
    }
    if (is_bert(file)) {
        return run_text_model(opening);
    }
    if (is_recurrent_text(file)) {
        return classify_texts(opening);
    }
    if (is_series(file)) {
        return continue_series(opening);
    }
    return file.string_or("model_type", "") == "heed_caption" ? caption_pictures(opening) : classify_pictures(opening);
}

// Ops have no model around them: a graph of the one op, filled with numbers.
Workload open_op(Device& device, const SessionOptions& session, const WorkloadArguments& arguments) {
    struct Subject {
        Graph graph;
        std::unique_ptr<Session> session;
    };
    const DType dtype = arguments.dtype == "f16" ? DType::f16 : DType::f32;
    std::vector<reference::Case> cases;
    if (!arguments.shape.empty()) {
        cases.push_back(check::sized_case(arguments.op, check::parse_shape(arguments.shape)));
    } else {
        cases = check::timed_cases(arguments.op);
    }
    auto subjects = std::make_shared<std::vector<Subject>>();
    for (const reference::Case& source : cases) {
        Subject& subject = subjects->emplace_back();
        source.build(subject.graph, dtype);
        SessionOptions named = session;
        named.name = source.name;
        subject.session = std::make_unique<Session>(device, subject.graph, named);
        check::write_inputs(*subject.session, subject.graph, reference::fill_inputs(source, subject.graph));
    }
    return {
        .subject = text(arguments.op, " ", arguments.shape.empty() ? text(cases.size(), " shapes") : arguments.shape, " ", arguments.dtype),
        .once = [subjects] {
            for (const Subject& subject : *subjects) {
                subject.session->run();
            }
        }};
}

}  // namespace

Workload open_workload(Device& device, profile::Recorder& recorder, const WorkloadArguments& arguments) {
    const SessionOptions session{.recorder = &recorder};
    if (!arguments.op.empty()) {
        return open_op(device, session, arguments);
    }
    const profile::Scope scope(&recorder, "load", arguments.model);
    return open_model({.device = device, .arguments = arguments, .folder = model_folder(arguments.model), .session = session});
}

}  // namespace heed
