// Operations on constants: the reference meaning, row by row at the edges of each type.
#include "rooftop/ir/evaluate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "rooftop/ir/lane_kernels.h"
#include "rooftop/ir/literal.h"
#include "rooftop/ir/print.h"

namespace rooftop::ir {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

Expr integer(std::int64_t value, DType dtype = DType::I64) { return int_constant(value, Type::scalar(dtype)); }

/// The folded text; the operation itself when it does not fold.
std::string folded(Op op, std::vector<Expr> args) { return to_string(fold(operation(op, std::move(args)))); }
std::string folded(Op op, std::int64_t a, std::int64_t b, DType dtype = DType::I64) {
  return folded(op, {integer(a, dtype), integer(b, dtype)});
}
std::string folded_real(Op op, double a, double b) { return folded(op, {float_constant(a), float_constant(b)}); }

TEST(Evaluate, IntegersWrapAtEveryWidth) {
  EXPECT_EQ(folded(Op::add, kMax, 1), std::to_string(kMin));
  EXPECT_EQ(folded(Op::sub, kMin, 1), std::to_string(kMax));
  EXPECT_EQ(folded(Op::mul, 65535, 65535, DType::U16), "1:u16");
  EXPECT_EQ(folded(Op::add, 127, 1, DType::I8), "-128:i8");
  EXPECT_EQ(folded(Op::sub, 0, 1, DType::U64), "18446744073709551615:u64");
  EXPECT_EQ(folded(Op::neg, {integer(kMin)}), std::to_string(kMin));
  EXPECT_EQ(folded(Op::abs, {integer(-128, DType::I8)}), "-128:i8");
  EXPECT_EQ(folded(Op::bit_not, {integer(0, DType::U8)}), "255:u8");
  EXPECT_EQ(folded(Op::bit_not, {bool_constant(true)}), "false");
}

TEST(Evaluate, ConstantsAreRoundedToTheirType) {
  EXPECT_EQ(float_constant(0.1, Type::scalar(DType::F32)).constant().real, 0.1F);
  const Constant both = constant(Type::scalar(DType::C64), {.real = 0.1, .imag = 1e-310}).constant();
  EXPECT_EQ(both.real, 0.1F);
  EXPECT_EQ(both.imag, 0.0);
}

TEST(Evaluate, OverflowTestsAreExact) {
  EXPECT_EQ(folded(Op::add_overflows, kMax, 1), "true");
  EXPECT_EQ(folded(Op::add_overflows, kMax, 0), "false");
  EXPECT_EQ(folded(Op::mul_overflows, kMin, -1), "true");
  EXPECT_EQ(folded(Op::sub_overflows, 0, 1, DType::U8), "true");
  EXPECT_EQ(folded(Op::mul_overflows, 16, 16, DType::U8), "true");
  EXPECT_EQ(folded(Op::mul_overflows, 15, 17, DType::U8), "false");
}

/// Every pair of 8-bit integers against arithmetic in int.
TEST(Evaluate, DivisionRoundsAsItsNameSays) {
  for (int a = -128; a < 128; ++a) {
    for (int b = -128; b < 128; ++b) {
      if (b == 0) continue;
      const int floor_quotient = static_cast<int>(std::floor(static_cast<double>(a) / b));
      const auto wrapped = static_cast<std::int8_t>(floor_quotient);
      ASSERT_EQ(folded(Op::floordiv, a, b, DType::I8), std::to_string(wrapped) + ":i8") << a << " // " << b;
      ASSERT_EQ(folded(Op::floormod, a, b, DType::I8), std::to_string(a - b * floor_quotient) + ":i8");
      if (a == -128 && b == -1) continue;
      ASSERT_EQ(folded(Op::quo, a, b, DType::I8), std::to_string(a / b) + ":i8");
      ASSERT_EQ(folded(Op::rem, a, b, DType::I8), std::to_string(a % b) + ":i8");
    }
  }
  EXPECT_EQ(folded(Op::floordiv, kMin, -1), std::to_string(kMin));
  EXPECT_EQ(folded(Op::floordiv, -1, 2, DType::U64), "9223372036854775807:u64");
}

TEST(Evaluate, BrokenPreconditionsDoNotFold) {
  for (const Op op : {Op::quo, Op::rem, Op::floordiv, Op::floormod}) {
    EXPECT_FALSE(fold(operation(op, {integer(1), integer(0)})).is_constant());
  }
  EXPECT_FALSE(fold(operation(Op::quo, {integer(kMin), integer(-1)})).is_constant());
  EXPECT_FALSE(fold(operation(Op::shl, {integer(1), integer(64)})).is_constant());
  EXPECT_FALSE(fold(operation(Op::shr, {integer(1), integer(-1)})).is_constant());
  EXPECT_FALSE(fold(cast(float_constant(1e300), DType::I64)).is_constant());
  EXPECT_FALSE(fold(cast(float_constant(kNan), DType::I32)).is_constant());
}

TEST(Evaluate, ShiftsAndHighProducts) {
  EXPECT_EQ(folded(Op::shr, -1, 3), "-1");
  EXPECT_EQ(folded(Op::shr, -1, 63, DType::U64), "1:u64");
  EXPECT_EQ(folded(Op::shl, 1, 63), std::to_string(kMin));
  EXPECT_EQ(folded(Op::shl, 3, 7, DType::U8), "128:u8");
  EXPECT_EQ(folded(Op::mul_high, -1, -1), "0");
  EXPECT_EQ(folded(Op::mul_high, -1, -1, DType::U64), "18446744073709551614:u64");
  EXPECT_EQ(folded(Op::mul_high, -1, 1), "-1");
}

TEST(Evaluate, MinAndMaxTakeTheFirstOnTiesAndNan) {
  EXPECT_EQ(folded_real(Op::min, kNan, 1.0), "nan");
  EXPECT_EQ(folded_real(Op::min, 1.0, kNan), "1.0");
  EXPECT_EQ(folded_real(Op::max, 1.0, kNan), "1.0");
  EXPECT_EQ(folded_real(Op::min, 0.0, -0.0), "0.0");
  EXPECT_EQ(folded_real(Op::max, -0.0, 0.0), "-0.0");
  EXPECT_EQ(folded(Op::min, -1, 1, DType::U8), "1:u8");
}

TEST(Evaluate, ThreadsAreNotKnownBeforeTheCall) {
  EXPECT_EQ(to_string(fold(operation(Op::threads, {int_constant(8)}))), "threads(8)");
}

TEST(Evaluate, ComparisonsOfNanAreFalseButNotEqual) {
  for (const Op op : {Op::eq, Op::lt, Op::le, Op::gt, Op::ge}) EXPECT_EQ(folded_real(op, kNan, kNan), "false");
  EXPECT_EQ(folded_real(Op::ne, kNan, kNan), "true");
  EXPECT_EQ(folded_real(Op::eq, 0.0, -0.0), "true");
  EXPECT_EQ(folded(Op::lt, -1, 1, DType::U8), "false");
}

TEST(Evaluate, FloatsRoundOncePerOperation) {
  EXPECT_EQ(folded(Op::fma, {float_constant(0x1.0000001p0), float_constant(0x1.0000001p0), float_constant(-1.0)}),
            float_literal(std::fma(0x1.0000001p0, 0x1.0000001p0, -1.0)));
  EXPECT_EQ(folded(Op::rint, {float_constant(2.5)}), "2.0");
  EXPECT_EQ(folded(Op::rint, {float_constant(-0.5)}), "-0.0");
  EXPECT_EQ(folded_real(Op::copysign, 3.0, -0.0), "-3.0");
  EXPECT_EQ(folded_real(Op::div, 1.0, -0.0), "-inf");
  EXPECT_EQ(
      to_string(fold(float_constant(0.1, Type::scalar(DType::F32)) + float_constant(0.2, Type::scalar(DType::F32)))),
      "0.3:f32");
}

TEST(Evaluate, CastsFollowTheTargetType) {
  EXPECT_EQ(to_string(fold(cast(float_constant(-0.5), DType::U8))), "0:u8");
  EXPECT_EQ(to_string(fold(cast(float_constant(-1e-320), DType::Bool))), "true");
  EXPECT_EQ(to_string(fold(cast(float_constant(kNan), DType::Bool))), "true");
  EXPECT_EQ(to_string(fold(cast(integer(300), DType::U8))), "44:u8");
  EXPECT_EQ(to_string(fold(cast(integer(-1, DType::I8), DType::U64))), "18446744073709551615:u64");
  EXPECT_EQ(to_string(fold(cast(integer(kMax), DType::F64))), "9223372036854775808.0");
  EXPECT_EQ(to_string(fold(cast(integer(-1, DType::U64), DType::F32))), "1.8446744e+19:f32");
  EXPECT_EQ(to_string(fold(cast(float_constant(9223372036854774784.0), DType::I64))), "9223372036854774784");
  EXPECT_EQ(to_string(fold(cast(bool_constant(true), DType::C64))), "c64(1.0, 0.0)");
  EXPECT_EQ(to_string(fold(bitcast(float_constant(1.0), DType::I64))), "4607182418800017408");
  EXPECT_EQ(to_string(fold(bitcast(integer(-1, DType::I32), DType::U32))), "4294967295:u32");
}

TEST(Evaluate, ComplexProductsAndQuotients) {
  const auto complex = [](double re, double im) {
    return constant(Type::scalar(DType::C128), {.real = re, .imag = im});
  };
  EXPECT_EQ(folded(Op::mul, {complex(1, 2), complex(3, 4)}), "c128(-5.0, 10.0)");
  EXPECT_EQ(folded(Op::div, {complex(-5, 10), complex(3, 4)}), "c128(1.0, 2.0)");
  EXPECT_EQ(folded(Op::div, {complex(1e300, 1e300), complex(1e300, 1e300)}), "c128(1.0, 0.0)");
  const Constant by_zero = fold(operation(Op::div, {complex(1, -1), complex(0, 0)})).constant();
  EXPECT_TRUE(std::isnan(by_zero.real) && std::isnan(by_zero.imag));
  EXPECT_EQ(folded(Op::conj, {complex(1, 2)}), "c128(1.0, -2.0)");
  EXPECT_EQ(folded(Op::imag, {complex(1, 2)}), "2.0");
  EXPECT_EQ(folded(Op::complex, {float_constant(1), float_constant(kInf)}), "c128(1.0, inf)");
  EXPECT_EQ(folded(Op::eq, {complex(0, 1), complex(-0.0, 1)}), "true");
}

TEST(Evaluate, VectorsOfOneValueStaySo) {
  const Expr three = broadcast(integer(3), 4);
  EXPECT_EQ(folded(Op::add, {three, three}), "broadcast<4>(6)");
  EXPECT_EQ(folded(Op::reduce_add, {three}), "12");
  EXPECT_EQ(folded(Op::reduce_max, {ramp(integer(5), integer(-2), 4)}), "5");
  EXPECT_EQ(folded(Op::sub, {ramp(integer(5), integer(2), 4), ramp(integer(1), integer(2), 4)}), "broadcast<4>(4)");
  EXPECT_FALSE(fold(operation(Op::add, {ramp(integer(0), integer(1), 4), three})).is(ExprKind::Constant));
  EXPECT_EQ(folded(Op::select, {broadcast(bool_constant(false), 4), three, broadcast(integer(8), 4)}),
            "broadcast<4>(8)");
}

TEST(Evaluate, ReductionsGoUpwardsFromLaneZero) {
  const double values[] = {1e16, 1.0, -1e16, 1.0};
  const void* arguments[] = {values};
  double sum = 0;
  lane_kernel(Op::reduce_add, DType::F64, DType::F64)(&sum, arguments, 4);
  EXPECT_EQ(sum, ((1e16 + 1.0) + -1e16) + 1.0);
}

TEST(Evaluate, MathIsLeftAlone) {
  EXPECT_TRUE(fold(operation(Op::exp, {float_constant(0)})).is_op(Op::exp));
  EXPECT_TRUE(libm_kernel(Op::exp, DType::I64) == nullptr);
}

/// The table and the kernels know the same rows.
TEST(Evaluate, EveryPrimitiveHasAMeaningForEveryTypeItAccepts) {
  for (int i = 0; i < ops::op_count(); ++i) {
    const auto op = static_cast<Op>(i);
    const ops::OpInfo& row = ops::info(op);
    for (int d = 0; d < array::kDTypeCount; ++d) {
      const auto dtype = static_cast<DType>(d);
      if (!ops::accepts(op, dtype)) continue;
      if (row.is_math) {
        EXPECT_TRUE(libm_kernel(op, dtype) != nullptr) << row.name;
        continue;
      }
      const bool target = row.rule == ops::Rule::Target;
      EXPECT_TRUE(lane_kernel(op, dtype, dtype) != nullptr) << row.name << " " << array::name_of(dtype);
      EXPECT_TRUE(target || libm_kernel(op, dtype) == nullptr) << row.name;
    }
  }
}

TEST(Evaluate, LanesKeepTheirBits) {
  for (int d = 0; d < array::kDTypeCount; ++d) {
    const auto dtype = static_cast<DType>(d);
    std::uint64_t lane[2] = {0, 0};
    const Constant value = array::is_bool(dtype)      ? Constant{.integer = 1}
                           : array::is_integer(dtype) ? int_constant(-7, Type::scalar(dtype)).constant()
                           : array::is_float(dtype)   ? Constant{.real = -0.5}
                                                      : Constant{.real = -0.5, .imag = 3};
    write_lane(value, dtype, lane);
    const Constant back = read_lane(dtype, lane);
    EXPECT_EQ(back.integer, value.integer);
    EXPECT_EQ(back.real, value.real);
    EXPECT_EQ(back.imag, value.imag);
  }
}

}  // namespace
}  // namespace rooftop::ir
