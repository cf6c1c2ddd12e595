// Numbers at equal distances.
#pragma once

#include <cstdint>

namespace rooftop::lib {

/// to[i] = start + i * step, rounded twice: as NumPy's arange and linspace compute it.
void fill_sequence(double* to, std::int64_t n, double start, double step);
void fill_sequence(float* to, std::int64_t n, float start, float step);

}  // namespace rooftop::lib
