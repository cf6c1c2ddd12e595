// The table of operations as data.
#include "rooftop/ops/op.h"

#include <gtest/gtest.h>

#include <set>

namespace rooftop::ops {
namespace {

Op op(int i) { return static_cast<Op>(i); }

TEST(Ops, NamesAreUniqueAndReadBack) {
  std::set<std::string_view> names;
  for (int i = 0; i < op_count(); ++i) {
    EXPECT_TRUE(names.insert(info(op(i)).name).second) << info(op(i)).name;
    EXPECT_EQ(op_from_name(info(op(i)).name), op(i));
  }
  EXPECT_EQ(op_from_name("power"), std::nullopt);
}

TEST(Ops, RulesFitTheArity) {
  for (int i = 0; i < op_count(); ++i) {
    const OpInfo& row = info(op(i));
    switch (row.rule) {
      case Rule::Same:
        EXPECT_TRUE(row.arity >= 1 && row.arity <= 3) << row.name;
        break;
      case Rule::Test:
        EXPECT_EQ(row.arity, 2) << row.name;
        break;
      case Rule::Select:
      case Rule::Blocks:
        EXPECT_EQ(row.arity, 3) << row.name;
        break;
      case Rule::MakeComplex:
      case Rule::Zip:
        EXPECT_EQ(row.arity, 2) << row.name;
        break;
      case Rule::Widen:
        EXPECT_TRUE(row.arity == 1 || row.arity == 2) << row.name;
        break;
      case Rule::Target:
      case Rule::Part:
      case Rule::Narrow:
        EXPECT_EQ(row.arity, 1) << row.name;
        break;
    }
  }
}

TEST(Ops, MathRowsTakeFloatsAndNameALibraryFunction) {
  for (int i = 0; i < op_count(); ++i) {
    const OpInfo& row = info(op(i));
    EXPECT_EQ(row.is_math, row.libm != nullptr) << row.name;
    if (!row.is_math) continue;
    EXPECT_TRUE(accepts(op(i), array::DType::F32) && accepts(op(i), array::DType::F64)) << row.name;
    EXPECT_FALSE(accepts(op(i), array::DType::I64) || accepts(op(i), array::DType::C128)) << row.name;
  }
}

TEST(Ops, DomainsFollowTheLetters) {
  EXPECT_TRUE(accepts(Op::add, array::DType::U8));
  EXPECT_TRUE(accepts(Op::add, array::DType::C64));
  EXPECT_FALSE(accepts(Op::add, array::DType::Bool));
  EXPECT_FALSE(accepts(Op::div, array::DType::I64));
  EXPECT_TRUE(accepts(Op::bit_and, array::DType::Bool));
  EXPECT_FALSE(accepts(Op::lt, array::DType::C128));
}

}  // namespace
}  // namespace rooftop::ops
