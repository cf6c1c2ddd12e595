// Rows become rows of keys, which compare as integers; what is sorted are places with the first key beside them, which
// decides most comparisons without a look at the rows.
#include "rooftop/lib/unique_rows.h"

#include <algorithm>

#include "rooftop/lib/order_key.h"

namespace rooftop::lib {
namespace {

struct Keys {
  std::vector<std::int64_t> keys;
  std::vector<bool> has_nan;
};

Keys keys_of(const array::View& matrix) {
  const std::int64_t rows = matrix.shape[0], columns = matrix.shape[1];
  Keys made{std::vector<std::int64_t>(static_cast<std::size_t>(rows * columns)),
            std::vector<bool>(static_cast<std::size_t>(rows))};
  with_order_key(matrix.dtype, [&](auto element, auto key_of) {
    using Element = decltype(element);
    const auto* elements = reinterpret_cast<const Element*>(matrix.data);
    for (std::int64_t i = 0; i < rows; ++i) {
      bool found = false;
      for (std::int64_t j = i * columns; j < (i + 1) * columns; ++j) {
        const std::int64_t key = key_of(elements[j]);
        made.keys[static_cast<std::size_t>(j)] = key;
        found |= key_of.is_nan(key);
      }
      made.has_nan[static_cast<std::size_t>(i)] = found;
    }
  });
  return made;
}

struct Row {
  std::int64_t first;
  std::int64_t place;
};

}  // namespace

RowGroups group_rows(const array::View& matrix) {
  const std::int64_t rows = matrix.shape[0], columns = matrix.shape[1];
  const Keys made = keys_of(matrix);
  const auto keys_at = [&](std::int64_t place) { return made.keys.data() + place * columns; };
  std::vector<Row> sorted;
  sorted.reserve(static_cast<std::size_t>(rows));
  for (std::int64_t i = 0; i < rows; ++i) sorted.push_back({columns == 0 ? 0 : *keys_at(i), i});
  std::sort(sorted.begin(), sorted.end(), [&](const Row& a, const Row& b) {
    if (a.first != b.first) return a.first < b.first;
    const std::int64_t *left = keys_at(a.place), *right = keys_at(b.place);
    const auto [x, y] = std::mismatch(left, left + columns, right);
    return x == left + columns ? a.place < b.place : *x < *y;
  });
  RowGroups groups;
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t place = sorted[static_cast<std::size_t>(i)].place;
    const bool is_new = i == 0 || made.has_nan[static_cast<std::size_t>(place)] ||
                        !std::equal(keys_at(place), keys_at(place) + columns, keys_at(groups.order.back()));
    if (is_new) groups.begins.push_back(i);
    groups.order.push_back(place);
  }
  groups.begins.push_back(rows);
  return groups;
}

}  // namespace rooftop::lib
