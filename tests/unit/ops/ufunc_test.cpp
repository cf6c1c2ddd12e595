// The table of universal functions as data.
#include "rooftop/ops/ufunc.h"

#include <gtest/gtest.h>

#include <set>

namespace rooftop::ops {
namespace {

using array::DType;

Ufunc ufunc(int i) { return static_cast<Ufunc>(i); }

DType type_for(Ufunc f, DType promoted) {
  const int i = loop_for(f, promoted);
  EXPECT_GE(i, 0);
  return loops(f)[static_cast<std::size_t>(i)].types[0];
}

TEST(Ufuncs, NamesAreUniqueAndReadBack) {
  std::set<std::string_view> names;
  for (int i = 0; i < ufunc_count(); ++i) {
    EXPECT_TRUE(names.insert(info(ufunc(i)).name).second) << info(ufunc(i)).name;
    EXPECT_EQ(ufunc_from_name(info(ufunc(i)).name), ufunc(i));
  }
  EXPECT_EQ(ufunc_from_name("matmul"), std::nullopt);
}

TEST(Ufuncs, HaveLoopsOfTheirSignature) {
  for (int i = 0; i < ufunc_count(); ++i) {
    const UfuncInfo& row = info(ufunc(i));
    EXPECT_LE(row.inputs + row.outputs, kMaxOperands) << row.name;
    EXPECT_FALSE(loops(ufunc(i)).empty()) << row.name;
    for (const Loop& loop : loops(ufunc(i))) {
      const DType result = loop.types[row.inputs];
      EXPECT_TRUE(row.signature != Signature::Test || result == DType::Bool) << row.name;
      EXPECT_TRUE(row.signature != Signature::Same || result == loop.types[0]) << row.name;
      EXPECT_TRUE(row.signature != Signature::Count || result == DType::U8) << row.name;
    }
  }
}

TEST(Ufuncs, ComeInNumPysOrderOfTypes) {
  const auto list = loops(Ufunc::add);
  ASSERT_EQ(list.size(), 15U);
  EXPECT_EQ(list[0].types[0], DType::Bool);
  EXPECT_EQ(list[2].types[0], DType::U8);
  EXPECT_EQ(list[9].types[0], DType::F16);
  EXPECT_EQ(list[14].types[0], DType::C128);
}

TEST(Ufuncs, TakeTheFirstLoopThatHoldsTheType) {
  EXPECT_EQ(type_for(Ufunc::add, DType::I32), DType::I32);
  EXPECT_EQ(type_for(Ufunc::divide, DType::Bool), DType::F16);
  EXPECT_EQ(type_for(Ufunc::sqrt, DType::U8), DType::F16);
  EXPECT_EQ(type_for(Ufunc::sqrt, DType::I16), DType::F32);
  EXPECT_EQ(type_for(Ufunc::sqrt, DType::U64), DType::F64);
  EXPECT_EQ(type_for(Ufunc::sqrt, DType::BF16), DType::BF16);
  EXPECT_EQ(type_for(Ufunc::subtract, DType::Bool), DType::I8) << "NumPy refuses bool before it looks for a loop";
  EXPECT_EQ(type_for(Ufunc::float_power, DType::F32), DType::F64);
  EXPECT_EQ(type_for(Ufunc::ldexp, DType::F16), DType::F16);
  EXPECT_EQ(loop_for(Ufunc::bitwise_and, DType::F64), -1);
  EXPECT_EQ(loop_for(Ufunc::arctan2, DType::C64), -1);
}

TEST(Ufuncs, CompareIntegersOfBothKindsByValue) {
  int mixed = 0;
  for (const Loop& loop : loops(Ufunc::less)) mixed += loop.types[0] != loop.types[1] ? 1 : 0;
  EXPECT_EQ(mixed, 2);
}

TEST(Reductions, AreOfFunctionsOfTwoInputsAndOneOutput) {
  for (const Reduction& r : reductions()) {
    EXPECT_EQ(info(r.ufunc).inputs, 2);
    EXPECT_EQ(info(r.ufunc).outputs, 1);
  }
}

}  // namespace
}  // namespace rooftop::ops
