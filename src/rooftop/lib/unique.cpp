// Neighbours in order are compared, complex numbers by both parts.
#include "rooftop/lib/unique.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <tuple>

#include "rooftop/lib/order_key.h"
#include "rooftop/lib/parallel.h"
#include "rooftop/lib/set_bytes.h"
#include "rooftop/lib/sort.h"
#include "rooftop/lib/vector_sort.h"

namespace rooftop::lib {
namespace {

using array::DType;

/// Calls `action(changes, count, begin)` for blocks of the places in [0, n): whether each differs from the one before,
/// as 0 does.
template <typename Differs, typename Action>
void for_each_block(std::int64_t n, Differs differs, Action action) {
  char changes[kSetBlock];
  for (std::int64_t begin = 0; begin < n; begin += kSetBlock) {
    const std::int64_t length = std::min(kSetBlock, n - begin);
    changes[0] = begin == 0 || differs(begin - 1, begin) ? 1 : 0;
    for (std::int64_t i = 1; i < length; ++i) changes[i] = differs(begin + i - 1, begin + i) ? 1 : 0;
    action(static_cast<const char*>(changes), length, begin);
  }
}

/// begins[] = the places that differ from the one before, and n.
template <typename Differs>
std::int64_t groups_where(std::int64_t n, std::int64_t* begins, Differs differs) {
  std::int64_t* to = begins;
  for_each_block(n, differs, [&](const char* changes, std::int64_t count, std::int64_t begin) {
    to = places_of_set(changes, count, begin, to, begins + n);
  });
  *to = n;
  return to - begins;
}

template <typename T, typename Differs>
std::int64_t keep_firsts(T* elements, std::int64_t n, Differs differs) {
  std::int64_t kept = 0;
  const auto differ = [=](std::int64_t i, std::int64_t j) { return differs(elements[i], elements[j]); };
  for_each_block(n, differ, [&](const char* changes, std::int64_t length, std::int64_t begin) {
    for_each_set(changes, 1, length, [&](const std::int64_t* places, std::int64_t count, std::int64_t) {
      for (std::int64_t i = 0; i < count; ++i) elements[kept + i] = elements[begin + places[i]];
      kept += count;
    });
  });
  return kept;
}

/// Calls body(T{}, differs) with the type to read elements as and whether two of them are not the same.
template <typename Body>
void with_difference(DType dtype, bool equal_nan, Body body) {
  const auto of_floats = [=](auto a, auto b) { return !(a == b) && !(equal_nan && a != a && b != b); };
  if (dtype == DType::F64) return body(double{}, of_floats);
  if (dtype == DType::F32) return body(float{}, of_floats);
  with_order_key(dtype, [&](auto element, auto to_key) {
    body(element, [=](decltype(element) a, decltype(element) b) {
      return to_key(a) != to_key(b) || (!equal_nan && to_key.is_nan(to_key(b)));
    });
  });
}

template <typename T>
bool differs(const typename ComplexOrder<T>::Number& a, const typename ComplexOrder<T>::Number& b, bool equal_nan) {
  using Order = ComplexOrder<T>;
  if (equal_nan && Order::nan_parts(a) != 0 && Order::nan_parts(b) != 0) return false;
  return !(a.real == b.real && a.imag == b.imag);
}

template <typename T>
std::int64_t groups_of_complex(const SortedVector& sorted, bool equal_nan, std::int64_t* begins) {
  using Order = ComplexOrder<T>;
  const auto* numbers = reinterpret_cast<const typename Order::Number*>(sorted.data);
  return groups_where(sorted.size, begins, [&](std::int64_t i, std::int64_t j) {
    const auto& a = numbers[sorted.order == nullptr ? i : sorted.order[i]];
    const auto& b = numbers[sorted.order == nullptr ? j : sorted.order[j]];
    return differs<T>(a, b, equal_nan);
  });
}

/// NaNs are the last ones.
template <typename Float>
std::int64_t drop_equal_floats(Float* floats, std::int64_t n, bool equal_nan) {
  const Float* const end = std::partition_point(floats, floats + n, [](Float x) { return x == x; });
  const std::int64_t numbers = end - floats, nans = n - numbers;
  const std::int64_t kept = keep_changes(floats, numbers),
                     kept_nans = equal_nan ? std::min<std::int64_t>(nans, 1) : nans;
  std::copy(end, end + kept_nans, floats + kept);
  return kept + kept_nans;
}

template <typename T>
std::int64_t drop_equal_numbers(char* data, std::int64_t n, bool equal_nan) {
  using Number = typename ComplexOrder<T>::Number;
  return keep_firsts(reinterpret_cast<Number*>(data), n,
                     [=](const Number& a, const Number& b) { return differs<T>(a, b, equal_nan); });
}

}  // namespace

std::int64_t drop_repeats(DType dtype, char* data, std::int64_t n, bool equal_nan) {
  switch (dtype) {
    case DType::I16:
    case DType::U16:
      return keep_changes(reinterpret_cast<std::int16_t*>(data), n);
    case DType::I32:
    case DType::U32:
      return keep_changes(reinterpret_cast<std::int32_t*>(data), n);
    case DType::I64:
    case DType::U64:
      return keep_changes(reinterpret_cast<std::int64_t*>(data), n);
    case DType::F32:
      return drop_equal_floats(reinterpret_cast<float*>(data), n, equal_nan);
    case DType::F64:
      return drop_equal_floats(reinterpret_cast<double*>(data), n, equal_nan);
    case DType::C64:
      return drop_equal_numbers<float>(data, n, equal_nan);
    case DType::C128:
      return drop_equal_numbers<double>(data, n, equal_nan);
    default:
      break;
  }
  std::int64_t count = 0;
  with_difference(dtype, equal_nan, [&](auto element, auto differs) {
    count = keep_firsts(reinterpret_cast<decltype(element)*>(data), n, differs);
  });
  return count;
}

std::int64_t find_groups(const SortedVector& sorted, bool equal_nan, std::int64_t* begins) {
  if (sorted.dtype == DType::C64) return groups_of_complex<float>(sorted, equal_nan, begins);
  if (sorted.dtype == DType::C128) return groups_of_complex<double>(sorted, equal_nan, begins);
  std::int64_t count = 0;
  with_difference(sorted.dtype, equal_nan, [&](auto element, auto differs) {
    const auto* elements = reinterpret_cast<const decltype(element)*>(sorted.data);
    const std::int64_t* const order = sorted.order;
    count = order == nullptr
                ? groups_where(sorted.size, begins,
                               [=](std::int64_t i, std::int64_t j) { return differs(elements[i], elements[j]); })
                : groups_where(sorted.size, begins, [=](std::int64_t i, std::int64_t j) {
                    return differs(elements[order[i]], elements[order[j]]);
                  });
  });
  return count;
}

namespace {

/// Elements of a set that are compared one after the other: vectors do that quicker than a search.
constexpr std::int64_t kFew = 10;

template <typename T>
void find_few(const T* set, std::int64_t size, const T* values, std::int64_t count, bool inverted, bool* found) {
  constexpr std::int64_t kBlock = 256;
  using Flag = std::tuple_element_t<std::bit_width(sizeof(T)) - 1,  // of the elements' size: nothing to convert
                                    std::tuple<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>>;
  for_ranges((count + kBlock - 1) / kBlock, 64, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t begin = first * kBlock; begin < std::min(count, last * kBlock); begin += kBlock) {
      const std::int64_t n = std::min(kBlock, count - begin);
      const T* const wanted = values + begin;
      Flag is_in[kBlock] = {};
      for (std::int64_t k = 0; k < size; ++k) {
        for (std::int64_t i = 0; i < n; ++i) is_in[i] = static_cast<Flag>(is_in[i] | (wanted[i] == set[k] ? 1 : 0));
      }
      for (std::int64_t i = 0; i < n; ++i) found[begin + i] = (is_in[i] != 0) != inverted;
    }
  });
}

