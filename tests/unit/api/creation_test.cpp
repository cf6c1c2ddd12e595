// New arrays, memory that somebody else owns, text.
#include <cstring>
#include <sstream>

#include "expect.h"

namespace rooftop {
namespace {

TEST(Creation, FromValues) {
  EXPECT_EQ(from({1, 2}).dtype(), DType::Int32);
  EXPECT_EQ(from({true, false}).dtype(), DType::Bool);
  EXPECT_EQ(from(std::vector<bool>{true, false}).dtype(), DType::Bool);
  EXPECT_EQ(values<double>(from({{1.0, 2.0}, {3.0, 4.0}})[1]), (Doubles{3, 4}));
  EXPECT_THROW(from({{1.0, 2.0}, {3.0}}), ShapeError);
  EXPECT_EQ(scalar(1.5F).dtype(), DType::Float32);
  EXPECT_EQ(scalar(1.5F).rank(), 0);
}

TEST(Creation, ConstantArrays) {
  EXPECT_EQ(values<double>(zeros({2, 2})), (Doubles{0, 0, 0, 0}));
  EXPECT_EQ(values<double>(ones(2, DType::Float16)), (Doubles{1, 1}));
  EXPECT_EQ(full(2, 7).dtype(), DType::Int64);
  EXPECT_EQ(full(2, 7.0).dtype(), DType::Float64);
  EXPECT_EQ(full(2, true).dtype(), DType::Bool);
  EXPECT_EQ(full(2, 7, DType::UInt8).dtype(), DType::UInt8);
  EXPECT_EQ(full(2, UINT64_MAX).dtype(), DType::UInt64);
  EXPECT_EQ(message_of<OverflowError>([] { full(2, 256, DType::UInt8); }), "integer 256 is out of bounds for uint8");
  EXPECT_THROW(full(2, -1, DType::UInt64), OverflowError);
  EXPECT_TRUE(zeros({2, 3}, DType::Int8, Order::F).is_column_major());
  EXPECT_EQ(values<double>(eye(3)), (Doubles{1, 0, 0, 0, 1, 0, 0, 0, 1}));
  EXPECT_EQ(eye(0).size(), 0);
  const Array large = zeros({1 << 20});
  EXPECT_FALSE(any(large).item<bool>());
}

TEST(Creation, LengthsAreChecked) {
  EXPECT_EQ(message_of<ValueError>([] { zeros({2, -1}); }), "lengths cannot be negative: (2, -1)");
  EXPECT_THROW(zeros({INT64_MAX, 2}), ValueError);
  EXPECT_THROW(zeros({INT64_MAX / 16}), std::bad_alloc);
  EXPECT_EQ(zeros({0, 1000}).size(), 0);
}

TEST(Creation, RangesAreNumPys) {
  EXPECT_EQ(values<std::int64_t>(arange(4)), (Ints{0, 1, 2, 3}));
  EXPECT_EQ(values<std::int64_t>(arange(5, 0, -2)), (Ints{5, 3, 1}));
  EXPECT_EQ(arange(3, 3).size(), 0);
  EXPECT_EQ(arange(INT64_MIN, INT64_MAX, INT64_MAX).size(), 3);
  EXPECT_EQ(values<double>(arange(0.5, 2.0, 0.5)), (Doubles{0.5, 1.0, 1.5}));
  EXPECT_THROW(arange(0, 1, 0), ValueError);
  EXPECT_THROW(arange(0.0, 1.0, 0.0), ValueError);
  EXPECT_THROW(arange(0.0, INFINITY), ValueError);
  EXPECT_EQ(values<double>(linspace(0, 1, 5)), (Doubles{0, 0.25, 0.5, 0.75, 1}));
  EXPECT_EQ(values<double>(linspace(0, 1, 4, false)), (Doubles{0, 0.25, 0.5, 0.75}));
  EXPECT_EQ(values<double>(linspace(2, 3, 1)), (Doubles{2}));
  EXPECT_EQ(linspace(0, 1, 0).size(), 0);
}

TEST(Creation, ForeignMemoryIsNotCopied) {
  double memory[] = {1, 2, 3, 4};
  const Array a = wrap(memory, {2, 2});
  a += 1.0;
  EXPECT_EQ(memory[3], 5);
  const std::int64_t backwards[] = {-static_cast<std::int64_t>(sizeof(double))};
  EXPECT_EQ(values<double>(wrap(memory + 3, 4, nullptr, backwards)), (Doubles{5, 4, 3, 2}));
  const float fixed[] = {1, 2};
  EXPECT_THROW(wrap(fixed, 2) += 1.0, ValueError);
  EXPECT_THROW(wrap(memory, {2, 2}, nullptr, backwards), ValueError);
  EXPECT_EQ(values<int>(wrap(std::vector<int>{1, 2})), (std::vector<int>{1, 2}));
}

TEST(Creation, TheOwnerOfForeignMemoryLivesAsLongAsAView) {
  bool is_gone = false;
  Array view;
  {
    std::shared_ptr<double[]> memory(new double[3]{1, 2, 3}, [&](const double* block) {
      is_gone = true;
      delete[] block;
    });
    view = wrap(memory.get(), 3, memory)(slice(1, {}))(slice(1, {}));
  }
  EXPECT_FALSE(is_gone);
  EXPECT_EQ(view.item<double>(), 3);
  view = Array();
  EXPECT_TRUE(is_gone);
}

TEST(Creation, MisalignedMemoryWorks) {
  alignas(8) char memory[33] = {};
  const double number = 2.5;
  for (int i = 0; i < 4; ++i) std::memcpy(memory + 1 + 8 * i, &number, sizeof number);
  const Array a = wrap(memory + 1, DType::Float64, 4, {}, true, nullptr);
  EXPECT_EQ(values<double>(a + a), (Doubles{5, 5, 5, 5}));
  EXPECT_EQ(sum(a).item<double>(), 10);
}

TEST(Text, ShowsNestedBrackets) {
  EXPECT_EQ(to_string(arange(4).reshape({2, 2})), "[[0, 1], [2, 3]]");
  EXPECT_EQ(to_string(from<double>({1.0, 0.1, -INFINITY, NAN, 1e300})), "[1., 0.1, -inf, nan, 1e+300]");
  EXPECT_EQ(to_string(from({std::complex<double>(1, -2)})), "[1.-2.j]");
  EXPECT_EQ(to_string(from({true, false})), "[True, False]");
  EXPECT_EQ(to_string(full(2, UINT64_MAX)), "[18446744073709551615, 18446744073709551615]");
  EXPECT_EQ(to_string(scalar(0.1F)), "0.1");
  EXPECT_EQ(to_string(arange(2000)), "[0, 1, 2, ..., 1997, 1998, 1999]");
  std::ostringstream stream;
  stream << zeros({2, 0});
  EXPECT_EQ(stream.str(), "[[], []]");
}

}  // namespace
}  // namespace rooftop
