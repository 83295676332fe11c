// The list of systems: that what it names is there, that docs/systems.md says the same, and that mechanisms look where they should.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <set>

#include "draw/svg.h"
#include "models/zoo/example.h"
#include "models/zoo/mechanisms.h"
#include "models/zoo/picture.h"
#include "models/zoo/systems.h"
#include "support/device.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace heed {
namespace {

using tests::sentence;

constexpr auto kWords = static_cast<size_t>(zoo::kExampleWords);

std::string svg_of(const zoo::Page& page) {
    draw::Svg svg(page.width, page.height, page.title);
    page.draw(svg);
    return svg.file();
}

bool drawn_without_device(std::string_view id) {
    const std::string own = text("docs/systems/", id, ".svg");
    return zoo::system(id).picture == own && !zoo::needs_device(id) && id != "A8" && id != "A9" && id != "T8";
}

std::string expected_ids() {
    std::string out;
    for (const auto& [letter, count] : {std::pair('R', 6), std::pair('A', 9), std::pair('T', 10), std::pair('V', 4)}) {
        for (int i = 1; i <= count; ++i) {
            out += text(letter, i, " ");
        }
    }
    return out;
}

// Names of subcommands, as the files of the command give them to CLI11.
std::set<std::string> subcommands() {
    std::set<std::string> names;
    constexpr std::string_view before = "add_subcommand(\"";
    for (const tests::Source& source : tests::sources({"demos"}, {".cpp"})) {
        for (size_t at = source.text.find(before); at != std::string::npos; at = source.text.find(before, at + 1)) {
            const size_t begin = at + before.size();
            names.insert(source.text.substr(begin, source.text.find('"', begin) - begin));
        }
    }
    return names;
}

// Where each step looks most.
std::vector<size_t> peaks(const std::vector<float>& weights) {
    std::vector<size_t> out;
    for (size_t step = 0; step < kWords; ++step) {
        const auto row = weights.begin() + static_cast<std::ptrdiff_t>(step * kWords);
        out.push_back(static_cast<size_t>(std::max_element(row, row + kWords) - row));
    }
    return out;
}

std::vector<size_t> matches() {
    std::vector<size_t> out;
    for (size_t step = 0; step < kWords; ++step) {
        out.push_back(zoo::example_match(step));
    }
    return out;
}

double row_sum(const std::vector<float>& weights, size_t row) {
    const auto begin = weights.begin() + static_cast<std::ptrdiff_t>(row * kWords);
    return std::accumulate(begin, begin + kWords, 0.0);
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("zoo: the list has every system once and in order, and nothing is left unsaid") {
        std::string ids;
        for (const zoo::System& each : zoo::systems()) {
            ids += text(each.id, " ");
            for (const std::string_view said : {each.name, each.equation, each.command, each.state, each.explanation}) {
                CHECK_MESSAGE(said.size() > 3, each.id);
            }
            CHECK_MESSAGE(!each.code.empty(), each.id);
            CHECK_MESSAGE(!each.goldens.empty(), each.id);
            CHECK_MESSAGE(&zoo::system(each.id) == &each, each.id);
        }
        CHECK(ids == expected_ids());
        CHECK(zoo::system("a1").id == "A1");
        CHECK(sentence(ErrorKind::bad_input, [] { zoo::system("A10"); }) ==
              "zoo: expected a system among R1 to R6, A1 to A9, T1 to T10 and V1 to V4, got 'A10'");
    }

    TEST_CASE("zoo: what it names is there: files, pictures, trained models, subcommands") {
        const std::set<std::string> commands = subcommands();
        CHECK(commands.contains("zoo"));
        CHECK_FALSE(commands.contains("menagerie"));
        for (const zoo::System& each : zoo::systems()) {
            std::vector<std::string_view> paths{each.picture};
            paths.insert(paths.end(), each.code.begin(), each.code.end());
            paths.insert(paths.end(), each.goldens.begin(), each.goldens.end());
            constexpr std::string_view folder = "models/shipped/";
            if (const size_t at = each.state.find(folder); at != std::string_view::npos) {
                paths.push_back(each.state.substr(at, each.state.find_first_of(",;", at) - at));
            }
            for (const std::string_view path : paths) {
                CHECK_MESSAGE(std::filesystem::exists(tests::repository() / path), each.id, " names ", path);
            }
            const std::string command(each.command);
            REQUIRE_MESSAGE(command.starts_with("heed "), each.id);
            CHECK_MESSAGE(commands.contains(command.substr(5, command.find(' ', 5) - 5)), each.id, " names ", command);
        }
    }

    TEST_CASE("zoo: docs/systems.md is what heed zoo --markdown prints") {
        CHECK(tests::read_source("docs/systems.md").text == zoo::systems_page());
    }

    TEST_CASE("zoo: the pictures are small, and those without a device are what is drawn today") {
        uintmax_t all = 0;
        for (const zoo::System& each : zoo::systems()) {
            if (each.picture.ends_with(".svg")) {
                const uintmax_t bytes = std::filesystem::file_size(tests::repository() / each.picture);
                CHECK_MESSAGE(bytes < 60 << 10, each.picture);
                all += bytes;
            }
            if (drawn_without_device(each.id)) {
                CHECK_MESSAGE((tests::read_source(std::string(each.picture)).text == svg_of(zoo::picture_page(each.id, nullptr))), each.id);
            }
        }
        CHECK(all < 1 << 20);
        CHECK(sentence(ErrorKind::bad_input, [] { zoo::picture_page("A1", nullptr); }) ==
              "zoo: expected a device for the picture of A1, got none");
        CHECK(sentence(ErrorKind::bad_input, [] { zoo::picture_page("t1", nullptr); }) ==
              "zoo: expected a system that heed zoo draws, got T1, whose picture is docs/attention.png");
    }

    TEST_CASE("zoo: the example's words change places in three pairs") {
        const std::vector<size_t> at = matches();
        CHECK(at == std::vector<size_t>{0, 1, 3, 2, 5, 4, 6, 7, 9, 8});
        CHECK(zoo::example_target().size() == kWords);
    }
}

TEST_SUITE("device zoo") {
    TEST_CASE("zoo: each mechanism looks as its text says") {
        Device& device = tests::device();
        for (const char* score : {"additive", "dot", "scaled_dot", "general", "concat", "local_m", "local_p"}) {
            CAPTURE(score);
            CHECK(peaks(zoo::example_weights_of(device, score)) == matches());
        }
        std::vector<size_t> diagonal(kWords);
        std::iota(diagonal.begin(), diagonal.end(), 0);
        CHECK(peaks(zoo::example_weights_of(device, "location")) == diagonal);

        const std::vector<float> linear = zoo::example_weights_of(device, "linear_concat");
        for (size_t i = kWords; i < linear.size(); ++i) {
            CHECK(linear[i] == doctest::Approx(linear[i % kWords]).epsilon(1e-4));
        }
        const std::vector<float> window = zoo::example_weights_of(device, "local_m");
        for (size_t step = 0; step < kWords; ++step) {
            CHECK(row_sum(window, step) == doctest::Approx(1).epsilon(1e-4));
            for (size_t place = 0; place < kWords; ++place) {
                const bool inside = place + 2 >= step && place <= step + 2;
                CHECK((window[step * kWords + place] > 0) == inside);
            }
        }
    }

    TEST_CASE("zoo: masks take places away, and the rest adds up to one") {
        Device& device = tests::device();
        const std::vector<float> causal = zoo::example_self_attention(device, zoo::ExampleMask::causal);
        const std::vector<float> padded = zoo::example_self_attention(device, zoo::ExampleMask::padded);
        for (size_t word = 0; word < kWords; ++word) {
            CHECK(row_sum(causal, word) == doctest::Approx(1).epsilon(1e-4));
            CHECK(row_sum(padded, word) == doctest::Approx(1).epsilon(1e-4));
            for (size_t other = 0; other < kWords; ++other) {
                CHECK((causal[word * kWords + other] == 0) == (other > word));
                CHECK((padded[word * kWords + other] == 0) == (other + zoo::kExamplePadding >= kWords));
            }
        }
    }

    TEST_CASE("zoo: the pictures of mechanisms are what this device looks at") {
        for (const zoo::System& each : zoo::systems()) {
            if (zoo::needs_device(each.id)) {
                CHECK_MESSAGE((tests::read_source(std::string(each.picture)).text == svg_of(zoo::picture_page(each.id, &tests::device()))),
                              each.id);
            }
        }
    }
}
}  // namespace heed
