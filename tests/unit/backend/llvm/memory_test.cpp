// Loads and stores through every layout and pattern, views, and what is promised of arrays that may overlap.
#include <gtest/gtest.h>

#include "both_ways.h"

namespace rooftop::backend {
namespace {

using testing::buffer;
using testing::Buffer;
using testing::counted;
using testing::Result;
using testing::run_both_ways;

/// out[i] = x[f(i)] in vectors of 4, with `index` the subscript of x.
std::string gather_text(const std::string& type, const std::string& layout, const std::string& index,
                        const std::string& mask = "") {
  return "func @f (%x: " + type + "[1" + layout + "], %out: " + type + "[1, C]) {\n" +
         "  for %i in 0 .. %out.shape[0] step 4 {\n" + "    let %lanes: i64x4 = ramp<4>(%i, 1)\n" +
         "    %out[ramp<4>(%i, 1)" + mask + "] = %x[" + index + mask + "]\n  }\n}\n";
}

template <class T>
void expect_patterns(const std::string& type, std::size_t elements_per_item = 1) {
  const int items = 64;
  std::vector<T> values = counted<T>(items * static_cast<int>(elements_per_item));
  if (type == "bool") {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = i % 3 == 0;
  }
  const auto size = static_cast<std::int64_t>(sizeof(T) * elements_per_item);
  const auto make = [&](std::int64_t length, std::int64_t stride, std::int64_t first) {
    Buffer b = buffer(values, {length}, {0}, 0);
    b.strides[0] = stride * size;
    b.offset = first * size;
    return b;
  };
  const Buffer out = make(16, 1, 0);
  for (const std::string mask : {"", "; %lanes < broadcast<4>(6)", "; (%lanes & broadcast<4>(1)) == broadcast<4>(0)"}) {
    // Neighbours, backwards, every third, one place for all, and any.
    run_both_ways(gather_text(type, ", C", "ramp<4>(%i, 1)", mask), {make(64, 1, 0), out});
    run_both_ways(gather_text(type, ", inner", "%lanes + broadcast<4>(5)", mask), {make(64, 1, 0), out});
    run_both_ways(gather_text(type, ", C", "broadcast<4>(20) - %lanes", mask), {make(64, 1, 0), out});
    run_both_ways(gather_text(type, ", C", "%lanes * broadcast<4>(3)", mask), {make(64, 1, 0), out});
    run_both_ways(gather_text(type, ", C", "broadcast<4>(7)", mask), {make(64, 1, 0), out});
    run_both_ways(gather_text(type, ", C", "%lanes * %lanes & broadcast<4>(63)", mask), {make(64, 1, 0), out});
    // The same through strides that are only known at run time.
    run_both_ways(gather_text(type, "", "%lanes", mask), {make(20, -3, 60), out});
    run_both_ways(gather_text(type, "", "broadcast<4>(17) - %lanes", mask), {make(20, 2, 3), out});
  }
}

TEST(Memory, GathersEveryPatternOfEveryType) {
  expect_patterns<unsigned char>("bool");
  expect_patterns<std::int8_t>("i8");
  expect_patterns<std::uint16_t>("u16");
  expect_patterns<std::int32_t>("i32");
  expect_patterns<std::int64_t>("i64");
  expect_patterns<float>("f32");
  expect_patterns<double>("f64");
  expect_patterns<float>("c64", 2);
  expect_patterns<double>("c128", 2);
}

TEST(Memory, ScattersEveryPattern) {
  for (const std::string type : {"bool", "i32", "f64", "c64"}) {
    for (const std::string mask : {"", "; %lanes < broadcast<4>(6)"}) {
      for (const std::string index :
           {"%lanes", "%lanes + broadcast<4>(3)", "broadcast<4>(20) - %lanes", "%lanes * broadcast<4>(2)",
            "broadcast<4>(9)", "%lanes * %lanes & broadcast<4>(31)"}) {
        const std::string text =
            "func @f (%x: " + type + "[1, C], %out: " + type +
            "[1, inner]) {\n  for %i in 0 .. 12 step 4 {\n    let %lanes: i64x4 = ramp<4>(%i, 1)\n" + "    %out[" +
            index + mask + "] = %x[%lanes]\n  }\n}\n";
        std::vector<unsigned char> in(32 * 8);
        for (std::size_t i = 0; i < in.size(); ++i) in[i] = type == "bool" ? i % 2 : static_cast<unsigned char>(i % 61);
        const std::int64_t size = type == "bool" ? 1 : type == "i32" ? 4 : 8;
        const auto make = [&] {
          Buffer b = buffer(in, {32}, {0});
          b.strides[0] = size;
          return b;
        };
        run_both_ways(text, {make(), make()});
      }
    }
  }
}

TEST(Memory, TransposesWithVectorsAcrossRows) {
  const Result run =
      run_both_ways(R"(
func @f (%x: f64[2, C], %out: f64[2]) {
  for %i in 0 .. %out.shape[0] {
    for %j in 0 .. %out.shape[1] step 4 {
      %out[%i, ramp<4>(%j, 1)] = %x[ramp<4>(%j, 1), broadcast<4>(%i)]
    }
  }
}
)",
                    {buffer(counted<double>(24), {8, 3}, {3, 1}), buffer(counted<double>(24), {3, 8}, {8, 1})});
  EXPECT_EQ(run.elements<double>(1)[1], 4);
}

TEST(Memory, HigherRanksOfEveryLayout) {
  for (const std::string layout : {"", ", inner", ", C"}) {
    const std::string text = "func @f (%x: i32[4" + layout + "], %out: i32[4" + layout + R"(]) {
  for %i in 0 .. %x.shape[0] {
    for %j in 0 .. %x.shape[1] {
      for %k in 0 .. %x.shape[2] {
        for %l in 0 .. %x.shape[3] {
          %out[%i, %j, %k, %l] = %x[%i, %j, %k, %l] * 2:i32
        }
      }
    }
  }
}
)";
    const auto values = counted<std::int32_t>(2 * 3 * 4 * 5);
    const Buffer c = buffer(values, {2, 3, 4, 5}, {60, 20, 5, 1});
    run_both_ways(text, {c, c});
    const Buffer rows = buffer(values, {3, 2, 4, 5}, {20, 60, 5, 1});
    if (layout == ", inner") run_both_ways(text, {rows, rows});
    const Buffer turned = buffer(values, {5, 4, 3, 2}, {-1, 5, -20, 60}, 44);
    if (layout.empty()) run_both_ways(text, {turned, buffer(values, {5, 4, 3, 2}, {24, 6, 2, 1})});
  }
}

