// NumPy's meaning of functions, written once more as plain scalar C++ and compared with the kernels.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <limits>
#include <numeric>
#include <type_traits>
#include <vector>

#include "rooftop/lib/kernels.h"

namespace rooftop::lib {
namespace {

using array::DType;
using ops::Ufunc;

template <class T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, float>) return DType::F32;
  if constexpr (std::is_same_v<T, double>) return DType::F64;
  constexpr bool with_sign = std::is_signed_v<T>;
  if constexpr (sizeof(T) == 1) return with_sign ? DType::I8 : DType::U8;
  if constexpr (sizeof(T) == 2) return with_sign ? DType::I16 : DType::U16;
  if constexpr (sizeof(T) == 4) return with_sign ? DType::I32 : DType::U32;
  return with_sign ? DType::I64 : DType::U64;
}

template <class T>
std::vector<T> special() {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_floating_point_v<T>) {
    return {0,
            -T(0),
            1,
            -1,
            T(0.5),
            T(-1.5),
            T(2.5),
            3,
            T(-7.25),
            T(0.1),
            100,
            Limits::min(),
            Limits::denorm_min(),
            -Limits::denorm_min(),
            Limits::max(),
            Limits::lowest(),
            Limits::infinity(),
            -Limits::infinity(),
            Limits::quiet_NaN()};
  } else {
    return {0,
            1,
            2,
            3,
            7,
            12,
            30,
            64,
            100,
            Limits::max(),
            T(Limits::max() - 1),
            Limits::min(),
            T(Limits::min() + 1),
            T(-1),
            T(-2),
            T(-12)};
  }
}

template <class T>
bool same(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
  } else {
    return a == b;
  }
}

// As kernels take it: inputs are not written.
char* address_of(const void* p) { return static_cast<char*>(const_cast<void*>(p)); }
template <class T>
char* bytes(const std::vector<T>& v) {
  return address_of(v.data());
}

template <class T>
std::int64_t address(const std::vector<T>& v) {
  return static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(v.data()));
}

/// All pairs of special numbers, through the contiguous kernel.
template <class T, class R = T, class Meaning>
void expect_binary(Ufunc ufunc, const Meaning& meaning) {
  std::vector<T> a, b;
  for (const T x : special<T>()) {
    for (const T y : special<T>()) {
      a.push_back(x);
      b.push_back(y);
    }
  }
  const auto n = static_cast<std::int64_t>(a.size());
  std::vector<R> out(a.size());
  char* const operands[] = {bytes(a), bytes(b), bytes(out)};
  const std::int64_t strides[] = {sizeof(T), sizeof(T), sizeof(R)};
  const int loop = ops::loop_for(ufunc, dtype_of<T>());
  ASSERT_EQ(ops::loops(ufunc)[static_cast<std::size_t>(loop)].types[0], dtype_of<T>());
  call_kernel(kernel(ufunc, loop).contiguous, 3, operands, strides, n);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(same(out[i], static_cast<R>(meaning(a[i], b[i]))))
        << ops::info(ufunc).name << " of " << +a[i] << " and " << +b[i] << " is " << +out[i] << ", not "
        << +meaning(a[i], b[i]);
  }
}

template <class T, class R = T, class Meaning>
void expect_unary(Ufunc ufunc, const Meaning& meaning) {
  const std::vector<T> a = special<T>();
  const auto n = static_cast<std::int64_t>(a.size());
  std::vector<R> out(a.size());
  char* const operands[] = {bytes(a), bytes(out)};
  const std::int64_t strides[] = {sizeof(T), sizeof(R)};
  call_kernel(kernel(ufunc, ops::loop_for(ufunc, dtype_of<T>())).contiguous, 2, operands, strides, n);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(same(out[i], static_cast<R>(meaning(a[i]))))
        << ops::info(ufunc).name << " of " << +a[i] << " is " << +out[i] << ", not " << +meaning(a[i]);
  }
}

template <class T>
T floor_quotient(T a, T b) {
  if (b == 0) return 0;
  if (std::is_signed_v<T> && b == T(-1)) return static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(a));
  const T q = static_cast<T>(a / b);
  return static_cast<T>(q - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0));
}

