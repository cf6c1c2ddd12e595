// Sums of products beside the loops that define them: every kind of contraction, layouts, types, paths.
#include "rooftop/lib/einsum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace rooftop::lib {
namespace {

using array::AxisLabels;
using array::DType;
using array::Extents;
using array::Subscripts;
using array::View;

/// Small whole numbers, whose sums are exact in any order. Layouts: row-major, column-major, every second element.
struct Tensor {
  Extents extents;
  std::vector<double> memory;

  Tensor(const std::string& letters, int layout, int seed) {
    for (const char c : letters) extents.push(2 + (c - 'a') % 4, 0);
    const std::size_t item = layout == 2 ? 2 * sizeof(double) : sizeof(double);
    layout == 1 ? extents.set_column_major(item) : extents.set_row_major(item);
    const auto size = static_cast<std::size_t>(view().size());
    for (std::size_t i = 0; i < 2 * size; ++i) {
      memory.push_back(static_cast<double>((static_cast<int>(i) * 7 + seed) % 11) - 5);
    }
  }
  View view() { return extents.view(DType::F64, reinterpret_cast<char*>(memory.data())); }
};

double at(const View& view, const std::uint8_t* labels, const std::int64_t* index) {
  const char* place = view.data;
  for (int axis = 0; axis < view.rank; ++axis) place += index[labels[axis]] * view.strides[axis];
  return *reinterpret_cast<const double*>(place);
}

/// Adds the product for every value of all labels.
std::vector<double> by_loops(const AxisLabels& labels, const std::vector<View>& operands) {
  Extents shape;
  set_einsum_shape(labels, shape);
  shape.set_row_major(sizeof(double));
  std::vector<double> sums(static_cast<std::size_t>(shape.view(DType::F64, nullptr).size()));
  std::int64_t index[array::kMaxLabels] = {};
  for (;;) {
    double product = 1;
    for (std::size_t k = 0; k < operands.size(); ++k) product *= at(operands[k], labels.axes[k], index);
    std::int64_t place = 0;
    for (int axis = 0; axis < shape.rank; ++axis) place += index[labels.result[axis]] * shape.strides[axis];
    sums[static_cast<std::size_t>(place) / sizeof(double)] += product;
    int label = labels.count - 1;
    while (label >= 0 && ++index[label] == labels.lengths[label]) index[label--] = 0;
    if (label < 0) return sums;
  }
}

void expect_sums(const std::string& text, const std::vector<ContractionStep>* path = nullptr) {
  const Subscripts read(text);
  ASSERT_EQ(read.fault, array::SubscriptsFault::None) << text;
  for (int layouts = 0; layouts < 9; ++layouts) {
    std::vector<Tensor> tensors;
    for (int k = 0; k < read.operands; ++k) {
      const std::string letters(read.terms[k].letters, static_cast<std::size_t>(read.terms[k].count));
      tensors.emplace_back(letters, (k % 2 == 0 ? layouts : layouts / 3) % 3, k);
    }
    std::vector<View> views;
    for (Tensor& tensor : tensors) views.push_back(tensor.view());
    const AxisLabels labels(read, views);
    ASSERT_EQ(labels.fault, array::LabelsFault::None) << text;
    const std::vector<double> expected = by_loops(labels, views);
    std::vector<double> sums(expected.size(), -1);
    Extents dense;
    set_einsum_shape(labels, dense);
    dense.set_row_major(sizeof(double));
    EXPECT_EQ(einsum(labels, views, dense.view(DType::F64, reinterpret_cast<char*>(sums.data())), path), 0U);
    EXPECT_EQ(sums, expected) << text << ", layouts " << layouts;
  }
}

TEST(Einsum, OfOneOperandTakesDiagonalsAndSums) {
  for (const char* text : {"ab->", "ab->b", "ab->ba", "aa->a", "aa->", "abc->cb", "aba->b", "abcd->db"}) {
    expect_sums(text);
  }
}

TEST(Einsum, OfTwoOperandsIsAProductOfSomeKind) {
  for (const char* text : {"a,a->",       "a,a->a",      "a,b->ab",      "a,b->ba",       "ab,bc->ac",    "ab,bc->ca",
                           "ba,bc->ac",   "ab,cb->ca",   "abc,acd->abd", "abc,acd->bad",  "abc,acd->bda", "abc,bcd->ad",
                           "abc,cbd->ad", "abc,dbc->ad", "ab,ab->a",     "ab,ab->b",      "ab,ba->",      "abc,abc->c",
                           "aab,bc->ac",  "ab,cd->ad",   "abc,bd->acd",  "abcd,cbe->aed", "ab,b->ab",     "a,->a"}) {
    expect_sums(text);
  }
}

TEST(Einsum, OfMoreOperandsGoesPairByPairOrByAPath) {
  expect_sums("ab,bc,cd->ad");
  expect_sums("ab,bc,cd,da->");
  expect_sums("ab,ac,ad->a");
  expect_sums("a,b,c->cab");
  expect_sums("ab,ab,b->a");
  const std::vector<ContractionStep> last_first = {{1, 2}, {1, 0}}, all = {{2, 0, 1}},
                                     one_alone = {{0}, {0, 1}, {0, 1}};
  expect_sums("ab,bc,cd->ad", &last_first);
  expect_sums("ab,bc,cd->ad", &all);
  expect_sums("ab,bc,cd->ad", &one_alone);
}

TEST(Einsum, ChoosesPairsThatLessenWhatIsLeft) {
  // A chain that is cheap from its end: vector by matrix.
  const std::int64_t lengths[] = {100, 100, 100};
  const LabelSet operands[] = {0b011, 0b110, 0b100};
  const std::vector<ContractionStep> path = greedy_path(operands, 0b001, lengths);
  ASSERT_EQ(path.size(), 2U);
  EXPECT_EQ(path[0], (ContractionStep{1, 2}));
}

double operations_of(std::vector<LabelSet> sets, const std::vector<ContractionStep>& path, LabelSet result,
                     const std::int64_t* lengths) {
  double sum = 0;
  for (const ContractionStep& step : path) {
    const LabelSet made = labels_after(sets, step, result);
    const LabelSet all = sets[static_cast<std::size_t>(step[0])] | sets[static_cast<std::size_t>(step[1])];
    sum += (all == made ? 1 : 2) * element_count(all, lengths);
    sets.erase(sets.begin() + step[1]);
    sets.erase(sets.begin() + step[0]);
    sets.push_back(made);
  }
  EXPECT_EQ(sets.size(), 1U);
  return sum;
}

TEST(Einsum, TheBestPathHasTheFewestOperations) {
  // Chains of matrices: what is best is known from the recurrence over where a chain is split.
  const std::int64_t lengths[] = {30, 35, 15, 5, 10, 20, 25};
  const std::vector<LabelSet> chain = {0b11, 0b110, 0b1100, 0b11000, 0b110000, 0b1100000};
  const std::vector<ContractionStep> path = optimal_path(chain, 0b1000001, lengths);
  EXPECT_EQ(operations_of(chain, path, 0b1000001, lengths), 2 * 15125);
  const std::vector<LabelSet> pair = {0b11, 0b110};
  EXPECT_EQ(optimal_path(pair, 0b101, lengths), (std::vector<ContractionStep>{{0, 1}}));
  // Never worse than the greedy choice.
  const std::vector<LabelSet> ring = {0b011, 0b110, 0b101};
  EXPECT_LE(operations_of(ring, optimal_path(ring, 0b111, lengths), 0b111, lengths),
            operations_of(ring, greedy_path(ring, 0b111, lengths), 0b111, lengths));
}

TEST(Einsum, ConvertsOperandsAndSumsHalvesAsFloats) {
  const AxisLabels labels(Subscripts("a,a->"), std::vector<View>{});
  EXPECT_EQ(labels.fault, array::LabelsFault::Operands);
  std::vector<std::int8_t> ones(4096, 1);
  const std::int64_t shape[] = {4096}, strides[] = {1};
  const View view{reinterpret_cast<char*>(ones.data()), DType::I8, 1, shape, strides};
  const View operands[] = {view, view};
  const AxisLabels sum(Subscripts("a,a->"), operands);
  std::uint16_t half = 0;
  einsum(sum, operands, {reinterpret_cast<char*>(&half), DType::F16, 0, nullptr, nullptr});
  EXPECT_EQ(half, 0x6c00);  // 4096: sums of halves would stop at 2048
}

TEST(Einsum, LayoutFollowsTheOperands) {
  Tensor a("ab", 1, 0), b("bc", 1, 0);
  const View views[] = {a.view(), b.view()};
  const AxisLabels labels(Subscripts("ab,bc->ac"), views);
  Extents layout;
  set_einsum_layout(labels, views, sizeof(double), layout);
  EXPECT_TRUE(array::is_column_major(layout.view(DType::F64, nullptr)));
}

}  // namespace
}  // namespace rooftop::lib
