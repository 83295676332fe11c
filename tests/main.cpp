#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <iostream>

#include "support/device.h"

int main(int argc, char** argv) {
    doctest::Context context(argc, argv);
    const int failed = context.run();
    const std::string device = heed::tests::device_report();
    if (!device.empty()) {
        std::cerr << device << "\n";
    }
    const uint64_t messages = heed::tests::close_device();
    if (messages > 0) {
        std::cerr << "validation sent " << messages << " messages, the suite must end with none\n";
    }
    return failed != 0 ? failed : messages > 0 ? 1 : 0;
}
