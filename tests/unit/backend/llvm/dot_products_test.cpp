// dot2 and dot4 by each of the instructions that processors have for them, against the reference.
#include <gtest/gtest.h>

#include <random>

#include "compiled.h"
#include "rooftop/ir/lane_kernels.h"

namespace rooftop::backend {
namespace {

using ops::Op;
using testing::Compiled;
using testing::Slots;

struct Processor {
  const char* features;
  const char* cpu;
  const char* instruction;  ///< of dot2
};

// Features that this machine lacks can be taken away all the same.
constexpr Processor kProcessors[] = {
    {"-avx512vnni,-avxvnni", "", "vpmaddwd"},
    {"", "x86-64-v4", "vpmaddwd"},
    {"", "x86-64-v3", "vpmaddwd"},
    {"", "x86-64", "pmaddwd"},
};

constexpr int kCount = 960;  // a multiple of each number of lanes

std::string loop(const char* op, int lanes) {
  const std::string n = std::to_string(lanes);
  const std::string at = lanes == 1 ? "%i" : "ramp<" + n + ">(%i, 1)";
  return "func @f (%a: i32[1, C], %b: i32[1, C], %c: i32[1, C]) { for %i in 0 .. 960 step " + n + " { %c[" + at +
         "] = " + op + "(%a[" + at + "], %b[" + at + "], %c[" + at + "]) } }";
}

std::vector<std::int32_t> numbers(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::int32_t> list(kCount);
  const std::int32_t edges[] = {0,
                                -1,
                                INT32_MIN,
                                INT32_MAX,
                                static_cast<std::int32_t>(0x80008000),
                                0x7F7F7F7F,
                                static_cast<std::int32_t>(0x80808080),
                                0x00FF00FF};
  for (auto& x : list) x = random() % 3 == 0 ? edges[random() % 8] : static_cast<std::int32_t>(random());
  return list;
}

void expect_reference(Op op, const CompileOptions& options, int lanes) {
  auto a = numbers(1), b = numbers(2), c = numbers(3);
  std::vector<std::int32_t> expected(kCount);
  const void* arguments[] = {a.data(), b.data(), c.data()};
  ir::lane_kernel(op, array::DType::I32, array::DType::I32)(expected.data(), arguments, kCount);
  Slots slots;
  for (auto* list : {&a, &b, &c}) slots.add_array(list->data(), {kCount}, {4});
  const Compiled f(loop(op == Op::dot2 ? "dot2" : "dot4", lanes), options);
  ASSERT_EQ(f(slots).error(), "ok");
  EXPECT_EQ(c, expected) << lanes << " lanes, " << options.cpu << options.features;
}

TEST(DotProducts, AreTheReferencesOnEveryProcessor) {
  for (const Op op : {Op::dot2, Op::dot4}) {
    for (const int lanes : {1, 2, 3, 4, 8, 12, 16, 32}) {
      expect_reference(op, {}, lanes);
      for (const Processor& p : kProcessors) {
        CompileOptions options;
        options.cpu = p.cpu;
        options.features = p.features;
        // What this machine can't run is looked at, not called.
        const bool runs = options.cpu != "x86-64-v4" || __builtin_cpu_supports("avx512bw") != 0;
        if (runs && (options.cpu != "x86-64-v3" || __builtin_cpu_supports("avx2") != 0))
          expect_reference(op, options, lanes);
      }
    }
  }
}

TEST(DotProducts, TakeTheInstructionsMadeForThem) {
  for (const Processor& p : kProcessors) {
    CompileOptions options;
    options.cpu = p.cpu;
    options.features = p.features;
    EXPECT_NE(Compiled(loop("dot2", 16), options).kernel().assembly().find(p.instruction), std::string::npos)
        << p.cpu << p.features;
  }
  // Generated for processors that are not this one, and only read.
  for (const char* cpu : {"icelake-server", "alderlake"}) {
    CompileOptions options;
    options.cpu = cpu;
    const int lanes = std::string(cpu) == "alderlake" ? 8 : 16;
    EXPECT_NE(Compiled(loop("dot2", lanes), options).kernel().assembly().find("vpdpwssd"), std::string::npos) << cpu;
    EXPECT_NE(Compiled(loop("dot4", lanes), options).kernel().assembly().find("vpdpbusd"), std::string::npos) << cpu;
  }
}

}  // namespace
}  // namespace rooftop::backend
