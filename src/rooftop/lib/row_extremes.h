// Where the largest and the smallest elements of dense rows are, in the vectors of each CPU level.
#pragma once

#include <cstdint>
#include <tuple>

namespace rooftop::lib {

/// The place of the first of n neighbours that is equal to their largest (smallest) one; of the first NaN where there
/// is one. @pre n >= kLeastVectorRow
template <typename T>
struct RowExtremes {
  std::int64_t (*largest)(const T* row, std::int64_t n);
  std::int64_t (*smallest)(const T* row, std::int64_t n);
};

constexpr std::int64_t kLeastVectorRow = 64;  ///< elements: a register of bytes at every level

using RowExtremesLevel =
    std::tuple<RowExtremes<std::int8_t>, RowExtremes<std::int16_t>, RowExtremes<std::int32_t>,
               RowExtremes<std::int64_t>, RowExtremes<std::uint8_t>, RowExtremes<std::uint16_t>,
               RowExtremes<std::uint32_t>, RowExtremes<std::uint64_t>, RowExtremes<float>, RowExtremes<double>>;

extern const RowExtremesLevel kRowExtremesV3;
extern const RowExtremesLevel kRowExtremesV4;

/// That of this machine, or of the level that ROOFTOP_CPU names.
const RowExtremesLevel& row_extremes_level();

}  // namespace rooftop::lib
