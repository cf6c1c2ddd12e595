// Loops by the size and the type of elements.
#include "rooftop/lib/selection.h"

#include <algorithm>
#include <cstring>

#include "rooftop/array/half.h"
#include "rooftop/array/strided_loop.h"
#include "rooftop/base/errors.h"
#include "rooftop/lib/element.h"
#include "rooftop/lib/row_extremes.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

struct Pair {
  std::uint64_t low, high;
};

/// Calls body(a word of the elements' size).
template <typename Body>
void with_word(DType dtype, Body body) {
  switch (array::size_of(dtype)) {
    case 1:
      return body(std::uint8_t{});
    case 2:
      return body(std::uint16_t{});
    case 4:
      return body(std::uint32_t{});
    case 8:
      return body(std::uint64_t{});
    default:
      return body(Pair{});
  }
}

template <typename T>
void select_dense(char* out, const char* mask, const char* first, const char* second, std::int64_t n) {
  constexpr auto size = static_cast<std::int64_t>(sizeof(T));
  for (std::int64_t i = 0; i < n; ++i) {
    const T x = load<T>(first + i * size);
    const T y = load<T>(second + i * size);
    store(out + i * size, mask[i] != 0 ? x : y);
  }
}

template <typename T>
void select_rows(const View* operands) {
  const array::StridedLoop loop({operands, 4});
  const std::int64_t n = loop.row_length();
  const std::int64_t to = loop.row_stride(0);
  const std::int64_t mask = loop.row_stride(1);
  const std::int64_t a = loop.row_stride(2);
  const std::int64_t b = loop.row_stride(3);
  constexpr auto size = static_cast<std::int64_t>(sizeof(T));
  loop.run([&](char* const* at) {
    char* const out = at[0];
    const char* const wanted = at[1];
    const char* const first = at[2];
    const char* const second = at[3];
    if (to == size && mask == 1 && a == size && b == size) return select_dense<T>(out, wanted, first, second, n);
    for (std::int64_t i = 0; i < n; ++i) {
      const T x = load<T>(first + i * a);
      const T y = load<T>(second + i * b);
      store(out + i * to, wanted[i * mask] != 0 ? x : y);
    }
  });
}

/// Rows that are shorter than a register, one element after the other.
template <typename T>
std::int64_t find_in_short(const T* row, std::int64_t n, bool largest) {
  std::int64_t place = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    if (row[i] != row[i]) return i;
    if (largest ? row[i] > row[place] : row[i] < row[place]) place = i;
  }
  return place;
}

template <typename T>
std::int64_t find(const View& view, bool largest) {
  const auto* const data = reinterpret_cast<const T*>(view.data);
  const std::int64_t n = view.size();
  if (n < kLeastVectorRow) return find_in_short(data, n, largest);
  const auto& search = std::get<RowExtremes<T>>(row_extremes_level());
  return largest ? search.largest(data, n) : search.smallest(data, n);
}

std::int64_t find_half(const View& view, bool largest) {
  const auto* data = reinterpret_cast<const std::uint16_t*>(view.data);
  const std::int64_t n = view.size();
  std::int64_t best = 0;
  float extreme = array::half_value(data[0], view.dtype);
  for (std::int64_t i = 0; i < n; ++i) {
    const float value = array::half_value(data[i], view.dtype);
    if (value != value) return i;
    if (largest ? value > extreme : value < extreme) {
      extreme = value;
      best = i;
    }
  }
  return best;
}

}  // namespace

void select(const View& out, const View& mask, const View& a, const View& b) {
  const View operands[] = {out, mask, a, b};
  with_word(out.dtype, [&](auto word) { select_rows<decltype(word)>(operands); });
}

void select_row(DType dtype, char* out, const char* mask, const char* a, const char* b, std::int64_t n) {
  with_word(dtype, [&](auto word) { select_dense<decltype(word)>(out, mask, a, b, n); });
}

std::int64_t find_extreme(const View& view, bool largest) {
  switch (view.dtype) {
    case DType::Bool: {
      const void* found = std::memchr(view.data, largest ? 1 : 0, static_cast<std::size_t>(view.size()));
      return found == nullptr ? 0 : static_cast<const char*>(found) - view.data;
    }
    case DType::U8:
      return find<std::uint8_t>(view, largest);
    case DType::I8:
      return find<std::int8_t>(view, largest);
    case DType::I16:
      return find<std::int16_t>(view, largest);
    case DType::I32:
      return find<std::int32_t>(view, largest);
    case DType::I64:
      return find<std::int64_t>(view, largest);
    case DType::U16:
      return find<std::uint16_t>(view, largest);
    case DType::U32:
      return find<std::uint32_t>(view, largest);
    case DType::U64:
      return find<std::uint64_t>(view, largest);
    case DType::F16:
    case DType::BF16:
      return find_half(view, largest);
    case DType::F32:
      return find<float>(view, largest);
    case DType::F64:
      return find<double>(view, largest);
    case DType::C64:
    case DType::C128:
      break;
  }
  ROOFTOP_UNREACHABLE("complex numbers have no order here");
}

}  // namespace rooftop::lib