template <class T>
void expect_integers() {
  using U = std::make_unsigned_t<T>;
  using Wide = std::uint64_t;
  const auto wide = [](T x) { return static_cast<Wide>(x); };
  constexpr int bits = 8 * sizeof(T);
  expect_binary<T>(Ufunc::add, [&](T a, T b) { return static_cast<T>(wide(a) + wide(b)); });
  expect_binary<T>(Ufunc::subtract, [&](T a, T b) { return static_cast<T>(wide(a) - wide(b)); });
  expect_binary<T>(Ufunc::multiply, [&](T a, T b) { return static_cast<T>(wide(a) * wide(b)); });
  expect_binary<T>(Ufunc::floor_divide, floor_quotient<T>);
  expect_binary<T>(Ufunc::remainder, [&](T a, T b) {
    return b == 0 ? T(0) : static_cast<T>(wide(a) - wide(floor_quotient(a, b)) * wide(b));
  });
  expect_binary<T>(Ufunc::fmod, [](T a, T b) {
    const bool is_minus_one = std::is_signed_v<T> && b == T(-1);  // MIN % -1 must not be computed
    return b == 0 || is_minus_one ? T(0) : static_cast<T>(a % b);
  });
  expect_binary<T>(Ufunc::left_shift, [](T a, T b) {
    return static_cast<U>(b) < bits ? static_cast<T>(static_cast<U>(a) << static_cast<U>(b)) : T(0);
  });
  expect_binary<T>(Ufunc::right_shift, [](T a, T b) {
    return static_cast<U>(b) < bits ? static_cast<T>(a >> static_cast<U>(b)) : T(a < 0 ? -1 : 0);
  });
  expect_binary<T>(Ufunc::maximum, [](T a, T b) { return std::max(a, b); });
  expect_binary<T>(Ufunc::minimum, [](T a, T b) { return std::min(a, b); });
  expect_binary<T, std::uint8_t>(Ufunc::less, [](T a, T b) { return a < b; });
  expect_binary<T, std::uint8_t>(Ufunc::equal, [](T a, T b) { return a == b; });
  expect_binary<T, std::uint8_t>(Ufunc::greater_equal, [](T a, T b) { return a >= b; });
  expect_binary<T, std::uint8_t>(Ufunc::logical_xor, [](T a, T b) { return (a != 0) != (b != 0); });
  const auto size = [&](T x) { return static_cast<U>(x < 0 ? 0 - wide(x) : wide(x)); };
  expect_binary<T>(Ufunc::gcd, [&](T a, T b) { return static_cast<T>(std::gcd<Wide, Wide>(size(a), size(b))); });
  expect_binary<T>(Ufunc::lcm, [&](T a, T b) {
    const Wide d = std::gcd<Wide, Wide>(size(a), size(b));
    return d == 0 ? T(0) : static_cast<T>(size(a) / d * size(b));
  });
  expect_unary<T>(Ufunc::absolute, [&](T a) { return static_cast<T>(size(a)); });
  expect_unary<T>(Ufunc::negative, [&](T a) { return static_cast<T>(0 - wide(a)); });
  expect_unary<T>(Ufunc::sign, [](T a) { return T(a > 0 ? 1 : a < 0 ? -1 : 0); });
  expect_unary<T>(Ufunc::invert, [](T a) { return static_cast<T>(~a); });
  expect_unary<T, std::uint8_t>(Ufunc::bitwise_count,
                                [&](T a) { return static_cast<std::uint8_t>(std::popcount(size(a))); });
  // The exponents that NumPy lets through.
  expect_binary<T>(Ufunc::power, [&](T a, T b) {
    Wide result = 1, base = wide(a);
    for (U n = b < 0 ? U(0) : static_cast<U>(b); n != 0; n = static_cast<U>(n >> 1), base *= base) {
      if ((n & 1) != 0) result *= base;
    }
    return static_cast<T>(result);
  });
}

