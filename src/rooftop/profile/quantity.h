// Numbers for people: three digits and a prefix.
#pragma once

#include <string>

namespace rooftop::profile {

/// "2.15 Gflop" for (2.147e9, "flop"); whole numbers below a thousand have no decimals.
std::string quantity(double value, const char* unit);

/// "1.92 ms", "85 ns".
std::string duration(double seconds);

/// "83%", "0.4%".
std::string percentage(double fraction);

}  // namespace rooftop::profile
