#include "profile/kernel_files.h"

#include <doctest/doctest.h>

#include "base/kernel.h"
#include "support/folder.h"
#include "support/sentence.h"

namespace {

using namespace heed;
using namespace heed::profile;

PlanSamples plan() {
    PlanSamples out{.name = "step"};
    out.kernels = {{.name = "softmax_rows_f32", .constants = {64, 1, 0}},
                   {.name = "unary_flat_f32", .constants = {256, 2}},
                   {.name = "softmax_rows_f32", .constants = {128, 1, 0}}};
    out.dispatches = {{.op = "softmax", .name = "y", .shape = "[3,5]", .kernel = 0, .grid = {3, 1, 1}},
                      {.op = "unary", .name = "z", .shape = "[4]", .kernel = 1},
                      {.op = "softmax", .name = "w", .shape = "[7,9]", .kernel = 2, .grid = {7, 1, 1}}};
    return out;
}

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("kernel files: every kernel once, with all that it is specialised for") {
        const tests::Folder folder;
        const KernelFolder out(folder.path / "made" / "kernels");
        CHECK(out.write(std::vector{plan(), plan()}) == 2);
        const Kernel& kernel = *find_kernel("softmax_rows_f32");
        const std::string words = tests::contents(folder.path / "made/kernels/softmax_rows_f32.spv");
        REQUIRE(words.size() == kernel.spirv.size_bytes());
        CHECK(std::equal(words.begin(), words.end(), reinterpret_cast<const char*>(kernel.spirv.data())));
        const std::string text = tests::contents(folder.path / "made/kernels/softmax_rows_f32.txt");
        CHECK(tests::contains(text, "softmax_rows_f32: softmax.comp -DT_F32\n5 bindings, "));
        CHECK(tests::contains(text, "\nconstants 0.. 64 1 0\n  step 0: softmax y [3,5], grid 3 1 1\n"));
        CHECK(tests::contains(text, "\nconstants 0.. 128 1 0\n  step 2: softmax w [7,9], grid 7 1 1\n"));
        CHECK(std::distance(std::filesystem::directory_iterator(folder.path / "made/kernels"), {}) == 4);
    }

    TEST_CASE("kernel files: where nothing can be written is said before there is anything to write") {
        const tests::Folder folder;
        const std::filesystem::path file = folder.write("file", "");
        CHECK(tests::sentence(ErrorKind::bad_file, [&] { KernelFolder out(file); }) ==
              file.string() + ": expected a folder for kernels, and none could be made: Not a directory");
        CHECK(tests::contains(tests::sentence(ErrorKind::bad_file, [&] { KernelFolder out(file / "in"); }), "file/in: expected a folder"));
        CHECK(tests::contains(tests::sentence(ErrorKind::bad_file, [] { KernelFolder out("/proc"); }), "/proc/"));
        CHECK(folder.entries() == 1);
    }

    TEST_CASE("kernel files: what the driver shows, or that it shows nothing") {
        PlanSamples shown = plan();
        CHECK(intermediate_forms(std::vector{shown}, {.name = "a card"}) ==
              "a card: the driver shows nothing of what it makes of kernels\n");
        shown.kernels[1].executables = {
            {.name = "CS", .representations = {{"asm", "the end", "v_add\nv_ret"}, {"ir", "the middle", "add\n"}}}};
        CHECK(intermediate_forms(std::vector{shown, shown}, {.name = "a card"}) ==
              "---- unary_flat_f32 with constants 256 2\n---- CS, asm: the end\nv_add\nv_ret\n"
              "---- unary_flat_f32 with constants 256 2\n---- CS, ir: the middle\nadd\n");
    }
}
