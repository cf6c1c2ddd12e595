// Sizes, orders and bounds of views.
#include "rooftop/array/view.h"

#include <algorithm>
#include <cstdlib>

namespace rooftop::array {

Extents::Extents(std::span<const std::int64_t> lengths) : rank(static_cast<int>(lengths.size())) {
  std::copy(lengths.begin(), lengths.end(), shape);
}

void Extents::set_row_major(std::size_t item_size) {
  auto stride = static_cast<std::int64_t>(item_size);
  for (int i = rank; i-- > 0;) {
    strides[i] = stride;
    stride *= std::max<std::int64_t>(shape[i], 1);
  }
}

void Extents::set_column_major(std::size_t item_size) {
  auto stride = static_cast<std::int64_t>(item_size);
  for (int i = 0; i < rank; ++i) {
    strides[i] = stride;
    stride *= std::max<std::int64_t>(shape[i], 1);
  }
}

std::optional<std::int64_t> checked_bytes(std::span<const std::int64_t> shape, std::size_t item_size) {
  auto bytes = static_cast<std::int64_t>(item_size);
  bool is_empty = false;
  for (std::int64_t length : shape) {
    is_empty |= length == 0;
    if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(length, 1), &bytes)) return std::nullopt;
  }
  return is_empty ? 0 : bytes;
}

View select_axes(const View& view, std::uint64_t axes, Extents& storage) {
  storage.rank = 0;
  for (int i = 0; i < view.rank; ++i) {
    if ((axes >> i & 1) != 0) storage.push(view.shape[i], view.strides[i]);
  }
  return storage.view(view.dtype, view.data);
}

void order_of_memory(const View& view, int* order) {
  for (int i = 0; i < view.rank; ++i) {
    int place = i;
    for (; place > 0 && std::abs(view.strides[order[place - 1]]) < std::abs(view.strides[i]); --place) {
      order[place] = order[place - 1];
    }
    order[place] = i;
  }
}

Layout layout_of(const View& view) {
  const auto item_size = static_cast<std::int64_t>(size_of(view.dtype));
  Layout layout{1, true, true, true};
  std::uint64_t places = reinterpret_cast<std::uintptr_t>(view.data);
  for (int i = 0; i < view.rank; ++i) {  // from the first axis on, as columns lie
    const std::int64_t length = view.shape[i], stride = view.strides[i];
    if (length != 1) {
      layout.is_column_major &= stride == layout.size * item_size;
      places |= static_cast<std::uint64_t>(stride);
    }
    layout.size *= length;
  }
  if (layout.size == 0) return {0, true, true, true};
  std::int64_t stride = item_size;
  for (int i = view.rank; i-- > 0;) {
    layout.is_row_major &= view.shape[i] == 1 || view.strides[i] == stride;
    stride *= view.shape[i];
  }
  layout.is_aligned = (places & (size_of(part_of(view.dtype)) - 1)) == 0;  // sizes are powers of two
  return layout;
}

bool is_row_major(const View& view) { return layout_of(view).is_row_major; }
bool is_column_major(const View& view) { return layout_of(view).is_column_major; }
bool is_aligned(const View& view) { return layout_of(view).is_aligned; }

Bounds bounds_of(const View& view) {
  const char* begin = view.data;
  const char* end = view.data;
  for (int i = 0; i < view.rank; ++i) {
    if (view.shape[i] == 0) return {view.data, view.data};
    const std::int64_t reach = (view.shape[i] - 1) * view.strides[i];
    (reach < 0 ? begin : end) += reach;
  }
  return {begin, end + size_of(view.dtype)};
}

bool may_overlap(const View& a, const View& b) {
  const Bounds x = bounds_of(a);
  const Bounds y = bounds_of(b);
  return x.begin < y.end && y.begin < x.end;
}

bool same_elements(const View& a, const View& b) {
  if (a.data != b.data || a.dtype != b.dtype || a.rank != b.rank) return false;
  for (int i = 0; i < a.rank; ++i) {
    if (a.shape[i] != b.shape[i] || (a.shape[i] > 1 && a.strides[i] != b.strides[i])) return false;
  }
  return true;
}

}  // namespace rooftop::array
