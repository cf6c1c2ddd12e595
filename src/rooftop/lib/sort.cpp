// Elements are keys, or become integer ones of the same order, in their own memory where they have more than one byte.
// Elements of one and two bytes are counted where they are many.
#include "rooftop/lib/sort.h"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>
#include <vector>

#include "rooftop/base/errors.h"
#include "rooftop/lib/argsort.h"
#include "rooftop/lib/order_key.h"
#include "rooftop/lib/rows.h"
#include "rooftop/lib/vector_sort.h"

namespace rooftop::lib {
namespace {

using array::DType;

/// What is done with keys: they are sorted, or some get to their places.
struct Whole {
  static constexpr bool kKeepsOrder = true;
  template <typename Key>
  void operator()(Key* keys, std::int64_t n) const {
    sort_keys(keys, n);
  }
};

struct Part {
  static constexpr bool kKeepsOrder = false;
  std::span<const std::int64_t> places;

  template <typename Select>
  void each(std::int64_t n, Select select) const {
    std::int64_t done = 0;
    for (const std::int64_t place : places) {
      if (place >= n) return;  // among the NaNs
      if (place >= done) select(done, place);
      done = place + 1;
    }
  }
  template <typename Key>
  void operator()(Key* keys, std::int64_t n) const {
    each(n, [&](std::int64_t done, std::int64_t place) { select_key(keys + done, n - done, place - done); });
  }
};

/// Elements that are put into their places one by one; narrow ones would have to be widened.
constexpr std::int64_t kFew = 4;
constexpr std::int64_t kFewNarrow = 12;

template <typename T, typename ToKey>
void insert_each(T* data, std::int64_t n, ToKey to_key) {
  for (std::int64_t i = 1; i < n; ++i) {
    const T element = data[i];
    const auto key = to_key(element);
    std::int64_t j = i;
    for (; j > 0 && key < to_key(data[j - 1]); --j) data[j] = data[j - 1];
    data[j] = element;
  }
}

template <typename Key, typename Arrange>
void arrange_unsigned(Key* keys, std::int64_t n, const Arrange& arrange) {
  const auto flip_sign = [&] {
    for (std::int64_t i = 0; i < n; ++i) keys[i] = static_cast<Key>(keys[i] ^ std::numeric_limits<Key>::min());
  };
  flip_sign();
  arrange(keys, n);
  flip_sign();
}

/// Moves NaNs behind the others; returns how many others there are. The order of both stays.
template <typename Key, typename IsNan>
std::int64_t move_nans_back(Key* keys, std::int64_t n, IsNan is_nan) {
  std::vector<Key> nans;
  std::int64_t numbers = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    if (is_nan(keys[i])) {
      nans.push_back(keys[i]);
    } else {
      keys[numbers++] = keys[i];
    }
  }
  std::copy(nans.begin(), nans.end(), keys + numbers);
  return numbers;
}

/// The two zeros, 0 and `zero`, are equal: they get back the order that they had. @pre zero <= 0
template <typename Key, typename Arrange>
void arrange_with_zeros(Key* keys, std::int64_t n, Key zero, const Arrange& arrange) {
  std::vector<Key> zeros;
  const auto is_zero = [zero](Key key) { return key == 0 || key == zero; };
  if (Arrange::kKeepsOrder) std::copy_if(keys, keys + n, std::back_inserter(zeros), is_zero);
  arrange(keys, n);
  if (Arrange::kKeepsOrder) std::copy(zeros.begin(), zeros.end(), std::lower_bound(keys, keys + n, zero));
}

template <typename Key, typename Arrange, typename IsNan>
void arrange_numbers(Key* keys, std::int64_t n, FloatFacts facts, Key zero, const Arrange& arrange, IsNan is_nan) {
  const std::int64_t numbers = facts.has_nan ? move_nans_back(keys, n, is_nan) : n;
  if (facts.has_negative_zero) {
    arrange_with_zeros(keys, numbers, zero, arrange);
  } else {
    arrange(keys, numbers);
  }
}

template <typename Bits, typename Float, typename Arrange>
void arrange_floats(Float* data, std::int64_t n, const Arrange& arrange) {
  if (n <= kFew) {
    return insert_each(reinterpret_cast<Bits*>(data), n,
                       [](Bits bits) { return float_order_key(bits, kInfinityKey<Bits>); });
  }
  if (Arrange::kKeepsOrder && sort_few_floats(data, n)) return;
  arrange_numbers(data, n, look_at_floats(data, n), Float{0}, arrange, [](Float x) { return x != x; });
}

// --- One and two bytes

template <typename T>
void sort_by_counting(T* data, std::int64_t n) {
  constexpr std::int64_t kLeast = std::numeric_limits<T>::min();
  std::vector<std::int64_t> counts(std::size_t{1} << (8 * sizeof(T)));
  for (std::int64_t i = 0; i < n; ++i) ++counts[static_cast<std::size_t>(data[i] - kLeast)];
  T* to = data;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    to = std::fill_n(to, counts[i], static_cast<T>(static_cast<std::int64_t>(i) + kLeast));
  }
}

void sort_truth(char* data, std::int64_t n) {
  std::int64_t set = 0;
  for (std::int64_t i = 0; i < n; ++i) set += data[i];
  std::fill_n(data, n - set, 0);
  std::fill_n(data + n - set, set, 1);
}

/// Elements from which counting is quicker than sorting.
constexpr std::int64_t kCountedBytes = 256, kCountedWords = 1 << 20;