TEST(UfuncMeanings, IntegersWrapAndDivideByZeroToZero) {
  expect_integers<std::int8_t>();
  expect_integers<std::uint8_t>();
  expect_integers<std::int16_t>();
  expect_integers<std::uint16_t>();
  expect_integers<std::int32_t>();
  expect_integers<std::uint32_t>();
  expect_integers<std::int64_t>();
  expect_integers<std::uint64_t>();
}

/// npy_divmod.
template <class T>
std::pair<T, T> divmod(T a, T b) {
  T mod = std::fmod(a, b);
  if (b == 0) return {a / b, mod};
  T div = (a - mod) / b;
  if (mod != 0) {
    if ((b < 0) != (mod < 0)) {
      mod += b;
      div -= 1;
    }
  } else {
    mod = std::copysign(T(0), b);
  }
  if (div == 0) return {std::copysign(T(0), a / b), mod};
  T low = std::floor(div);
  if (div - low > T(0.5)) low += 1;
  return {low, mod};
}

template <class T>
void expect_floats() {
  const T nan = std::numeric_limits<T>::quiet_NaN();
  expect_binary<T>(Ufunc::add, [](T a, T b) { return a + b; });
  expect_binary<T>(Ufunc::multiply, [](T a, T b) { return a * b; });
  expect_binary<T>(Ufunc::divide, [](T a, T b) { return a / b; });
  expect_binary<T>(Ufunc::floor_divide, [](T a, T b) { return divmod(a, b).first; });
  expect_binary<T>(Ufunc::remainder, [](T a, T b) { return divmod(a, b).second; });
  expect_binary<T>(Ufunc::fmod, [](T a, T b) { return std::fmod(a, b); });
  expect_binary<T>(Ufunc::maximum, [&](T a, T b) { return std::isnan(a) || std::isnan(b) ? nan : a > b ? a : b; });
  expect_binary<T>(Ufunc::minimum, [&](T a, T b) { return std::isnan(a) || std::isnan(b) ? nan : a < b ? a : b; });
  expect_binary<T>(Ufunc::fmax, [](T a, T b) { return std::isnan(b) || a > b ? a : b; });
  expect_binary<T>(Ufunc::fmin, [](T a, T b) { return std::isnan(b) || a < b ? a : b; });
  expect_binary<T>(Ufunc::copysign, [](T a, T b) { return std::copysign(a, b); });
  expect_binary<T>(Ufunc::nextafter, [](T a, T b) { return std::nextafter(a, b); });
  expect_binary<T>(Ufunc::heaviside, [](T a, T b) { return std::isnan(a) ? a : a < 0 ? T(0) : a == 0 ? b : T(1); });
  expect_binary<T, std::uint8_t>(Ufunc::less_equal, [](T a, T b) { return a <= b; });
  expect_binary<T, std::uint8_t>(Ufunc::not_equal, [](T a, T b) { return a != b; });
  expect_unary<T>(Ufunc::sqrt, [](T a) { return std::sqrt(a); });
  expect_unary<T>(Ufunc::rint, [](T a) { return std::nearbyint(a); });
  expect_unary<T>(Ufunc::floor, [](T a) { return std::floor(a); });
  expect_unary<T>(Ufunc::sign, [](T a) { return std::isnan(a) ? a : T(a > 0 ? 1 : a < 0 ? -1 : 0); });
  expect_unary<T>(Ufunc::negative, [](T a) { return -a; });
  expect_unary<T>(Ufunc::spacing, [&](T a) {
    const T far = std::copysign(std::numeric_limits<T>::infinity(), a == 0 ? T(1) : a);
    return std::isinf(a) ? nan : std::nextafter(a, far) - (a == 0 ? T(0) : a);
  });
  expect_unary<T, std::uint8_t>(Ufunc::isnan, [](T a) { return std::isnan(a); });
  expect_unary<T, std::uint8_t>(Ufunc::isinf, [](T a) { return std::isinf(a); });
  expect_unary<T, std::uint8_t>(Ufunc::isfinite, [](T a) { return std::isfinite(a); });
  expect_unary<T, std::uint8_t>(Ufunc::signbit, [](T a) { return std::signbit(a); });
}

TEST(UfuncMeanings, FloatsAreThoseOfNumPy) {
  expect_floats<float>();
  expect_floats<double>();
}

