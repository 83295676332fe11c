#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"
#include "io/json_text.h"
#include "io/mapped_file.h"
#include "profile/json.h"
#include "profile/profile_fields.h"

namespace heed::profile {
namespace {

using nlohmann::json;

constexpr uint64_t kLongestFile = 256 << 20;

std::string shown(const json& value) {
    return value.is_object()  ? "an object"
           : value.is_array() ? text("a list of ", value.size())
                              : io::readable(value.dump(-1, ' ', true), 60);
}

// Where in a file we are. Only a complaint makes words of it.
struct Place {
    const std::string& file;
    const Place* outer = nullptr;
    const char* key = nullptr;  // null: element `index` of a list
    size_t index = 0;

    std::string words() const {
        if (outer == nullptr) {
            return "";
        }
        const std::string before = outer->words();
        return key == nullptr ? text(before, "[", index, "]") : before.empty() ? key : text(before, ".", key);
    }

    template <typename Got>
    [[noreturn]] void damaged(std::string_view expected, const Got& got) const {
        fail(ErrorKind::bad_file, file, ": expected ", words(), " to be ", expected, ", got ", got);
    }
};

template <typename T>
constexpr bool kIsList = false;
template <typename T>
constexpr bool kIsList<std::vector<T>> = true;

template <typename T>
T read(const json& from, const Place& place);

template <typename T>
T read_element(const json& from, const Place& place, size_t index) {
    return read<T>(from[index], {.file = place.file, .outer = &place, .index = index});
}

template <typename T>
T read_number(const json& from, const Place& place) {
    if constexpr (std::is_same_v<T, double>) {
        if (!from.is_number() || !std::isfinite(from.get<double>())) {
            place.damaged("a number", shown(from));
        }
    } else if (!from.is_number_unsigned() || from.get<uint64_t>() > std::numeric_limits<T>::max()) {
        place.damaged(text("a whole number from 0 to ", std::numeric_limits<T>::max()), shown(from));
    }
    return from.get<T>();
}

// What drivers count may be no number at all, which JSON has as null.
template <typename T>
constexpr bool kMayBeNone = std::is_same_v<T, Statistic> || std::is_same_v<T, Counter>;

template <typename T>
T read_object(const json& from, const Place& place) {
    if (!from.is_object()) {
        place.damaged("an object", shown(from));
    }
    T out;
    fields(out, [&](const char* name, auto& field) {
        using Field = std::remove_reference_t<decltype(field)>;
        const Place inner{.file = place.file, .outer = &place, .key = name};
        const auto found = from.find(name);
        if (found == from.end()) {
            inner.damaged("there", "nothing");
        }
        if constexpr (kMayBeNone<T> && std::is_same_v<Field, double>) {
            if (found->is_null()) {
                field = std::numeric_limits<double>::quiet_NaN();
                return;
            }
        }
        field = read<Field>(*found, inner);
    });
    return out;
}

template <typename T>
T read(const json& from, const Place& place) {
    if constexpr (std::is_same_v<T, std::string>) {
        return from.is_string() ? from.get<std::string>() : (place.damaged("text", shown(from)), "");
    } else if constexpr (std::is_same_v<T, bool>) {
        return from.is_boolean() ? from.get<bool>() : (place.damaged("true or false", shown(from)), false);
    } else if constexpr (std::is_arithmetic_v<T>) {
        return read_number<T>(from, place);
    } else if constexpr (kIsList<T>) {
        if (!from.is_array()) {
            place.damaged("a list", shown(from));
        }
        T out;
        for (size_t i = 0; i < from.size(); ++i) {
            out.push_back(read_element<typename T::value_type>(from, place, i));
        }
        return out;
    } else if constexpr (std::is_same_v<T, Interval>) {
        const auto ends = read<std::array<double, 2>>(from, place);
        if (ends[1] < ends[0]) {
            place.damaged("begin and end, the end no earlier", text(ends[0], " and ", ends[1]));
        }
        return {.begin = ends[0], .end = ends[1]};
    } else if constexpr (requires { std::tuple_size<T>::value; }) {
        T out;
        if (!from.is_array() || from.size() != out.size()) {
            place.damaged(text("a list of ", out.size()), shown(from));
        }
        for (size_t i = 0; i < out.size(); ++i) {
            out[i] = read_element<typename T::value_type>(from, place, i);
        }
        return out;
    } else {
        return read_object<T>(from, place);
    }
}

// What no key alone tells: numbers that stand for elements of other lists, and lists that are as long as others.
void check_plan(const PlanSamples& plan, const Place& place) {
    const auto isolated = static_cast<size_t>(std::ranges::count_if(plan.runs, &RunSample::isolated));
    for (size_t i = 0; i < plan.dispatches.size(); ++i) {
        const DispatchSamples& dispatch = plan.dispatches[i];
        const Place list{.file = place.file, .outer = &place, .key = "dispatches"}, here{.file = place.file, .outer = &list, .index = i};
        if (dispatch.kernel >= plan.kernels.size()) {
            here.damaged(text("of one of ", plan.kernels.size(), " kernels"), text("kernel ", dispatch.kernel));
        }
        if (dispatch.seconds.size() > isolated) {
            here.damaged(text("timed in ", isolated, " isolated runs"), text(dispatch.seconds.size(), " times"));
        }
    }
    for (size_t i = 0; i < plan.runs.size(); ++i) {
        const Place list{.file = place.file, .outer = &place, .key = "runs"}, here{.file = place.file, .outer = &list, .index = i};
        if (!plan.runs[i].dispatches.empty() && plan.runs[i].dispatches.size() != plan.dispatches.size()) {
            here.damaged(text("of ", plan.dispatches.size(), " dispatches"), plan.runs[i].dispatches.size());
        }
    }
}

void check(const Profile& profile, const Place& root) {
    uint64_t below = 0;
    for (const Roofs::Level& level : profile.roofs.memory) {
        if (level.bytes <= below) {
            fail(ErrorKind::bad_file, root.file, ": expected roofs.memory to go from few bytes to many, got ", level.bytes, " behind ",
                 below);
        }
        below = level.bytes;
    }
    for (size_t i = 0; i < profile.plans.size(); ++i) {
        const Place list{.file = root.file, .outer = &root, .key = "plans"};
        check_plan(profile.plans[i], {.file = root.file, .outer = &list, .index = i});
    }
}

std::string member(const json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() ? "none" : shown(*found);
}

}  // namespace

Profile read_json(std::string_view text, const std::string& name) {
    json document;
    try {
        document = json::parse(text.begin(), text.end());
    } catch (const json::exception& error) {
        fail(ErrorKind::bad_file, name, ": expected a profile in JSON, got a ", io::json_complaint(error.what()));
    }
    if (!document.is_object()) {
        fail(ErrorKind::bad_file, name, ": expected a profile, which is a JSON object, got ", shown(document));
    }
    if (member(document, "schema") != json(kSchema).dump()) {
        fail(ErrorKind::bad_file, name, ": expected the schema \"", kSchema, "\", got ", member(document, "schema"));
    }
    if (member(document, "version") != json(kSchemaVersion).dump()) {
        fail(ErrorKind::bad_file, name, ": expected version ", kSchemaVersion, " of the schema ", kSchema, ", got ",
             member(document, "version"));
    }
    const Place root{.file = name};
    Profile out = read<Profile>(document, root);
    check(out, root);
    return out;
}

Profile read_json(const std::filesystem::path& path) {
    return read_json(io::MappedFile(path, kLongestFile).text(), path.string());
}

}  // namespace heed::profile
