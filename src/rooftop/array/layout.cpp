// Axes sorted by strides.
#include "rooftop/array/layout.h"

#include <algorithm>
#include <cstdlib>

#include "rooftop/array/broadcast.h"
#include "rooftop/array/subscripts.h"

namespace rooftop::array {
namespace {

/// Strides of a dense array whose axes are in this order, the fastest first.
void set_strides(Extents& extents, const int* order, std::size_t item_size) {
  auto stride = static_cast<std::int64_t>(item_size);
  for (int i = 0; i < extents.rank; ++i) {
    extents.strides[order[i]] = stride;
    stride *= std::max<std::int64_t>(extents.shape[order[i]], 1);
  }
}

enum class Faster : std::uint8_t { First, Second, Unknown };

Faster faster(int first, int second, std::span<const View> inputs) {
  Faster answer = Faster::Unknown;
  for (const View& input : inputs) {
    const std::int64_t a = std::abs(input.strides[first]);
    const std::int64_t b = std::abs(input.strides[second]);
    if (a == 0 || b == 0) continue;
    if (b <= a) return Faster::Second;
    answer = Faster::First;
  }
  return answer;
}

}  // namespace

Extents layout_like(const View& view, std::size_t item_size) {
  Extents extents(view.lengths());
  if (view.rank < 2 || is_row_major(view)) {
    extents.set_row_major(item_size);
    return extents;
  }
  if (is_column_major(view)) {
    extents.set_column_major(item_size);
    return extents;
  }
  int order[kMaxRank];
  order_of_memory(view, order);
  std::reverse(order, order + view.rank);
  set_strides(extents, order, item_size);
  return extents;
}

Extents layout_of_result(std::span<const View> inputs, std::span<const std::int64_t> lengths, std::size_t item_size) {
  Extents extents(lengths);
  if (extents.rank < 2 || std::all_of(inputs.begin(), inputs.end(), is_row_major)) {
    extents.set_row_major(item_size);
    return extents;
  }
  Extents storage[kMaxTerms];  // more operands than universal functions have
  View repeated[kMaxTerms];
  for (std::size_t k = 0; k < inputs.size(); ++k) repeated[k] = broadcast_view(inputs[k], lengths, storage[k]);
  int order[kMaxRank];
  for (int i = 0; i < extents.rank; ++i) {
    const int axis = extents.rank - 1 - i;
    int place = i;
    for (int at = i; at-- > 0;) {
      const Faster answer = faster(axis, order[at], {repeated, inputs.size()});
      if (answer == Faster::Second) break;
      if (answer == Faster::First) place = at;
    }
    std::copy_backward(order + place, order + i, order + i + 1);
    order[place] = axis;
  }
  set_strides(extents, order, item_size);
  return extents;
}

bool strides_of_reshaped(const View& view, Extents& wanted) {
  if (is_row_major(view)) {
    wanted.set_row_major(size_of(view.dtype));
    return true;
  }
  // Axes of length one tell nothing. Groups of old axes are matched with groups of new ones of the same product.
  std::int64_t lengths[kMaxRank];
  std::int64_t strides[kMaxRank];
  int count = 0;
  for (int i = 0; i < view.rank; ++i) {
    if (view.shape[i] == 1) continue;
    lengths[count] = view.shape[i];
    strides[count++] = view.strides[i];
  }
  int old_begin = 0;
  int new_begin = 0;
  while (new_begin < wanted.rank && old_begin < count) {
    int old_end = old_begin + 1;
    int new_end = new_begin + 1;
    std::int64_t old_product = lengths[old_begin];
    std::int64_t new_product = wanted.shape[new_begin];
    while (old_product != new_product) {
      if (new_product < old_product) {
        new_product *= wanted.shape[new_end++];
      } else {
        old_product *= lengths[old_end++];
      }
    }
    for (int i = old_begin; i < old_end - 1; ++i) {
      if (strides[i] != lengths[i + 1] * strides[i + 1]) return false;
    }
    wanted.strides[new_end - 1] = strides[old_end - 1];
    for (int i = new_end - 1; i > new_begin; --i) wanted.strides[i - 1] = wanted.strides[i] * wanted.shape[i];
    old_begin = old_end;
    new_begin = new_end;
  }
  for (int i = new_begin; i < wanted.rank; ++i) {  // ones at the end
    wanted.strides[i] = i > 0 ? wanted.strides[i - 1] : static_cast<std::int64_t>(size_of(view.dtype));
  }
  return true;
}

}  // namespace rooftop::array