TEST(Memory, ScalarAccessUnderAMask) {
  run_both_ways(R"(
func @f (%x: f64[1, C], %b: bool[1, C], %out: f64[1, C]) {
  for %i in 0 .. %x.shape[0] {
    %out[%i; !%b[%i]] = %x[%i; %b[%i]] + 1.0
  }
}
)",
                {buffer(counted<double>(6), {6}, {1}), buffer<unsigned char>({1, 0, 1, 1, 0, 0}, {6}, {1}),
                 buffer(counted<double>(6), {6}, {1})});
}

TEST(Memory, ViewsOfViewsWithNegativeSteps) {
  run_both_ways(R"(
func @f (%x: f64[2], %out: f64[2, C]) {
  let %flipped: f64[2] = view<f64[2]>(%x[%x.shape[0] - 1, 1], axis(1, 3, 1), axis(0, %x.shape[0], -1))
  let %column: f64[1] = view<f64[1]>(%flipped[0, 0], axis(1, %x.shape[0], 1))
  let %row: f64[2] = view<f64[2]>(%column[0], axis(new, 1, 0), axis(0, %column.shape[0], 1))
  for %i in 0 .. 3 {
    for %j in 0 .. %x.shape[0] {
      %out[%i, %j] = %flipped[%i, %j] + %row[0, %j] * 100.0
    }
  }
  let %nothing: f64[1] = view<f64[1]>(%x[%x.shape[0], 0], axis(0, 0, 1))
  for %i in 0 .. %nothing.shape[0] {
    %out[0, 0] = %nothing[%i]
  }
  %out[2, 0] = cast<f64>(%flipped.strides[1] + %row.strides[0])
}
)",
                {buffer(counted<double>(20), {4, 5}, {5, 1}), buffer(counted<double>(12), {3, 4}, {4, 1})});
}

