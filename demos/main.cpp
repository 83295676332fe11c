// The command heed: subcommands, the options they share, and how anything that goes wrong is told.
#include <exception>
#include <iostream>

#include "demos/common.h"

namespace heed {
namespace {

constexpr int kFailure = 1, kUsage = 2;

void describe(CLI::App& app, CommonOptions& common) {
    app.name("heed");
    app.set_version_flag("--version", "heed " HEED_VERSION);
    app.add_option("--device", common.device,
                   "The device to use: its number, a part of its name, its UUID, or cpu, integrated, discrete, virtual\n(default: "
                   "$HEED_DEVICE, else the best there is)")
        ->type_name("DEVICE");
    app.add_flag("--verbose", common.verbose, "Say more about what happens");
    app.require_subcommand(0, 1);
    app.fallthrough();  // so that --device may also stand behind the subcommand
    app.failure_message(
        [](const CLI::App*, const CLI::Error& error) { return text("heed: ", error.what(), "\n", "heed --help tells what there is\n"); });
    app.footer(
        "heed COMMAND --help tells more.\n"
        "Environment: HEED_DEVICE; HEED_VALIDATION=1 checks every Vulkan call; HEED_CAPS makes a device pretend to be a smaller one;\n"
        "HEED_CACHE is where compiled pipelines and notes on devices are kept.");
}

int run(int argc, char** argv) {
    CLI::App app("Attention models on any GPU that speaks Vulkan.");
    CommonOptions common;
    int status = 0;
    describe(app, common);
    add_classify(app, common, status);
    add_caption(app, common, status);
    add_eval(app, common, status);
    add_translate(app, common, status);
    add_fill_mask(app, common);
    add_answer(app, common);
    add_encode(app, common, status);
    add_label(app, common, status);
    add_dates(app, common, status);
    add_pronounce(app, common, status);
    add_spam(app, common, status);
    add_explain(app, common);
    add_forecast(app, common);
    add_regress(app, common);
    add_demo(app, common);
    add_zoo(app, common);
    add_devices(app, common);
    add_doctor(app, common, status);
    add_bench(app, common);
    add_profile(app, common, status);
    add_plan(app, common);
    add_scenes(app);
    add_weights(app);
    add_tokens(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {  // --help and --version come this way too
        return app.exit(error) == 0 ? 0 : kUsage;
    }
    if (app.get_subcommands().empty()) {
        std::cout << app.help();
    }
    std::cout.flush();
    if (!std::cout) {
        fail(ErrorKind::bad_file, "standard output: cannot be written");
    }
    return status;
}

int complain(const char* what) {
    end_progress();
    std::cerr << "heed: " << what << "\n";
    return kFailure;
}

}  // namespace
}  // namespace heed

int main(int argc, char** argv) {
    try {
        return heed::run(argc, argv);
    } catch (const heed::Error& error) {
        return heed::complain(error.what());
    } catch (const std::bad_alloc&) {
        return heed::complain("out of memory");
    } catch (const std::exception& error) {
        return heed::complain(error.what());
    }
}
