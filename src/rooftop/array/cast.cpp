// The loops of every pair of types, and copies of whole views.
#include "rooftop/array/cast.h"

#include <algorithm>
#include <array>
#include <bit>
#include <complex>
#include <cstdlib>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

#include "rooftop/array/half.h"
#include "rooftop/array/strided_loop.h"

namespace rooftop::array {
namespace {

template <DType Type>
struct Half {
  std::uint16_t bits;
};

// What an element of the type is in C++.
template <DType D>
auto element_of() {
  if constexpr (D == DType::Bool) return bool{};
  if constexpr (D == DType::I8) return std::int8_t{};
  if constexpr (D == DType::I16) return std::int16_t{};
  if constexpr (D == DType::I32) return std::int32_t{};
  if constexpr (D == DType::I64) return std::int64_t{};
  if constexpr (D == DType::U8) return std::uint8_t{};
  if constexpr (D == DType::U16) return std::uint16_t{};
  if constexpr (D == DType::U32) return std::uint32_t{};
  if constexpr (D == DType::U64) return std::uint64_t{};
  if constexpr (D == DType::F16 || D == DType::BF16) return Half<D>{};
  if constexpr (D == DType::F32) return float{};
  if constexpr (D == DType::F64) return double{};
  if constexpr (D == DType::C64) return std::complex<float>{};
  if constexpr (D == DType::C128) return std::complex<double>{};
}
template <DType D>
using Element = decltype(element_of<D>());

template <DType To, DType From>
inline Element<To> convert(Element<From> value) {
  if constexpr (To == From) {
    return value;
  } else if constexpr (is_half(From)) {
    return convert<To, DType::F32>(half_value(value.bits, From));
  } else if constexpr (is_complex(From)) {
    if constexpr (is_complex(To)) {
      return Element<To>(value);
    } else if constexpr (is_bool(To)) {
      return value.real() != 0 || value.imag() != 0;
    } else {
      return convert<To, part_of(From)>(value.real());
    }
  } else if constexpr (is_half(To)) {
    return {half_bits(static_cast<double>(value), To)};
  } else if constexpr (is_bool(To)) {
    return value != 0;
  } else if constexpr (is_float(From) && is_integer(To) && sizeof(Element<To>) < 4) {
    return static_cast<Element<To>>(static_cast<std::int32_t>(value));
  } else {
    return static_cast<Element<To>>(value);
  }
}

// Memory may be at any address here: file formats and foreign buffers are converted before they are aligned.
template <typename T>
inline T load(const char* from) {
  if constexpr (std::is_same_v<T, bool>) {
    return *from != 0;  // foreign memory may hold other bytes than 0 and 1
  } else {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }
}
template <typename T>
inline void store(char* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

/// Bytes that are fetched ahead where a row is read with gaps: more than lib/elementwise.cpp packs at once, so that the
/// next block comes while this one is computed.
constexpr std::int64_t kAhead = 4096;

// Every second element, side by side: what `x[::2]` and parts of complex numbers are. Returns how many there were in
// whole registers; the last element has no neighbour that may be read.
template <typename T, int Bytes, std::size_t... Lane>
[[gnu::always_inline]] inline std::int64_t every_second_in_vectors(char* to, const char* from, std::int64_t n,
                                                                   std::index_sequence<Lane...>) {
  typedef T Vector __attribute__((vector_size(Bytes)));
  constexpr auto size = static_cast<std::int64_t>(sizeof(T));
  constexpr std::int64_t kLanes = Bytes / size;
  std::int64_t i = 0;
  for (; i + kLanes < n; i += kLanes) {
    for (std::int64_t line = 0; line < 2 * Bytes; line += 64) __builtin_prefetch(from + 2 * i * size + kAhead + line);
    Vector low, high;
    std::memcpy(&low, from + 2 * i * size, sizeof low);
    std::memcpy(&high, from + (2 * i + kLanes) * size, sizeof high);
    const Vector even = __builtin_shufflevector(low, high, 2 * Lane...);
    std::memcpy(to + i * size, &even, sizeof even);
  }
  return i;
}

template <typename T>
[[gnu::target("avx2")]] std::int64_t every_second_avx2(char* to, const char* from, std::int64_t n) {
  return every_second_in_vectors<T, 32>(to, from, n, std::make_index_sequence<32 / sizeof(T)>());
}
template <typename T>
[[gnu::target("avx512f,avx512bw")]] std::int64_t every_second_avx512(char* to, const char* from, std::int64_t n) {
  return every_second_in_vectors<T, 64>(to, from, n, std::make_index_sequence<64 / sizeof(T)>());
}

template <typename T>
std::int64_t copy_every_second(char* to, const char* from, std::int64_t n) {
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  static const bool has_avx512 = __builtin_cpu_supports("avx512bw") != 0;
  constexpr auto size = static_cast<std::int64_t>(sizeof(T));
  const std::int64_t done = has_avx512 ? every_second_avx512<T>(to, from, n) : 0;
  return done + (has_avx2 ? every_second_avx2<T>(to + done * size, from + 2 * done * size, n - done) : 0);
}

// An unsigned integer of so many bytes.
template <std::size_t Bytes>
using Bits = std::tuple_element_t<std::bit_width(Bytes) - 1,
                                  std::tuple<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>>;

/// Bytes from which the processor's own loop pays: it writes whole lines without reading them first.
constexpr std::int64_t kLongFill = 2048;

/// Writes one value into a long row's words of eight bytes; returns the elements that it wrote, none of a short row's.
template <typename T>
std::int64_t repeat(char* to, T value, std::int64_t n) {
  constexpr std::size_t kInWord = 8 / sizeof(T);
  if (n * static_cast<std::int64_t>(sizeof(T)) < kLongFill) return 0;
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < kInWord; ++i) word = word << (8 * sizeof(T) % 64) | value;
  std::int64_t words = n / static_cast<std::int64_t>(kInWord);
  const std::int64_t done = words * static_cast<std::int64_t>(kInWord);
  asm volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(word) : "memory");
  return done;
}

template <DType To, DType From>
void cast(char* to, std::int64_t to_stride, const char* from, std::int64_t from_stride, std::int64_t n) {
  using Target = Element<To>;
  using Source = Element<From>;
  constexpr auto target_size = static_cast<std::int64_t>(sizeof(Target));
  constexpr auto source_size = static_cast<std::int64_t>(sizeof(Source));
  if (to_stride == target_size && from_stride == source_size) {
    if constexpr (To == From) {
      std::memmove(to, from, static_cast<std::size_t>(n * target_size));
    } else {
      for (std::int64_t i = 0; i < n; ++i) {
        store<Target>(to + i * target_size, convert<To, From>(load<Source>(from + i * source_size)));
      }
    }
    return;
  }
  if constexpr (To == From && sizeof(Target) <= 8) {
    if (to_stride == target_size && from_stride == 2 * target_size) {
      const std::int64_t done = copy_every_second<Bits<sizeof(Target)>>(to, from, n);
      if constexpr (std::is_same_v<Target, bool>) {
        for (std::int64_t i = 0; i < done; ++i) to[i] = to[i] != 0 ? 1 : 0;
      }
      to += done * to_stride, from += done * from_stride, n -= done;
    }
  }
  if (from_stride == 0 && n > 0) {
    const Target value = convert<To, From>(load<Source>(from));
    if (to_stride == target_size) {
      if constexpr (sizeof(Target) <= 8) {
        const std::int64_t done = repeat<Bits<sizeof(Target)>>(to, std::bit_cast<Bits<sizeof(Target)>>(value), n);
        to += done * target_size, n -= done;
      }
      for (std::int64_t i = 0; i < n; ++i) store<Target>(to + i * target_size, value);
    } else {
#pragma GCC unroll 8
      for (std::int64_t i = 0; i < n; ++i) store<Target>(to + i * to_stride, value);
    }
    return;
  }
#pragma GCC unroll 4
  for (std::int64_t i = 0; i < n; ++i) {
    store<Target>(to + i * to_stride, convert<To, From>(load<Source>(from + i * from_stride)));
  }
}

using Row = std::array<CastLoop, kDTypeCount>;

template <DType To, std::size_t... From>
constexpr Row row(std::index_sequence<From...>) {
  return {cast<To, static_cast<DType>(From)>...};
}
template <std::size_t... To>
constexpr std::array<Row, kDTypeCount> table(std::index_sequence<To...>) {
  return {row<static_cast<DType>(To)>(std::make_index_sequence<kDTypeCount>())...};
}
constexpr auto kLoops = table(std::make_index_sequence<kDTypeCount>());

/// Rows and columns that are copied at once where one side's rows are the other's columns: both sides stay in L1.
constexpr std::int64_t kTile = 32;

bool is_transposition(const StridedLoop& loop) {
  return loop.rank() == 2 && loop.length(0) >= kTile / 2 && loop.length(1) >= kTile / 2 &&
         std::abs(loop.stride(1, 0)) < std::abs(loop.stride(1, 1)) && loop.stride(1, 0) != 0;
}

/// Calls `tile(first row, rows, first column, columns)` for each.
template <typename Tile>
void for_each_tile(const StridedLoop& loop, Tile tile) {
  for (std::int64_t row = 0; row < loop.length(0); row += kTile) {
    for (std::int64_t column = 0; column < loop.length(1); column += kTile) {
      tile(row, std::min(kTile, loop.length(0) - row), column, std::min(kTile, loop.length(1) - column));
    }
  }
}

/// Elements that stay as they are, by their size.
template <typename T>
void move_tiles(const StridedLoop& loop) {
  const std::int64_t to_row = loop.stride(0, 0);
  const std::int64_t to_column = loop.stride(0, 1);
  const std::int64_t from_row = loop.stride(1, 0);
  const std::int64_t from_column = loop.stride(1, 1);
  for_each_tile(loop, [&](std::int64_t row, std::int64_t rows, std::int64_t column, std::int64_t columns) {
    char* to = loop.data(0) + row * to_row + column * to_column;
    const char* from = loop.data(1) + row * from_row + column * from_column;
    for (std::int64_t i = 0; i < rows; ++i, to += to_row, from += from_row) {
      for (std::int64_t j = 0; j < columns; ++j) store<T>(to + j * to_column, load<T>(from + j * from_column));
    }
  });
}

void copy_tiles(const StridedLoop& loop, const View& target, const View& source) {
  if (target.dtype == source.dtype && !is_bool(source.dtype)) {
    switch (size_of(source.dtype)) {
      case 2:
        return move_tiles<std::uint16_t>(loop);
      case 4:
        return move_tiles<std::uint32_t>(loop);
      case 8:
        return move_tiles<std::uint64_t>(loop);
      default:
        break;
    }
  }
  const CastLoop cast = cast_loop(source.dtype, target.dtype);
  for_each_tile(loop, [&](std::int64_t row, std::int64_t rows, std::int64_t column, std::int64_t columns) {
    for (std::int64_t i = row; i < row + rows; ++i) {
      cast(loop.data(0) + i * loop.stride(0, 0) + column * loop.stride(0, 1), loop.stride(0, 1),
           loop.data(1) + i * loop.stride(1, 0) + column * loop.stride(1, 1), loop.stride(1, 1), columns);
    }
  });
}

}  // namespace

