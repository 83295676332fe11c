#include "models/zoo/systems.h"

#include <algorithm>
#include <cctype>

#include "heed.h"

namespace heed::zoo {
namespace {

std::string upper(std::string_view name) {
    std::string out(name);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return out;
}

std::vector<System> all_systems() {
    std::vector<System> all;
    for (const std::vector<System>& some : {recurrent_systems(), mechanism_systems(), transformer_systems(), picture_systems()}) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

std::string linked(const std::vector<std::string_view>& paths) {
    std::string out;
    for (const std::string_view path : paths) {
        out += text(out.empty() ? "" : ", ", "[`", path, "`](../", path, ")");
    }
    return out;
}

constexpr std::string_view kBeginning =
    "# The systems that heed runs\n\n"
    "Printed by `heed zoo --markdown`; `heed zoo` lists them in a terminal, `heed zoo ID` tells all of one. s or h_t is the decoder's "
    "state, h or h_i the encoder's at place i, c the context, e a score, a a weight. The pictures in docs/systems are drawn by "
    "`heed zoo ID --picture FILE`; those of the mechanisms are what the real op looked at on a device, in an example whose weights are "
    "wired by hand so that one sees what it does. A8, A9 and T8 are what `heed regress`, `heed caption` and `heed forecast` draw.\n\n";

}  // namespace

const std::vector<System>& systems() {
    static const std::vector<System> all = all_systems();
    return all;
}

const System& system(std::string_view id) {
    const auto found = std::ranges::find(systems(), upper(id), &System::id);
    if (found == systems().end()) {
        fail(ErrorKind::bad_input, "zoo: expected a system among R1 to R6, A1 to A9, T1 to T10 and V1 to V4, got '", id, "'");
    }
    return *found;
}

std::string systems_page() {
    std::string out(kBeginning);
    out += "| | system | equation | command |\n|---|---|---|---|\n";
    for (const System& each : systems()) {
        std::string equation(each.equation);  // a bar would end its cell
        for (size_t at = equation.find('|'); at != std::string::npos; at = equation.find('|', at + 2)) {
            equation.insert(at, "\\");
        }
        out += text("| [", each.id, "](#", each.id, ") | ", each.name, " | `", equation, "` | `", each.command, "` |\n");
    }
    for (const System& each : systems()) {
        out += text("\n<a id=\"", each.id, "\"></a>\n\n## ", each.id, " ", each.name, "\n\n");
        out += text("![", each.name, "](", each.picture.substr(5), ")\n\n", each.explanation, "\n\n");
        out += text("    ", each.equation, "\n    ", each.command, "\n\n");
        out += text("* State: ", each.state, ".\n* Code: ", linked(each.code), "\n* Held against: ", linked(each.goldens), "\n");
    }
    return out + "\n" + config_keys_page();
}

}  // namespace heed::zoo
