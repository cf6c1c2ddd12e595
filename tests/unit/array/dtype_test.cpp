// Element types: names both ways, sizes, kinds.
#include "rooftop/array/dtype.h"

#include <gtest/gtest.h>

namespace rooftop::array {
namespace {

DType dtype(int i) { return static_cast<DType>(i); }

TEST(DType, NamesReadBack) {
  for (int i = 0; i < kDTypeCount; ++i) {
    EXPECT_EQ(dtype_from_name(name_of(dtype(i))), dtype(i));
    EXPECT_EQ(dtype_from_short_name(short_name_of(dtype(i))), dtype(i));
  }
  EXPECT_EQ(dtype_from_name("i64"), std::nullopt);
  EXPECT_EQ(dtype_from_short_name("int64"), std::nullopt);
  EXPECT_EQ(dtype_from_name(""), std::nullopt);
}

TEST(DType, EachIsOfExactlyOneKind) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const DType d = dtype(i);
    EXPECT_EQ(is_bool(d) + is_integer(d) + is_float(d) + is_complex(d), 1) << name_of(d);
    EXPECT_EQ(is_signed(d) + is_unsigned(d), is_integer(d) ? 1 : 0) << name_of(d);
  }
}

TEST(DType, NamesTellTheSize) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const DType d = dtype(i);
    if (is_bool(d)) continue;
    const std::string name(name_of(d));
    EXPECT_EQ(name.substr(name.find_first_of("123468")), std::to_string(8 * size_of(d)));
    EXPECT_EQ(bits_of(d), static_cast<int>(8 * size_of(d)));
  }
  EXPECT_EQ(size_of(DType::Bool), 1u);
  EXPECT_EQ(bits_of(DType::Bool), 1);
}

TEST(DType, ComplexConsistsOfTwoParts) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const DType d = dtype(i);
    EXPECT_EQ(size_of(d), size_of(part_of(d)) * (is_complex(d) ? 2 : 1)) << name_of(d);
  }
}

}  // namespace
}  // namespace rooftop::array
