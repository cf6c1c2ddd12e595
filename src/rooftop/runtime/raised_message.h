// The text of what compiled code raised.
#pragma once

#include <cstdint>
#include <string>

#include "rooftop/backend/abi.h"

namespace rooftop::runtime {

/// The site's message with `{0}` and `{0:f}` replaced by the arguments of the raise; `float_text` writes those that are
/// floats.
std::string raised_message(const backend::Site& site, const std::int64_t* arguments, std::string (*float_text)(double));

}  // namespace rooftop::runtime