TEST(Memory, ArrayVariablesAreRebound) {
  run_both_ways(R"(
func @f (%x: f64[1], %y: f64[1]) {
  var %a: f64[1] = %x
  var %b: f64[1] = %y
  for %n in 0 .. 5 {
    for %i in 0 .. %a.shape[0] {
      %a[%i] = %b[%i] + 1.0
    }
    let %t: f64[1] = %a
    %a := %b
    %b := view<f64[1]>(%t[%t.shape[0] - 1], axis(0, %t.shape[0], -1))
  }
}
)",
                {buffer(counted<double>(6), {6}, {1}), buffer(counted<double>(6), {6}, {1})});
}

constexpr const char* kPrefixSum = R"(
func @f (%x: f64[1, C], %out: f64[1, C], %total: f64[1, C]) {
  if disjoint(%x, %total) & disjoint(%out, %total) {
    assume disjoint(%x, %total) & disjoint(%out, %total)
    for %i in 0 .. %x.shape[0] {
      %total[0] = %total[0] + %x[%i]
      %out[%i] = %total[0]
    }
  } else {
    for %i in 0 .. %x.shape[0] {
      %total[0] = %total[0] + %x[%i]
      %out[%i] = %total[0]
    }
  }
}
)";

TEST(Memory, DisjointArraysKeepTheirValuesInRegisters) {
  const testing::Compiled compiled(kPrefixSum);
  const std::string assembly = compiled.kernel().assembly();
  // In the loop of the first branch: one add with x from memory, one store of out, nothing of total.
  const std::string llvm_ir = compiled.kernel().llvm_ir();
  EXPECT_NE(llvm_ir.find("!alias.scope"), std::string::npos);
  const std::size_t fadd = llvm_ir.find("fadd contract double");
  ASSERT_NE(fadd, std::string::npos);
  const std::size_t phi = llvm_ir.find("phi double");
  EXPECT_NE(phi, std::string::npos) << "the total is not kept in a register:\n" << llvm_ir;
  run_both_ways(kPrefixSum, {buffer(counted<double>(9), {9}, {1}), buffer(counted<double>(9), {9}, {1}),
                             buffer(counted<double>(1), {1}, {1})});
}

TEST(Memory, OverlappingArraysKeepTheOrder) {
  // out is x one further, total is the last of x.
  std::vector<double> memory = counted<double>(12);
  const auto slots = [](std::vector<double>& m) {
    return testing::Slots()
        .add_array(m.data(), {8}, {8})
        .add_array(m.data() + 1, {8}, {8})
        .add_array(m.data() + 7, {1}, {8});
  };
  std::vector<double> expected = memory;
  for (int i = 0; i < 8; ++i) {
    expected[7] += expected[static_cast<std::size_t>(i)];
    expected[static_cast<std::size_t>(i) + 1] = expected[7];
  }
  const testing::Compiled compiled(kPrefixSum);
  EXPECT_EQ(compiled(slots(memory)).error(), "ok");
  EXPECT_EQ(memory, expected);
}

TEST(Memory, DisjointLooksAtRanges) {
  const std::string text = R"(
func @f (%x: f64[2], %y: f64[1]) -> (bool) {
  return disjoint(%x, %y)
}
)";
  const testing::Compiled compiled(text);
  std::vector<double> m(100);
  const auto overlaps = [&](int x_first, std::int64_t rows, std::int64_t columns, std::int64_t row_stride,
                            std::int64_t column_stride, int y_first, std::int64_t y_length, std::int64_t y_stride) {
    return compiled(testing::Slots()
                        .add_array(m.data() + x_first, {rows, columns}, {8 * row_stride, 8 * column_stride})
                        .add_array(m.data() + y_first, {y_length}, {8 * y_stride}))
               .integer() == 0;
  };
  EXPECT_FALSE(overlaps(0, 2, 5, 5, 1, 10, 10, 1));
  EXPECT_TRUE(overlaps(0, 2, 5, 5, 1, 9, 10, 1));
  EXPECT_FALSE(overlaps(20, 2, 5, -5, 1, 10, 5, 1));
  EXPECT_TRUE(overlaps(20, 2, 5, -5, 1, 10, 6, 1));
  EXPECT_TRUE(overlaps(20, 2, 5, -5, 1, 30, 4, -5));
  EXPECT_FALSE(overlaps(20, 2, 5, -5, -1, 30, 2, -1));
  EXPECT_FALSE(overlaps(0, 2, 0, 5, 1, 0, 10, 1));
  EXPECT_FALSE(overlaps(0, 2, 5, 5, 1, 0, 0, 1));
}

}  // namespace
}  // namespace rooftop::backend
