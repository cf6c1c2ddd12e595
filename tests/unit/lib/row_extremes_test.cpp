// Where the extremes of rows are: every level against a plain search, with ties, zeros of both signs and NaN anywhere.
#include "rooftop/lib/row_extremes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "rooftop/lib/kernel_levels.h"

namespace rooftop::lib {
namespace {

template <typename T>
std::int64_t plain_place(const std::vector<T>& row, bool largest) {
  std::size_t place = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i] != row[i]) return static_cast<std::int64_t>(i);
    if (largest ? row[i] > row[place] : row[i] < row[place]) place = i;
  }
  return static_cast<std::int64_t>(place);
}

template <typename T>
void check(const RowExtremesLevel& level, const std::vector<T>& row) {
  const auto n = static_cast<std::int64_t>(row.size());
  const auto& search = std::get<RowExtremes<T>>(level);
  EXPECT_EQ(search.largest(row.data(), n), plain_place(row, true)) << n;
  EXPECT_EQ(search.smallest(row.data(), n), plain_place(row, false)) << n;
}

template <typename T>
void check_type(const RowExtremesLevel& level) {
  std::mt19937_64 random(7);
  for (const std::int64_t n :
       {64, 65, 67, 100, 127, 128, 129, 300, 511, 512, 513, 600, 1023, 1030, 4095, 5000, 20003}) {
    std::vector<T> row(static_cast<std::size_t>(n));
    const auto any = [&] { return random() % row.size(); };
    for (int round = 0; round < 20; ++round) {
      for (T& value : row) value = static_cast<T>(random() % 90 + 3);
      row[any()] = 100;
      row[any()] = 1;
      check(level, row);
      row[any()] = std::numeric_limits<T>::max();
      row[any()] = std::numeric_limits<T>::lowest();
      check(level, row);
    }
    if constexpr (std::is_floating_point_v<T>) {
      row[any()] = std::numeric_limits<T>::infinity();
      row[any()] = -std::numeric_limits<T>::infinity();
      check(level, row);
      for (int round = 0; round < 20; ++round) {
        row[any()] = std::numeric_limits<T>::quiet_NaN();
        check(level, row);
      }
      for (T& value : row) value = random() % 2 == 0 ? T{0} : -T{0};
      check(level, row);
    }
  }
}

template <typename... T>
void check_types(const RowExtremesLevel& level, const std::tuple<RowExtremes<T>...>&) {
  (check_type<T>(level), ...);
}

TEST(RowExtremes, EveryLevelFindsTheFirst) {
  check_types(row_extremes_level(), RowExtremesLevel());
  if (levels_of_machine() > 1) check_types(kRowExtremesV3, RowExtremesLevel());
  if (levels_of_machine() > 2) check_types(kRowExtremesV4, RowExtremesLevel());
}

}  // namespace
}  // namespace rooftop::lib
