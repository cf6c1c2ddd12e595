// Blocks and halves, for real and complex numbers.
#include "rooftop/lib/pairwise.h"

#include <cstring>
#include <type_traits>

#include "rooftop/array/half.h"
#include "rooftop/lib/element.h"

namespace rooftop::lib {
namespace {

using array::DType;

constexpr std::int64_t kBlock = 128;  ///< numbers, parts of complex ones counted
constexpr std::int64_t kSums = 8;

template <typename T>
T joined(const T* r) {
  return ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
}

/// A whole number of eights, one after the other in memory: the running sums side by side in one or two registers.
template <typename T>
[[gnu::target("avx2")]] T dense_eights_avx2(const char* data, std::int64_t n) {
  typedef T Vector __attribute__((vector_size(32), aligned(1), may_alias));
  constexpr int kRegisters = sizeof(T) * kSums / 32;
  Vector sums[kRegisters];
  const auto* from = reinterpret_cast<const Vector*>(data);
  for (int k = 0; k < kRegisters; ++k) sums[k] = from[k];
  for (std::int64_t i = kSums; i < n; i += kSums) {
    from += kRegisters;
    for (int k = 0; k < kRegisters; ++k) sums[k] += from[k];
  }
  T r[kSums];
  std::memcpy(r, sums, sizeof r);
  return joined(r);
}

bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}

/// How elements are read: numbers as they are, halves as float32.
template <typename T>
struct Plain {
  using Sum = T;
  static T at(const char* data) { return load<T>(data); }
};
template <DType Half>
struct Halves {
  using Sum = float;
  static float at(const char* data) { return array::half_value(load<std::uint16_t>(data), Half); }
};

template <typename Reader>
typename Reader::Sum block_sum(const char* data, std::int64_t stride, std::int64_t n) {
  using T = typename Reader::Sum;
  if (n < kSums) {
    T sum = T(-0.0);
    for (std::int64_t i = 0; i < n; ++i) sum += Reader::at(data + i * stride);
    return sum;
  }
  const std::int64_t whole = n - n % kSums;
  T sum;
  if constexpr (std::is_same_v<Reader, Plain<T>>) {
    if (stride == sizeof(T) && has_avx2()) {
      sum = dense_eights_avx2<T>(data, whole);
      for (std::int64_t i = whole; i < n; ++i) sum += Reader::at(data + i * stride);
      return sum;
    }
  }
  T r[kSums];
  for (std::int64_t k = 0; k < kSums; ++k) r[k] = Reader::at(data + k * stride);
  for (std::int64_t i = kSums; i < whole; i += kSums) {
    for (std::int64_t k = 0; k < kSums; ++k) r[k] += Reader::at(data + (i + k) * stride);
  }
  sum = joined(r);
  for (std::int64_t i = whole; i < n; ++i) sum += Reader::at(data + i * stride);
  return sum;
}

template <typename Reader>
typename Reader::Sum sum_of(const char* data, std::int64_t stride, std::int64_t n) {
  if (n <= kBlock) return block_sum<Reader>(data, stride, n);
  const std::int64_t half = pairwise_half(DType::F64, n);
  return sum_of<Reader>(data, stride, half) + sum_of<Reader>(data + half * stride, stride, n - half);
}

template <typename T>
struct Complex {
  T real, imag;
};

/// Four running sums of complex numbers are eight of numbers.
template <typename T>
Complex<T> complex_sum(const char* data, std::int64_t stride, std::int64_t n) {
  if (2 * n > kBlock) {
    const std::int64_t half = pairwise_half(DType::C128, n);
    const Complex<T> left = complex_sum<T>(data, stride, half);
    const Complex<T> right = complex_sum<T>(data + half * stride, stride, n - half);
    return {left.real + right.real, left.imag + right.imag};
  }
  Complex<T> sum{T(-0.0), T(-0.0)};
  std::int64_t i = 0;
  if (n >= kSums / 2) {
    Complex<T> r[4];
    for (std::int64_t k = 0; k < 4; ++k) r[k] = load<Complex<T>>(data + k * stride);
    for (i = 4; i < n - n % 4; i += 4) {
      for (std::int64_t k = 0; k < 4; ++k) {
        const auto value = load<Complex<T>>(data + (i + k) * stride);
        r[k].real += value.real;
        r[k].imag += value.imag;
      }
    }
    sum = {(r[0].real + r[1].real) + (r[2].real + r[3].real), (r[0].imag + r[1].imag) + (r[2].imag + r[3].imag)};
  }
  for (; i < n; ++i) {
    const auto value = load<Complex<T>>(data + i * stride);
    sum.real += value.real;
    sum.imag += value.imag;
  }
  return sum;
}

/// The sums of one type of elements.
template <typename Reader>
struct RealSums {
  using T = typename Reader::Sum;
  static T first(const char* data) { return Reader::at(data); }
  static T of(const char* data, std::int64_t stride, std::int64_t n) { return sum_of<Reader>(data, stride, n); }
  static T zero() { return T(0); }
  static T plus(T a, T b) { return a + b; }
  static T rounded(T value) { return value; }
};
template <DType Half>
struct HalfSums : RealSums<Halves<Half>> {
  static std::uint16_t rounded(float value) { return array::half_bits(value, Half); }
};
template <typename T>
struct ComplexSums {
  static Complex<T> first(const char* data) { return load<Complex<T>>(data); }
  static Complex<T> of(const char* data, std::int64_t stride, std::int64_t n) {
    return complex_sum<T>(data, stride, n);
  }
  static Complex<T> zero() { return {T(0), T(0)}; }
  static Complex<T> plus(Complex<T> a, Complex<T> b) { return {a.real + b.real, a.imag + b.imag}; }
  static Complex<T> rounded(Complex<T> value) { return value; }
};

template <typename Use>
void visit(DType dtype, Use use) {
  switch (dtype) {
    case DType::F64:
      return use(RealSums<Plain<double>>());
    case DType::F32:
      return use(RealSums<Plain<float>>());
    case DType::F16:
      return use(HalfSums<DType::F16>());
    case DType::BF16:
      return use(HalfSums<DType::BF16>());
    case DType::C64:
      return use(ComplexSums<float>());
    default:
      return use(ComplexSums<double>());
  }
}

}  // namespace

std::int64_t pairwise_block(DType dtype) { return array::is_complex(dtype) ? kBlock / 2 : kBlock; }

std::int64_t pairwise_half(DType dtype, std::int64_t n) {
  const std::int64_t unit = array::is_complex(dtype) ? kSums / 2 : kSums;
  return n / 2 - n / 2 % unit;
}

void pairwise_sum(DType dtype, const char* data, std::int64_t stride, std::int64_t n, char* value) {
  visit(dtype, [&](auto sum) { store(value, sum.rounded(sum.of(data, stride, n))); });
}

void pairwise_add(DType dtype, const char* data, std::int64_t stride, std::int64_t n, char* value) {
  visit(dtype, [&](auto sum) { store(value, sum.rounded(sum.plus(sum.first(value), sum.of(data, stride, n)))); });
}

void add_zero(DType dtype, char* values, std::int64_t n) {
  visit(dtype, [&](auto sum) {
    constexpr auto size = static_cast<std::int64_t>(sizeof(sum.rounded(sum.zero())));
    for (std::int64_t i = 0; i < n; ++i) {
      store(values + i * size, sum.rounded(sum.plus(sum.first(values + i * size), sum.zero())));
    }
  });
}

}  // namespace rooftop::lib
