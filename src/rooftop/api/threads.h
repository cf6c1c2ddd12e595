// How many threads large arrays and compiled kernels use.
#pragma once

#include "rooftop/api/visibility.h"

namespace rooftop {

/// What set_num_threads has set, else the environment variable ROOFTOP_NUM_THREADS, else the processors that this
/// process may run on.
ROOFTOP_API int num_threads();
/// For calls that start from now on. Throws ValueError for numbers that are not positive or too large.
ROOFTOP_API void set_num_threads(int threads);

}  // namespace rooftop
