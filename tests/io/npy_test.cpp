#include "io/npy.h"

#include <doctest/doctest.h>

#include <bit>
#include <cstring>
#include <vector>

#include "heed.h"
#include "support/folder.h"
#include "support/sentence.h"

namespace heed {

TEST_SUITE("io") {
    TEST_CASE("npy: header and numbers are where NumPy looks for them") {
        const tests::Folder folder;
        for (const std::vector<int64_t>& shape : {std::vector<int64_t>{}, {3}, {2, 3}, {4, 1, 5}, {0, 7}, {1, 2, 3, 1, 2, 1}}) {
            std::vector<float> values;
            int64_t count = 1;
            std::string listed;
            for (const int64_t size : shape) {
                count *= size;
                listed += std::to_string(size) + ", ";
            }
            for (int64_t i = 0; i < count; ++i) {
                values.push_back(static_cast<float>(i) * -0.37f);
            }
            io::write_npy(folder.path / "a.npy", shape, values);
            const std::string file = tests::contents(folder.path / "a.npy");
            REQUIRE(file.size() > 10);
            CHECK(file.starts_with(std::string("\x93NUMPY\x01\0", 8)));
            const size_t header = static_cast<unsigned char>(file[8]) + 256u * static_cast<unsigned char>(file[9]);
            CHECK((10 + header) % 64 == 0);
            CHECK(file[9 + header] == '\n');
            CHECK(file.substr(10, header).starts_with("{'descr': '<f4', 'fortran_order': False, 'shape': (" + listed + "), } "));
            REQUIRE(file.size() == 10 + header + 4 * values.size());
            CHECK(std::memcmp(file.data() + 10 + header, values.data(), 4 * values.size()) == 0);
        }
        CHECK(tests::contains(tests::sentence(ErrorKind::bad_input,
                                              [&] {
                                                  io::write_npy(folder.path / "a.npy", std::vector<int64_t>{2, 3}, std::vector<float>(5));
                                              }),
                              "a.npy: expected an array [2,3], got 5 numbers"));
    }
}

}  // namespace heed
