// einsum's subscripts: what a text says, what is wrong with it, and the numbers that axes get.
#include "rooftop/array/subscripts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rooftop::array {
namespace {

std::string letters(const Term& term) { return {term.letters, static_cast<std::size_t>(term.count)}; }

TEST(Subscripts, HaveTermsAndAResult) {
  const Subscripts read(" ij, jk ->k i");
  EXPECT_EQ(read.fault, SubscriptsFault::None);
  ASSERT_EQ(read.operands, 2);
  EXPECT_EQ(letters(read.terms[0]), "ij");
  EXPECT_EQ(letters(read.terms[1]), "jk");
  EXPECT_EQ(letters(read.result), "ki");
}

TEST(Subscripts, WithoutAnArrowHaveTheLettersThatAppearOnceInAlphabeticalOrder) {
  EXPECT_EQ(letters(Subscripts("zy,yBa").result), "Baz");
  EXPECT_EQ(letters(Subscripts("ii").result), "");
  const Subscripts read("...b,a...");
  EXPECT_EQ(letters(read.result), "ab");
  EXPECT_EQ(read.result.ellipsis, 0);
  EXPECT_EQ(read.terms[0].ellipsis, 0);
  EXPECT_EQ(read.terms[1].ellipsis, 1);
}

TEST(Subscripts, SayWhatIsWrongWithThem) {
  const struct {
    const char* text;
    SubscriptsFault fault;
    char faulty;
  } cases[] = {
      {"i1", SubscriptsFault::Character, '1'},
      {"ij->i->j", SubscriptsFault::Character, '-'},
      {"ij->i,j", SubscriptsFault::Character, ','},
      {"i-j", SubscriptsFault::Character, '-'},
      {"i..", SubscriptsFault::Ellipsis, '.'},
      {"...i...", SubscriptsFault::Ellipsis, '.'},
      {"ij->k", SubscriptsFault::UnknownInput, 'k'},
      {"ij->ii", SubscriptsFault::RepeatedOutput, 'i'},
      {",,,,,,,,,,,,,,,,", SubscriptsFault::TooMany, ','},
  };
  for (const auto& each : cases) {
    const Subscripts read(each.text);
    EXPECT_EQ(read.fault, each.fault) << each.text;
    EXPECT_EQ(read.faulty, each.faulty) << each.text;
  }
}

/// A view of these lengths; its elements are never looked at.
struct Shaped {
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;

  explicit Shaped(std::vector<std::int64_t> lengths) : shape(std::move(lengths)), strides(shape.size(), 8) {}
  View view() const { return {nullptr, DType::F64, static_cast<int>(shape.size()), shape.data(), strides.data()}; }
};

AxisLabels labelled(const char* text, const std::vector<Shaped>& operands) {
  std::vector<View> views;
  for (const Shaped& operand : operands) views.push_back(operand.view());
  return {Subscripts(text), views};
}

TEST(AxisLabels, NumberAxesOfEllipsesFromTheLastAndThenLetters) {
  const AxisLabels labels = labelled("b...a,...->...ab", {Shaped({2, 3, 1, 4}), Shaped({7})});
  ASSERT_EQ(labels.fault, LabelsFault::None);
  EXPECT_EQ(labels.count, 4);
  const std::int64_t lengths[] = {3, 7, 4, 2};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(labels.lengths[i], lengths[i]) << i;
  const std::uint8_t first[] = {3, 0, 1, 2}, result[] = {0, 1, 2, 3};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(labels.axes[0][i], first[i]) << i;
  EXPECT_EQ(labels.axes[1][0], 1);
  ASSERT_EQ(labels.result_rank, 4);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(labels.result[i], result[i]) << i;
}

TEST(AxisLabels, SayWhatDoesNotFit) {
  EXPECT_EQ(labelled("i,i", {Shaped({3})}).fault, LabelsFault::Operands);
  EXPECT_EQ(labelled("i", {Shaped({3, 4})}).fault, LabelsFault::Rank);
  EXPECT_EQ(labelled("ij...", {Shaped({3})}).fault, LabelsFault::Rank);
  EXPECT_EQ(labelled("i,i", {Shaped({3}), Shaped({4})}).fault, LabelsFault::Lengths);
  EXPECT_EQ(labelled("ii", {Shaped({1, 4})}).fault, LabelsFault::Lengths);
  EXPECT_EQ(labelled("...i->i", {Shaped({3, 4})}).fault, LabelsFault::Ellipsis);
  EXPECT_EQ(labelled("i,i", {Shaped({3}), Shaped({1})}).fault, LabelsFault::None);
}

TEST(AxisLabels, OfAPairHaveTheAxesThatAreNotSummed) {
  const Shaped left({2, 3, 4}), right({4, 5, 2});
  const int of_left[] = {2, 0}, of_right[] = {0, 2};
  AxisLabels labels;
  ASSERT_TRUE(labels.pair(left.view(), of_left, right.view(), of_right));
  ASSERT_EQ(labels.result_rank, 2);
  EXPECT_EQ(labels.lengths[labels.result[0]], 3);
  EXPECT_EQ(labels.lengths[labels.result[1]], 5);
  EXPECT_EQ(labels.axes[0][2], labels.axes[1][0]);
  EXPECT_FALSE(AxisLabels().pair(left.view(), of_right, right.view(), of_right));
}

}  // namespace
}  // namespace rooftop::array