TEST(UfuncMeanings, FrexpAndLdexpAreInverse) {
  for (const double x : special<double>()) {
    double mantissa = 0, back = 0;
    std::int32_t exponent = 0, expected = 0;
    const auto call = [](Ufunc ufunc, const void* a, const void* b, const void* c) {
      char* const operands[] = {address_of(a), address_of(b), address_of(c)};
      const std::int64_t strides[] = {8, ufunc == Ufunc::ldexp ? 4 : 8, ufunc == Ufunc::ldexp ? 8 : 4};
      call_kernel(kernel(ufunc, ops::loop_for(ufunc, DType::F64)).contiguous, 3, operands, strides, 1);
    };
    call(Ufunc::frexp, &x, &mantissa, &exponent);
    const double half = std::frexp(x, &expected);
    EXPECT_TRUE(same(mantissa, half)) << x;
    EXPECT_TRUE(!std::isfinite(x) || exponent == expected) << x;
    call(Ufunc::ldexp, &mantissa, &exponent, &back);
    EXPECT_TRUE(same(back, x)) << x << " " << back;
    for (const std::int32_t n : {-5000, -1100, -1074, -1030, -970, -53, 0, 53, 1023, 1100, 2100, 5000}) {
      call(Ufunc::ldexp, &x, &n, &back);
      EXPECT_TRUE(same(back, std::ldexp(x, n))) << x << " " << n << " " << back;
    }
  }
}

TEST(UfuncMeanings, ComplexNumbersCompareByRealPartThenImaginary) {
  using C = std::complex<double>;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const C a[] = {{1, 2}, {1, 2}, {1, 3}, {0, nan}, {nan, 0}};
  const C b[] = {{1, 3}, {2, 0}, {1, 2}, {1, 0}, {1, 0}};
  std::uint8_t less[5];
  const auto at = [](const void* p) { return static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(p)); };
  const std::int64_t slots[] = {at(a), 5, 16, at(b), 5, 16, at(less), 5, 1};
  kernel(Ufunc::less, ops::loop_for(Ufunc::less, DType::C128)).contiguous(nullptr, slots, nullptr);
  const std::uint8_t expected[] = {1, 1, 0, 0, 0};
  EXPECT_TRUE(std::equal(std::begin(less), std::end(less), std::begin(expected)));
}

double distance(double a, double b) {
  return a == b ? 0 : std::abs(a - b) / (std::abs(b) * std::numeric_limits<double>::epsilon());
}

TEST(UfuncMeanings, FunctionsOfComplexNumbersAreAccurateInBothParts) {
  using C = std::complex<double>;
  using Function = C (*)(const C&);
  const std::pair<Ufunc, Function> functions[] = {
      {Ufunc::exp, std::exp}, {Ufunc::log, std::log},   {Ufunc::sqrt, std::sqrt}, {Ufunc::sin, std::sin},
      {Ufunc::cos, std::cos}, {Ufunc::sinh, std::sinh}, {Ufunc::cosh, std::cosh}};
  std::vector<C> z;
  for (const double a : {-709.5, -3.0, -0.6, -1e-9, 0.28, 0.6, 1.0, 30.0, 710.1, 1e300}) {
    for (const double b : {-1e300, -20.5, -0.8, 1e-12, 0.8, 0.96, 3.0}) z.emplace_back(a, b);
  }
  const auto n = static_cast<std::int64_t>(z.size());
  std::vector<C> out(z.size());
  for (const auto& [ufunc, function] : functions) {
    const std::int64_t slots[] = {address(z), n, 16, address(out), n, 16};
    kernel(ufunc, ops::loop_for(ufunc, DType::C128)).contiguous(nullptr, slots, nullptr);
    for (std::size_t i = 0; i < z.size(); ++i) {
      const C expected = function(z[i]);
      EXPECT_LE(distance(out[i].real(), expected.real()), 6) << ops::info(ufunc).name << z[i] << out[i] << expected;
      EXPECT_LE(distance(out[i].imag(), expected.imag()), 6) << ops::info(ufunc).name << z[i] << out[i] << expected;
    }
  }
}

}  // namespace
}  // namespace rooftop::lib
