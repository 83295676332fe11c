#include "check/shader_compiler.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "base/spirv.h"
#include "check/source_watch.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace {

using namespace heed;
namespace fs = std::filesystem;

// A copy of shaders/ with a shader and all that it may include.
struct Shaders : tests::Folder {
    Shaders() { fs::copy(tests::repository() / "shaders/include", path / "include"); }

    fs::path copy(const std::string& name) const { return write(name, tests::read_source("shaders/" + name).text); }
    fs::path with(const std::string& name, const std::string& what, const std::string& instead) const {
        std::string source = tests::read_source("shaders/" + name).text;
        const size_t at = source.find(what);
        REQUIRE(at != std::string::npos);
        return write(name, source.replace(at, what.size(), instead));
    }
};

std::string complaint(const std::string& kernel, const fs::path& file) {
    return tests::sentence(ErrorKind::bad_file, [&] { check::recompile(*find_kernel(kernel), file); });
}

// A path that leads nowhere, while it lives.
struct NoPrograms {
    std::string before = std::getenv("PATH");

    NoPrograms() { setenv("PATH", "/nonexistent", 1); }
    ~NoPrograms() { setenv("PATH", before.c_str(), 1); }
};

}  // namespace

TEST_SUITE("check") {
    TEST_CASE("shader compiler: an unchanged file is the kernel that was built, to the word") {
        const Shaders shaders;
        const fs::path file = shaders.copy("softmax.comp");
        const std::vector<const Kernel*> built = check::kernels_from(file);
        CHECK(built.size() == 4);
        for (const Kernel* kernel : built) {
            const auto again = check::recompile(*kernel, file);
            CHECK(again->kernel().digest == kernel->digest);
            CHECK(again->kernel().name == kernel->name);
            CHECK(interface_of(again->kernel()) == interface_of(*kernel));
        }
        CHECK(check::kernels_from("no_such.comp").empty());
    }

    TEST_CASE("shader compiler: a mistake is what glslang says of it") {
        const Shaders shaders;
        const std::string said = complaint("unary_flat_f32", shaders.with("unary.comp", "void main() {", "void main() { nonsense();"));
        CHECK_MESSAGE(said.find("unary.comp:") != std::string::npos, said);
        CHECK_MESSAGE(said.find("'nonsense' : no matching overloaded function found") != std::string::npos, said);
        CHECK(said.back() != '\n');
    }

    TEST_CASE("shader compiler: a kernel that would not go where the built one does is refused") {
        const Shaders shaders;
        const fs::path pushed = shaders.write("include/params.h", [] {
            std::string params = tests::read_source("shaders/include/params.h").text;
            const std::string what = "struct UnaryParams {";
            return params.replace(params.find(what), what.size(), what + " uint more;");
        }());
        CHECK(complaint("unary_flat_f32", shaders.copy("unary.comp")) ==
              (shaders.path / "unary.comp").string() +
                  ": expected a push block of 4 bytes, as the unary_flat_f32 that was built has, got 8");
        fs::copy_file(tests::repository() / "shaders/include/params.h", pushed, fs::copy_options::overwrite_existing);
        const std::string file = (shaders.path / "unary.comp").string();
        CHECK(complaint("unary_flat_f32", shaders.with("unary.comp", "readonly ", "")) ==
              file + ": expected binding 0 not to be written, as in the unary_flat_f32 that was built");
        CHECK(complaint("unary_flat_f32", shaders.with("unary.comp", "binding = 1", "binding = 2")) ==
              file + ": bindings must be contiguous, and binding 1 is missing or never used");
    }

    TEST_CASE("shader compiler: no compiler is a sentence") {
        const Shaders shaders;
        const fs::path file = shaders.copy("unary.comp");
        const NoPrograms none;
        CHECK(complaint("unary_flat_f32", file).find(": expected a program of that name, and there is none in PATH") != std::string::npos);
    }

    TEST_CASE("source watch: what is written, replaced or included is seen, once it has come to rest") {
        const Shaders shaders;
        const fs::path file = shaders.copy("unary.comp");
        check::SourceWatch watch(file);
        int asked = 0;
        const auto patience = [&] { return ++asked > 8; };
        CHECK(!watch.wait(patience));

        std::ofstream(file, std::ios::app) << "// more\n";
        asked = 0;
        CHECK(watch.wait(patience));
        asked = 0;
        CHECK(!watch.wait(patience));

        fs::rename(shaders.write("new.comp", "another file altogether"), file);
        asked = 0;
        CHECK(watch.wait(patience));

        std::ofstream(shaders.path / "include/flat.glsl", std::ios::app) << "// more\n";
        asked = 0;
        CHECK(watch.wait(patience));

        fs::remove(file);
        asked = 0;
        CHECK(!watch.wait(patience));  // an editor between its two steps
        CHECK(tests::sentence(ErrorKind::bad_file, [&] { check::SourceWatch gone(file); }) ==
              file.string() + ": expected a shader, and there is no such file");
    }
}
