// heed encode: texts as vectors, of each token or of the whole; and how alike two texts are.
#include <charconv>
#include <iomanip>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "demos/text_lines.h"
#include "io/npy.h"
#include "io/safetensors.h"
#include "models/bert/text_encoder.h"

namespace heed {
namespace {

constexpr size_t kLinesAtOnce = 1024;  // that are sorted by length

struct Arguments {
    std::string text = "-", model, pool, out;
    std::optional<std::string> similar;
    TextEncoderOptions options;
    bool json = false;
};

// A text and what became of it: nothing where it was refused.
struct Encoded {
    TextLines::Line line;
    Encoding tokens;
    std::vector<float> vector;  // [C], or [T,C]
};

std::vector<Encoded> encode(TextEncoder& encoder, TextLines& lines) {
    std::vector<Encoded> out;
    std::vector<Encoding> good;
    for (TextLines::Line& line : lines.next(kLinesAtOnce)) {
        Encoded& each = out.emplace_back(Encoded{.line = std::move(line), .tokens = {}, .vector = {}});
        try {
            each.tokens = each.line.good ? encoder.tokens_of(each.line.text) : Encoding();
        } catch (const Error& error) {
            lines.complain(each.line, error.what());
        }
        if (each.line.good) {
            good.push_back(each.tokens);
        }
    }
    const std::vector<std::vector<float>> vectors = encoder.run(good);
    end_progress();
    for (size_t i = 0, at = 0; i < out.size(); ++i) {
        if (out[i].line.good) {
            out[i].vector = vectors[at++];
        }
    }
    return out;
}

// All numbers with as many digits as tell them apart; an empty line for what was refused.
void print_row(std::span<const float> values) {
    std::string line;
    for (const float value : values) {
        char digits[24];
        const std::to_chars_result end = std::to_chars(std::begin(digits), std::end(digits), value);
        line.append(line.empty() ? "" : " ").append(digits, end.ptr);
    }
    std::cout << line << "\n";
}

void print_json(const Encoded& each, bool by_token, size_t channels) {
    nlohmann::json out{{"text", each.line.text}};
    if (each.vector.empty()) {
        out["vector"] = nullptr;
    } else if (by_token) {
        out["tokens"] = each.tokens.tokens;
        for (size_t at = 0; at < each.vector.size(); at += channels) {
            out["vectors"].push_back(std::vector<float>(each.vector.begin() + static_cast<std::ptrdiff_t>(at),
                                                        each.vector.begin() + static_cast<std::ptrdiff_t>(at + channels)));
        }
    } else {
        out["vector"] = each.vector;
    }
    std::cout << out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

void print(const Encoded& each, bool by_token, size_t channels, bool json) {
    if (json) {
        print_json(each, by_token, channels);
    } else if (by_token && !each.vector.empty()) {
        for (size_t at = 0; at < each.vector.size(); at += channels) {
            std::cout << each.tokens.tokens[at / channels] << " ";
            print_row(std::span(each.vector).subspan(at, channels));
        }
        std::cout << "\n";
    } else {
        print_row(each.vector);
    }
}

// One array with a row for each text, or an array for each. What was refused is a row of NaN: rows go on counting lines.
void write(const std::string& path, const std::vector<Encoded>& all, bool by_token, size_t channels) {
    const auto columns = static_cast<int64_t>(channels);
    const bool npy = std::filesystem::path(path).extension() == ".npy";
    std::vector<io::TensorEntry> tensors;
    if (by_token) {
        for (const Encoded& each : all) {
            const std::vector<int64_t> shape{static_cast<int64_t>(each.vector.size() / channels), columns};
            if (npy) {
                return io::write_npy(path, shape, each.vector);
            }
            tensors.push_back({.name = text("hidden.", tensors.size()),
                               .element = io::Element::f32,
                               .shape = shape,
                               .bytes = std::as_bytes(std::span(each.vector))});
        }
        return io::write_safetensors(path, tensors);
    }
    std::vector<float> rows;
    for (const Encoded& each : all) {
        rows.insert(rows.end(), each.vector.begin(), each.vector.end());
        rows.resize(rows.size() + (each.vector.empty() ? channels : 0), std::numeric_limits<float>::quiet_NaN());
    }
    const std::vector<int64_t> shape{static_cast<int64_t>(all.size()), columns};
    if (npy) {
        return io::write_npy(path, shape, rows);
    }
    tensors.push_back({.name = "vectors", .element = io::Element::f32, .shape = shape, .bytes = std::as_bytes(std::span(rows))});
    io::write_safetensors(path, tensors);
}

// How alike each text is to that one.
void compare(TextEncoder& encoder, TextLines& lines, const Arguments& arguments) {
    const Encoding tokens = encoder.tokens_of(*arguments.similar);
    const std::vector<float> other = encoder.run(std::span(&tokens, 1))[0];
    for (std::vector<Encoded> some = encode(encoder, lines); !some.empty(); some = encode(encoder, lines)) {
        for (const Encoded& each : some) {
            const bool good = !each.vector.empty();
            const double alike = good ? cosine(each.vector, other) : 0;
            if (arguments.json) {
                const nlohmann::json out{
                    {"text", each.line.text}, {"similar", *arguments.similar}, {"cosine", good ? nlohmann::json(alike) : nullptr}};
                std::cout << out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
            } else if (good) {
                std::cout << std::fixed << std::setprecision(4) << std::setw(7) << alike << (lines.several() ? "  " + each.line.text : "")
                          << "\n";
            } else if (lines.several()) {
                std::cout << "\n";
            }
        }
        std::cout.flush();
    }
}

void run(const CommonOptions& common, const Arguments& arguments, int& status) {
    TextLines lines(arguments.text);
    TextEncoderOptions options = arguments.options;
    if (!arguments.pool.empty()) {
        options.pooling = pooling_of(arguments.pool);
    }
    const bool by_token = options.pooling == Pooling::none;
    if (by_token && arguments.similar) {
        fail(ErrorKind::bad_input, "--similar: expected a vector for the whole text, got --pool none");
    }
    if (by_token && lines.several() && std::filesystem::path(arguments.out).extension() == ".npy") {
        fail(ErrorKind::bad_input, arguments.out, ": expected a name that ends in .safetensors for the tokens of several texts, got .npy, ",
             "which holds one array");
    }
    Device device = open(common);
    options.session.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    TextEncoder encoder(device, arguments.model, options);
    if (arguments.similar) {
        compare(encoder, lines, arguments);
    } else {
        std::vector<Encoded> all;
        for (std::vector<Encoded> some = encode(encoder, lines); !some.empty(); some = encode(encoder, lines)) {
            if (!arguments.out.empty()) {
                std::ranges::move(some, std::back_inserter(all));
                continue;
            }
            for (const Encoded& each : some) {
                if (each.line.good || lines.several()) {
                    print(each, by_token, encoder.channels(), arguments.json);
                }
            }
            std::cout.flush();
        }
        if (!arguments.out.empty() && (lines.several() || lines.all_good())) {
            write(arguments.out, all, by_token, encoder.channels());
        }
    }
    status = lines.all_good() ? status : 1;
}

}  // namespace

void add_encode(CLI::App& app, CommonOptions& common, int& status) {
    auto* command = app.add_subcommand("encode", "Texts as vectors, and how alike two are");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("TEXT", arguments->text, "The text; - reads lines from standard input")->capture_default_str();
    command
        ->add_option("--model", arguments->model,
                     "The folder of a BERT, RoBERTa or DistilBERT, or of such a model from sentence-transformers; heed brings none")
        ->required()
        ->type_name("DIR");
    command
        ->add_option("--pool", arguments->pool,
                     "One vector a text (mean, first, max) or one a token (none); default: as DIR says, else mean")
        ->check(CLI::IsMember({"mean", "first", "max", "none"}));
    command->add_option("--similar", arguments->similar, "Print the cosine of the angle to this text's vector instead")->type_name("TEXT");
    command->add_option("--out", arguments->out, "Write the numbers there, a row for each line")
        ->check(ends_in({".npy", ".safetensors"}))
        ->type_name("FILE");
    add_precision(*command, arguments->options.precision);
    command->add_option("--batch", arguments->options.batch, "Texts run together at most")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    command->add_flag("--cut", arguments->options.cut, "Read the beginning of a text that is too long, which else is an error");
    command->add_flag("--json", arguments->json, "Print JSON, a line for each text");
    command->callback([&common, &status, arguments] { run(common, *arguments, status); });
}

}  // namespace heed