template <typename T, typename Arrange>
void arrange_bytes(T* data, std::int64_t n, const Arrange& arrange) {
  if (n <= kFewNarrow) return insert_each(data, n, [](T element) { return element; });
  if (n >= kCountedBytes) return sort_by_counting(data, n);
  std::int16_t keys[kCountedBytes];
  std::copy(data, data + n, keys);
  arrange(static_cast<std::int16_t*>(keys), n);
  std::transform(keys, keys + n, data, [](std::int16_t key) { return static_cast<T>(key); });
}

template <typename T, typename Arrange>
void arrange_words(T* data, std::int64_t n, const Arrange& arrange) {
  if (n <= kFew) return insert_each(data, n, [](T element) { return element; });
  if (n >= kCountedWords && Arrange::kKeepsOrder) return sort_by_counting(data, n);
  auto* keys = reinterpret_cast<std::int16_t*>(data);
  std::is_signed_v<T> ? arrange(keys, n) : arrange_unsigned(keys, n, arrange);
}

template <std::int16_t Infinity, typename Arrange>
void arrange_halves(std::int16_t* data, std::int64_t n, const Arrange& arrange) {
  if (n <= kFew) return insert_each(data, n, [](std::int16_t bits) { return float_order_key(bits, Infinity); });
  const auto is_nan = [](std::int16_t key) { return key > Infinity || key < ~Infinity; };
  std::int16_t nan = 0, negative_zero = 0;  // of the elements' size: nothing to convert
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int16_t key = turned(data[i]);
    nan = static_cast<std::int16_t>(nan | (is_nan(key) ? 1 : 0));
    negative_zero = static_cast<std::int16_t>(negative_zero | (key == -1 ? 1 : 0));
    data[i] = key;
  }
  arrange_numbers(data, n, {nan != 0, negative_zero != 0}, std::int16_t{-1}, arrange, is_nan);
  for (std::int64_t i = 0; i < n; ++i) data[i] = turned(data[i]);
}

// Places are ordered by parts of numbers, much quicker than numbers by comparing both.
template <typename T>
void arrange_complex(DType dtype, char* data, std::int64_t n, const Whole&) {
  using Number = typename ComplexOrder<T>::Number;
  auto* numbers = reinterpret_cast<Number*>(data);
  if (n <= kFewNarrow) {
    for (std::int64_t i = 1; i < n; ++i) {
      std::rotate(std::upper_bound(numbers, numbers + i, numbers[i], ComplexOrder<T>()), numbers + i, numbers + i + 1);
    }
    return;
  }
  std::vector<std::int64_t> places(static_cast<std::size_t>(n));
  argsort_vector(dtype, data, n, places.data());
  const std::vector<Number> copy(numbers, numbers + n);
  std::transform(places.begin(), places.end(), numbers,
                 [&](std::int64_t place) { return copy[static_cast<std::size_t>(place)]; });
}

template <typename T>
void arrange_complex(DType, char* data, std::int64_t n, const Part& part) {
  auto* numbers = reinterpret_cast<typename ComplexOrder<T>::Number*>(data);
  part.each(n, [&](std::int64_t done, std::int64_t place) {
    std::nth_element(numbers + done, numbers + place, numbers + n, ComplexOrder<T>());
  });
}

template <typename Arrange>
void arrange_vector(DType dtype, char* data, std::int64_t n, const Arrange& arrange) {
  if (n < 2) return;
  switch (dtype) {
    case DType::Bool:
      return sort_truth(data, n);
    case DType::U8:
      return arrange_bytes(reinterpret_cast<std::uint8_t*>(data), n, arrange);
    case DType::I8:
      return arrange_bytes(reinterpret_cast<std::int8_t*>(data), n, arrange);
    case DType::I16:
      return arrange_words(reinterpret_cast<std::int16_t*>(data), n, arrange);
    case DType::U16:
      return arrange_words(reinterpret_cast<std::uint16_t*>(data), n, arrange);
    case DType::I32:
      return arrange(reinterpret_cast<std::int32_t*>(data), n);
    case DType::I64:
      return arrange(reinterpret_cast<std::int64_t*>(data), n);
    case DType::U32:
      return arrange_unsigned(reinterpret_cast<std::int32_t*>(data), n, arrange);
    case DType::U64:
      return arrange_unsigned(reinterpret_cast<std::int64_t*>(data), n, arrange);
    case DType::F16:
      return arrange_halves<0x7c00>(reinterpret_cast<std::int16_t*>(data), n, arrange);
    case DType::BF16:
      return arrange_halves<0x7f80>(reinterpret_cast<std::int16_t*>(data), n, arrange);
    case DType::F32:
      return arrange_floats<std::int32_t>(reinterpret_cast<float*>(data), n, arrange);
    case DType::F64:
      return arrange_floats<std::int64_t>(reinterpret_cast<double*>(data), n, arrange);
    case DType::C64:
      return arrange_complex<float>(dtype, data, n, arrange);
    case DType::C128:
      return arrange_complex<double>(dtype, data, n, arrange);
  }
  ROOFTOP_UNREACHABLE("a dtype without an order");
}

}  // namespace

void sort_vector(DType dtype, char* data, std::int64_t n) { arrange_vector(dtype, data, n, Whole{}); }

void partition_vector(DType dtype, char* data, std::int64_t n, std::span<const std::int64_t> places) {
  arrange_vector(dtype, data, n, Part{places});
}

void sort_rows(const array::View& view) {
  const std::int64_t n = view.shape[view.rank - 1];
  for_rows(view, 4, [&](std::int64_t, char* row) { sort_vector(view.dtype, row, n); });
}

void partition_rows(const array::View& view, std::span<const std::int64_t> places) {
  const std::int64_t n = view.shape[view.rank - 1];
  for_rows(view, 1, [&](std::int64_t, char* row) { partition_vector(view.dtype, row, n, places); });
}

}  // namespace rooftop::lib
