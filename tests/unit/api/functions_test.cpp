// Universal functions, operators, reductions, choice, joining and products.
#include <cmath>
#include <numeric>

#include "expect.h"

namespace rooftop {
namespace {

TEST(Promotion, NumbersAreWeak) {
  const Array f32 = ones(3, DType::Float32);
  EXPECT_EQ((f32 + 1.5).dtype(), DType::Float32);
  EXPECT_EQ((2 * f32).dtype(), DType::Float32);
  EXPECT_EQ((f32 + scalar(1.5)).dtype(), DType::Float64);
  EXPECT_EQ((f32 + std::complex<double>(0, 1)).dtype(), DType::Complex64);
  const Array u8 = full(3, 200, DType::UInt8);
  EXPECT_EQ((u8 + 100).dtype(), DType::UInt8);
  EXPECT_EQ(values<int>(u8 + 100), (std::vector<int>{44, 44, 44}));
  EXPECT_EQ(message_of<OverflowError>([&] { u8 + 300; }), "integer 300 is out of bounds for uint8");
  EXPECT_EQ((u8 + 1.5).dtype(), DType::Float64);
  EXPECT_EQ((u8 / 2).dtype(), DType::Float64);
  EXPECT_EQ((u8 + true).dtype(), DType::UInt8);
  EXPECT_EQ((from({true}) + 1).dtype(), DType::Int64);
}

TEST(Promotion, ComparisonsAreExact) {
  const Array u8 = full(2, 200, DType::UInt8);
  EXPECT_TRUE(all(u8 < 300).item<bool>());
  EXPECT_TRUE(all(u8 > -1).item<bool>());
  EXPECT_FALSE(any(u8 == 456).item<bool>());
  const Array huge = full(1, UINT64_MAX);
  EXPECT_TRUE(all(huge > scalar(std::int64_t{-1})).item<bool>());
  EXPECT_FALSE(any(huge == scalar(std::int64_t{-1})).item<bool>());
  EXPECT_TRUE(all(full(1, INT64_MAX) < scalar(std::uint64_t{1} << 63)).item<bool>());
}

TEST(Ufunc, RefusesTypesByName) {
  const Array flags = from({true});
  EXPECT_EQ(message_of<TypeError>([&] { flags - flags; }), "subtract is not defined for bool and bool");
  EXPECT_THROW(invert(from({1.0})), TypeError);
  EXPECT_THROW(bitwise_and(from({1.0}), 1), TypeError);
  EXPECT_EQ(message_of<ValueError>([] {
              power(from({2, 3}), from({1, -1}));
            }),
            "integers to negative integer powers are not allowed");
  EXPECT_EQ(message_of<ShapeError>([] {
              zeros({2, 3}) + zeros({4});
            }),
            "operands could not be broadcast together with shapes (2, 3) (4,)");
}

TEST(Ufunc, BroadcastsAndFollowsTheInputsOrder) {
  const Array column = arange(3).reshape({3, 1});
  EXPECT_EQ(values<std::int64_t>(column * 10 + arange(2)), (Ints{0, 1, 10, 11, 20, 21}));
  const Array turned = zeros({4, 5}).transpose();
  EXPECT_TRUE((turned + 1.0).is_column_major());
  EXPECT_TRUE((turned + turned).is_column_major());
  EXPECT_EQ(lengths(zeros({0, 3}) + zeros({1})), (Ints{0, 3}));
}

TEST(Ufunc, WritesToOutWhereItIsAsked) {
  const Array a = arange(4);
  const Array out = full(4, -1.0);
  const Array same = multiply(a, a, {.out = out, .where = a > 1});
  EXPECT_EQ(same.raw_data(), out.raw_data());
  EXPECT_EQ(values<double>(out), (Doubles{-1, -1, 4, 9}));
  EXPECT_EQ(message_of<TypeError>([&] { add(a, 0.5, {.out = a}); }),
            "add: the result, float64, cannot be written to an array of int64 under casting rule 'same_kind'");
  add(a, 0.5, {.out = a, .casting = Casting::Unsafe});
  EXPECT_EQ(values<std::int64_t>(a), (Ints{0, 1, 2, 3}));
  EXPECT_EQ(add(a, a, {.dtype = DType::Float32}).dtype(), DType::Float32);
  EXPECT_EQ(message_of<ShapeError>([&] { add(a, a, {.out = zeros(3)}); }),
            "an output of shape (3,) does not take a result of shape (4,)");
  EXPECT_THROW(add(a, a, {.where = a}), TypeError);
}

TEST(Ufunc, OverlappingOperandsAreReadFirst) {
  const Array a = arange(1000).astype<double>();
  a(slice(1, {})) += a(slice({}, -1));
  for (std::int64_t i = 1; i < 1000; ++i) ASSERT_EQ(a.at<double>(i), static_cast<double>(2 * i - 1));
  const Array small = from({1.0, 2.0, 3.0});
  small(slice(1, {})) += small(slice({}, -1));
  EXPECT_EQ(values<double>(small), (Doubles{1, 3, 5}));
  small += small;
  EXPECT_EQ(values<double>(small), (Doubles{2, 6, 10}));
}

TEST(Ufunc, TwoResults) {
  const auto [quotient, rest] = divmod(from({7, -7}), 3);
  EXPECT_EQ(values<int>(quotient), (std::vector<int>{2, -3}));
  EXPECT_EQ(values<int>(rest), (std::vector<int>{1, 2}));
  const auto [mantissa, exponent] = frexp(from({8.0}));
  EXPECT_EQ(exponent.dtype(), DType::Int32);
  EXPECT_EQ(ldexp(mantissa, exponent).item<double>(), 8);
  const Array out = zeros(1);
  const Array second = zeros(1);
  modf(from({2.5}), {.out = out, .second_out = second});
  EXPECT_EQ(out.item<double>(), 0.5);
  EXPECT_EQ(second.item<double>(), 2);
}

TEST(Ufunc, TellsOfFloatingPointErrors) {
  for (const std::int64_t n : {3, 100, 100'000}) {
    const Array zero = zeros(n);
    clear_float_errors();
    const Array fine = zero + 1.0;
    EXPECT_EQ(float_errors(), 0U) << n;
    EXPECT_TRUE(all(isinf(fine / zero)).item<bool>());
    EXPECT_EQ(float_errors(), unsigned{kDivideByZero}) << n;
    EXPECT_TRUE(all(isnan(zero / zero)).item<bool>());
    EXPECT_EQ(float_errors(), kDivideByZero | kInvalid) << n;
    clear_float_errors();
    EXPECT_TRUE(all(isinf(exp(zero + 1000.0))).item<bool>());
    EXPECT_EQ(float_errors(), unsigned{kOverflow}) << n;
  }
}

TEST(Operators, AreTheFunctionsOfTheirMeaning) {
  const Array a = from({7, -7, 2});
  const Array b = from({3, 3, 1});
  EXPECT_EQ(values<int>(-a), (std::vector<int>{-7, 7, -2}));
  EXPECT_EQ(values<int>(~b), (std::vector<int>{-4, -4, -2}));
  EXPECT_EQ(values<int>(a % b), (std::vector<int>{1, 2, 0}));
  EXPECT_EQ(values<int>(a & b), (std::vector<int>{3, 1, 0}));
  EXPECT_EQ(values<int>(a | b), (std::vector<int>{7, -5, 3}));
  EXPECT_EQ(values<int>(a ^ b), (std::vector<int>{4, -6, 3}));
  EXPECT_EQ(values<int>(1 << b), (std::vector<int>{8, 8, 2}));
  EXPECT_EQ(values<int>(a >> 1), (std::vector<int>{3, -4, 1}));
  EXPECT_EQ(values<double>(1.0 / b.astype<double>()), (Doubles{1.0 / 3, 1.0 / 3, 1}));
  EXPECT_EQ(values<int>(a != b), (std::vector<int>{1, 1, 1}));
  EXPECT_EQ(values<int>(2 >= a), (std::vector<int>{0, 1, 1}));
  const Array c = a.copy();
  c %= b;
  c <<= 2;
  c |= 1;
  c ^= b;
  c -= 1;
  c *= 2;
  c >>= 1;
  c &= 7;
  EXPECT_EQ(values<int>(c), (std::vector<int>{5, 1, 7}));
  EXPECT_THROW(c /= 2, TypeError);
}

TEST(Reductions, AlongEachAxis) {
  const Array a = arange(24).reshape({2, 3, 4});
  EXPECT_EQ(sum(a).item<std::int64_t>(), 276);
  EXPECT_EQ(values<std::int64_t>(sum(a, {0, 2})), (Ints{60, 92, 124}));
  EXPECT_EQ(values<std::int64_t>(sum(a, {-1})), (Ints{6, 22, 38, 54, 70, 86}));
  EXPECT_EQ(lengths(max(a, 1, true)), (Ints{2, 1, 4}));
  EXPECT_EQ(lengths(min(a, {}, true)), (Ints{1, 1, 1}));
  EXPECT_EQ(values<std::int64_t>(min(a, 1)), (Ints{0, 1, 2, 3, 12, 13, 14, 15}));
  EXPECT_EQ(values<std::int64_t>(sum(a.transpose(), 2)), values<std::int64_t>(sum(a, 0).transpose()));
  EXPECT_EQ(prod(from({2, 3, 4})).item<int>(), 24);
  EXPECT_EQ(values<double>(mean(a, {0, 1})), (Doubles{10, 11, 12, 13}));
  EXPECT_EQ(var(from({1.0, 2.0, 3.0, 4.0})).item<double>(), 1.25);
  EXPECT_EQ(stddev(from({1.0, 3.0}), {}, false, 1).item<double>(), std::sqrt(2.0));
  EXPECT_EQ(var(from({std::complex<double>(0, 1), std::complex<double>(0, -1)})).item<double>(), 1);
  EXPECT_EQ(count_nonzero(a % 2).item<std::int64_t>(), 12);
  EXPECT_TRUE(all(a < 24).item<bool>());
  EXPECT_EQ(values<int>(any(a == 5, {0, 2})), (std::vector<int>{0, 1, 0}));
}

TEST(Reductions, TypesOfResults) {
  EXPECT_EQ(sum(ones(3, DType::Int8)).dtype(), DType::Int64);
  EXPECT_EQ(sum(full(3, 200, DType::UInt8)).item<int>(), 600);
  EXPECT_EQ(sum(full(3, 200, DType::UInt8)).dtype(), DType::UInt64);
  EXPECT_EQ(sum(ones(3, DType::Bool)).dtype(), DType::Int64);
  EXPECT_EQ(sum(ones(3, DType::Float16)).dtype(), DType::Float16);
  EXPECT_EQ(mean(ones(3, DType::Float16)).dtype(), DType::Float16);
  EXPECT_EQ(mean(full(5000, 60000, DType::Float16)).item<double>(), 60000);
  EXPECT_EQ(mean(ones(3, DType::Int8)).dtype(), DType::Float64);
  EXPECT_EQ(max(ones(3, DType::Int8)).dtype(), DType::Int8);
  EXPECT_EQ(any(ones(3)).dtype(), DType::Bool);
}

TEST(Reductions, EmptyArraysAndWrongAxes) {
  const Array none = zeros({0, 3});
  EXPECT_EQ(values<double>(sum(none, 0)), (Doubles{0, 0, 0}));
  EXPECT_EQ(values<double>(prod(none, 0)), (Doubles{1, 1, 1}));
  EXPECT_TRUE(all(none).item<bool>());
  EXPECT_FALSE(any(none).item<bool>());
  EXPECT_EQ(sum(none, 1).size(), 0);
  EXPECT_EQ(max(none, 1).size(), 0);
  EXPECT_TRUE(std::isnan(mean(none).item<double>()));
  EXPECT_EQ(message_of<ValueError>([&] { max(none); }), "the maximum of an array without elements is not defined");
  EXPECT_THROW(argmax(none), ValueError);
  EXPECT_EQ(message_of<IndexError>([&] { sum(none, 2); }), "axis 2 is out of bounds for an array with 2 axes");
  EXPECT_THROW(sum(none, {0, -2}), ValueError);
}

TEST(Reductions, PlacesOfExtremes) {
  const Array a = from<double>({{3.0, 9.0, 9.0}, {5.0, NAN, 1.0}});
  EXPECT_EQ(argmax(a).item<int>(), 4);
  EXPECT_EQ(values<std::int64_t>(argmax(a, 1)), (Ints{1, 1}));
  EXPECT_EQ(values<std::int64_t>(argmin(a, 0)), (Ints{0, 1, 1}));
  EXPECT_EQ(lengths(argmin(a, 0, true)), (Ints{1, 3}));
  EXPECT_EQ(lengths(argmin(a, {}, true)), (Ints{1, 1}));
  EXPECT_EQ(argmin(a.transpose()(0)).item<int>(), 0);
  EXPECT_THROW(argmax(from({std::complex<double>(1, 2)})), TypeError);
}

TEST(Functions, WhereAndClip) {
  const Array a = arange(5);
  EXPECT_EQ(values<std::int64_t>(where(a > 2, a, -1)), (Ints{-1, -1, -1, 3, 4}));
  EXPECT_EQ(where(a > 2, a, 0.5).dtype(), DType::Float64);
  EXPECT_EQ(where(a, ones(5, DType::Float32), 0.5).dtype(), DType::Float32);
  EXPECT_EQ(lengths(where(a > 2, zeros({2, 1}), 1.0)), (Ints{2, 5}));
  EXPECT_THROW(where(a > 2, zeros(3), 1.0), ShapeError);
  EXPECT_EQ(values<std::int64_t>(clip(a, 1, 3)), (Ints{1, 1, 2, 3, 3}));
}

TEST(Functions, JoinAndTake) {
  const Array a = arange(4).reshape({2, 2});
  EXPECT_EQ(values<std::int64_t>(concatenate({a, a(slice(), slice(0, 1))}, 1)), (Ints{0, 1, 0, 2, 3, 2}));
  EXPECT_EQ(values<double>(concatenate({a, full({1, 2}, 0.5)})), (Doubles{0, 1, 2, 3, 0.5, 0.5}));
  EXPECT_EQ(message_of<ShapeError>([&] {
              concatenate({a, zeros({2, 3})});
            }),
            "arrays of shapes (2, 2) and (2, 3) cannot be joined along axis 0");
  EXPECT_THROW(concatenate(std::span<const Array>{}), ValueError);
  EXPECT_EQ(lengths(stack({a, a, a}, -1)), (Ints{2, 2, 3}));
  EXPECT_EQ(values<std::int64_t>(stack({a[0], a[1]}, 1)), (Ints{0, 2, 1, 3}));
  EXPECT_THROW(stack({a, a[0]}), ShapeError);
  EXPECT_EQ(values<std::int64_t>(take(arange(10), from({{1, -1}, {3, 0}}))), (Ints{1, 9, 3, 0}));
  EXPECT_EQ(lengths(take(a, from({0, 1, 0}))), (Ints{3, 2}));
  EXPECT_EQ(message_of<IndexError>([&] { take(a, from({0, 2})); }), "index 2 is out of bounds for axis 0 with size 2");
  EXPECT_THROW(take(a, from({0.0})), TypeError);
  EXPECT_EQ(values<std::int64_t>(compress(a, a % 2 == 1)), (Ints{1, 3}));
  EXPECT_THROW(compress(a, from({true})), ShapeError);
}

TEST(Matmul, IsTheSumOfProductsForEveryKindOfOperands) {
  const Array a = arange(2 * 3 * 4).reshape({2, 3, 4}).astype<double>();
  const Array b = arange(4 * 5).reshape({4, 5}).astype<double>();
  const Array c = matmul(a, b);
  EXPECT_EQ(lengths(c), (Ints{2, 3, 5}));
  for (std::int64_t s = 0; s < 2; ++s) {
    for (std::int64_t i = 0; i < 3; ++i) {
      for (std::int64_t j = 0; j < 5; ++j) {
        double expected = 0;
        for (std::int64_t k = 0; k < 4; ++k) expected += a.at<double>(s, i, k) * b.at<double>(k, j);
        EXPECT_EQ(c.at<double>(s, i, j), expected);
      }
    }
  }
  EXPECT_EQ(lengths(matmul(a, b(slice(), 0))), (Ints{2, 3}));
  EXPECT_EQ(lengths(matmul(b(slice(), 0), b)), (Ints{5}));
  EXPECT_EQ(matmul(b[0], b[0]).item<double>(), 30);
  EXPECT_EQ(values<double>(matmul(b.transpose(), a(0).transpose())), values<double>(matmul(a(0), b).transpose()));
  EXPECT_EQ(matmul(a.astype<float>(), b).dtype(), DType::Float64);
  EXPECT_EQ(values<double>(matmul(zeros({2, 0}), zeros({0, 1}))), (Doubles{0, 0}));
  EXPECT_EQ(message_of<ShapeError>([&] { matmul(b, b); }),
            "matmul: the shapes (4, 5) and (4, 5) do not fit each other");
  EXPECT_THROW(matmul(scalar(1.0), b), ValueError);
  EXPECT_THROW(matmul(zeros({2, 1, 3}), zeros({3, 3, 1})), ShapeError);
}

TEST(Threads, AreSetAndChecked) {
  const int before = num_threads();
  set_num_threads(1);
  EXPECT_EQ(num_threads(), 1);
  EXPECT_THROW(set_num_threads(0), ValueError);
  set_num_threads(before);
}

}  // namespace
}  // namespace rooftop
