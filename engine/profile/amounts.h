#pragma once

#include <string>

namespace heed::profile {

// Numbers as people read them, with three digits that count: "12.3 ms", "1.04 GB/s", "354 MFLOP".
std::string seconds_text(double seconds);
std::string amount_text(double amount, const char* unit);  // powers of 1000
std::string bytes_text(double bytes);                      // powers of 1024: "3.4 MiB"
std::string percent_text(double share);                    // "34 %", below ten "3.4 %"
std::string digits(double value);                          // three that count, no unit

}  // namespace heed::profile
