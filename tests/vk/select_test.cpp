#include <doctest/doctest.h>

#include "base/error.h"
#include "vk/select.h"

namespace heed::vk {

namespace {

Caps made_up(const char* name, DeviceType type, uint64_t memory, const char* uuid = "", uint32_t minor = 3) {
    Caps caps;
    caps.device_name = name;
    caps.type = type;
    caps.uuid = uuid;
    caps.api_version = (1u << 22) | (minor << 12);
    caps.heaps = {{.size = memory, .budget = memory, .device_local = true}};
    return caps;
}

std::string error_of(const std::vector<Caps>& devices, std::string_view spec) {
    try {
        select(devices, spec);
    } catch (const Error& error) {
        CHECK(error.kind == ErrorKind::no_device);
        return error.what();
    }
    return "";
}

const std::vector<Caps>& machine() {
    static const std::vector<Caps> all{
        made_up("llvmpipe (LLVM 15)", DeviceType::cpu, 64ull << 30, "6d657361-0000-0000-0000-000000000000"),
        made_up("Radeon 780M", DeviceType::integrated, 16ull << 30, "00000000-0300-0000-0000-000000000000"),
        made_up("GeForce RTX 3060", DeviceType::discrete, 12ull << 30, "aaaaaaaa-0000-0000-0000-000000000000"),
        made_up("GeForce RTX 4090", DeviceType::discrete, 24ull << 30, "bbbbbbbb-0000-0000-0000-000000000000"),
        made_up("Old card", DeviceType::discrete, 48ull << 30, "cccccccc-0000-0000-0000-000000000000", 1)};
    return all;
}

}  // namespace

TEST_SUITE("vk") {
    TEST_CASE("select: the best device is the largest usable discrete GPU") {
        const Choice choice = select(machine(), "");
        CHECK(choice.index == 3);
        CHECK(choice.reason == "the largest discrete GPU");
    }

    TEST_CASE("select: each kind of spec") {
        CHECK(select(machine(), "1").index == 1);
        CHECK(select(machine(), "radeon").index == 1);
        CHECK(select(machine(), "RTX 30").index == 2);
        CHECK(select(machine(), "AAAAAAAA-0000-0000-0000-000000000000").index == 2);
        CHECK(select(machine(), "cpu").index == 0);
        CHECK(select(machine(), "integrated").index == 1);
        CHECK(select(machine(), "discrete").reason.find("--device 'discrete' names it") == 0);
        CHECK(select(machine(), "geforce").index == 3);  // the better of two
    }

    TEST_CASE("select: two drivers of one device are told apart by the driver's name") {
        std::vector<Caps> devices{made_up("llvmpipe", DeviceType::cpu, 1), made_up("llvmpipe", DeviceType::cpu, 1, "", 4)};
        devices[0].driver_info = "Mesa 22.3.6";
        devices[1].driver_info = "Mesa 25.0.7";
        CHECK(select(devices, "mesa 22").index == 0);
        CHECK(select(devices, "").index == 1);  // the newer one
    }

    TEST_CASE("select: a software device only when there is nothing else") {
        const std::vector<Caps> one{machine()[0]};
        CHECK(select(one, "").reason == "the only device, a software one");
        const std::vector<Caps> two{machine()[0], made_up("tiny", DeviceType::integrated, 1)};
        CHECK(select(two, "").index == 1);
        CHECK(select(two, "").reason == "the only integrated GPU");
    }

    TEST_CASE("select: a driver without hardware comes last") {
        std::vector<Caps> devices{made_up("Null hardware", DeviceType::discrete, 0), machine()[0]};
        devices[0].heaps.clear();
        CHECK(select(devices, "").index == 1);
        CHECK(select(devices, "null").index == 0);
    }

    TEST_CASE("select: a wrong spec names itself and what exists") {
        CHECK(error_of(machine(), "arc") ==
              "--device: no device matches 'arc'; there is 0: llvmpipe (LLVM 15) (cpu), 1: Radeon 780M (integrated), "
              "2: GeForce RTX 3060 (discrete), 3: GeForce RTX 4090 (discrete), 4: Old card (discrete)");
        CHECK(error_of(machine(), "5").find("no device matches '5'") != std::string::npos);
        CHECK(error_of(machine(), "virtual").find("no device matches 'virtual'") != std::string::npos);
        CHECK(error_of(machine(), "old") == "--device: 'old' is Old card, which speaks Vulkan 1.1, heed needs 1.2");
        CHECK(error_of({}, "").find("no Vulkan device was found") == 0);
        CHECK(error_of({machine()[4]}, "").find("no usable Vulkan device") == 0);
    }
}

}  // namespace heed::vk