CastLoop cast_loop(DType from, DType to) {
  return kLoops[static_cast<std::size_t>(to)][static_cast<std::size_t>(from)];
}

namespace {

/// Elements that are put side by side before they are converted: they stay in L1.
constexpr std::int64_t kPacked = 512;
/// Elements of one axis that are converted as they are: to prepare more takes longer.
constexpr std::int64_t kShort = 64;

/// A row of every second element, which vectors convert once they are side by side.
void convert_every_second(const View& target, char* to, const View& source, const char* from, std::int64_t n) {
  alignas(64) char packed[kPacked * 8];
  const auto to_size = static_cast<std::int64_t>(size_of(target.dtype));
  const auto from_size = static_cast<std::int64_t>(size_of(source.dtype));
  const CastLoop pack = cast_loop(source.dtype, source.dtype), convert = cast_loop(source.dtype, target.dtype);
  for (std::int64_t i = 0; i < n; i += kPacked) {
    const std::int64_t count = std::min(kPacked, n - i);
    pack(packed, from_size, from + i * 2 * from_size, 2 * from_size, count);
    convert(to + i * to_size, to_size, packed, from_size, count);
  }
}

}  // namespace

void copy_elements(const View& target, const View& source) {
  const CastLoop cast = cast_loop(source.dtype, target.dtype);
  if (target.rank == 1 && target.shape[0] <= kShort) {
    return cast(target.data, target.strides[0], source.data, source.strides[0], target.shape[0]);
  }
  const View operands[] = {target, source};
  const StridedLoop loop(operands);
  if (is_transposition(loop)) return copy_tiles(loop, target, source);
  const std::int64_t n = loop.row_length();
  const std::int64_t to_stride = loop.row_stride(0);
  const std::int64_t from_stride = loop.row_stride(1);
  const auto to_size = static_cast<std::int64_t>(size_of(target.dtype));
  const auto from_size = static_cast<std::int64_t>(size_of(source.dtype));
  if (target.dtype != source.dtype && from_size <= 8 && from_stride == 2 * from_size && to_stride == to_size) {
    loop.run([&](char* const* at) { convert_every_second(target, at[0], source, at[1], n); });
    return;
  }
  loop.run([&](char* const* at) { cast(at[0], to_stride, at[1], from_stride, n); });
}

}  // namespace rooftop::array