/// A table of the keys between the smallest and the largest one, where that is not much longer than what is asked.
template <typename KeyAt>
void find_in_table(std::int64_t least, std::uint64_t range, const bool* table, const KeyAt& wanted_at,
                   std::int64_t count, bool inverted, bool* found) {
  for_ranges(count, 1 << 14, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::uint64_t distance = static_cast<std::uint64_t>(wanted_at(i)) - static_cast<std::uint64_t>(least);
      found[i] = (distance <= range && table[std::min(distance, range)]) != inverted;
    }
  });
}

template <typename T, typename ToKey>
void find_by_search(const SortedVector& numbers, const T* wanted, std::int64_t count, bool inverted, bool* found) {
  constexpr std::int64_t kBlock = 1024;
  const auto* elements = reinterpret_cast<const T*>(numbers.data);
  for_ranges((count + kBlock - 1) / kBlock, 8, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t begin = first * kBlock; begin < std::min(count, last * kBlock); begin += kBlock) {
      std::int64_t places[kBlock];
      const std::int64_t n = std::min(kBlock, count - begin);
      search_sorted(numbers, reinterpret_cast<const char*>(wanted + begin), n, false, places);
      for (std::int64_t i = 0; i < n; ++i) {
        const bool is_in = places[i] < numbers.size && ToKey()(elements[places[i]]) == ToKey()(wanted[begin + i]);
        found[begin + i] = is_in != inverted;
      }
    }
  });
}

}  // namespace

void find_members(const SortedVector& sorted, const char* values, std::int64_t count, bool inverted, bool* found) {
  if (sorted.size <= kFew && sorted.dtype == DType::F64) {
    return find_few(reinterpret_cast<const double*>(sorted.data), sorted.size, reinterpret_cast<const double*>(values),
                    count, inverted, found);
  }
  if (sorted.size <= kFew && sorted.dtype == DType::F32) {
    return find_few(reinterpret_cast<const float*>(sorted.data), sorted.size, reinterpret_cast<const float*>(values),
                    count, inverted, found);
  }
  with_order_key(sorted.dtype, [&](auto element, auto to_key) {
    using T = decltype(element);
    const auto* elements = reinterpret_cast<const T*>(sorted.data);
    const auto* wanted = reinterpret_cast<const T*>(values);
    SortedVector numbers = sorted;
    while (numbers.size > 0 && to_key.is_nan(to_key(elements[numbers.size - 1]))) --numbers.size;
    if (numbers.size <= kFew && !array::is_float(sorted.dtype)) {
      return find_few(elements, numbers.size, wanted, count, inverted, found);
    }
    const std::int64_t least = numbers.size > 0 ? to_key(elements[0]) : 0;
    const std::int64_t largest = numbers.size > 0 ? to_key(elements[numbers.size - 1]) : 0;
    const std::uint64_t range = static_cast<std::uint64_t>(largest) - static_cast<std::uint64_t>(least);
    if (numbers.size == 0 || range > 4 * static_cast<std::uint64_t>(count + numbers.size)) {
      return find_by_search<T, decltype(to_key)>(numbers, wanted, count, inverted, found);
    }
    const std::unique_ptr<bool[]> table(new bool[static_cast<std::size_t>(range) + 1]());
    for (std::int64_t i = 0; i < numbers.size; ++i) table[static_cast<std::size_t>(to_key(elements[i]) - least)] = true;
    find_in_table(
        least, range, table.get(), [=](std::int64_t i) { return to_key(wanted[i]); }, count, inverted, found);
  });
}

}  // namespace rooftop::lib
