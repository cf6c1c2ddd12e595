// Arrays as text.
#pragma once

#include <iosfwd>
#include <string>

#include "rooftop/api/array.h"

namespace rooftop {

/// "[[1, 2], [3, 4]]", with "..." in the middle of long axes. Floats are the shortest text that reads back the same.
ROOFTOP_API std::string to_string(const Array& array);
ROOFTOP_API std::ostream& operator<<(std::ostream& stream, const Array& array);

}  // namespace rooftop
