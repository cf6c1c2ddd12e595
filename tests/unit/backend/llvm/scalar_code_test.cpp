// Scalar loops, calls and failures through compiled code.
#include <gtest/gtest.h>

#include <cmath>

#include "compiled.h"

namespace rooftop::backend {
namespace {

using testing::Compiled;
using testing::Outcome;
using testing::Slots;

TEST(ScalarCode, RunsANest) {
  const Compiled matmul(R"(
func @matmul (%A: f64[2, C], %B: f64[2], %C: f64[2, inner]) {
  for %i in 0 .. %A.shape[0] {
    for %j in 0 .. %B.shape[1] {
      var %s: f64 = 0.0
      for %k in 0 .. %A.shape[1] {
        %s := %s + %A[%i, %k] * %B[%k, %j]
      }
      %C[%i, %j] = %s
    }
  }
}
)");
  const std::vector<double> a{1, 2, 3, 4, 5, 6};
  const std::vector<double> b{7, 8, 9, 10, 11, 12};
  std::vector<double> c(4);
  EXPECT_EQ(matmul(Slots().add(a, 3).add(b, 2).add(c, 2)).error(), "ok");
  EXPECT_EQ(c, (std::vector<double>{58, 64, 139, 154}));
}

TEST(ScalarCode, PassesEveryTypeThroughTheSlots) {
  const Compiled kernel(R"(
func @f (%b: bool, %i: i8, %u: u64, %s: f32, %d: f64, %c: c64, %z: c128) -> (bool, i8, u64, f32, f64, c64, c128) {
  return !%b, %i - 1:i8, %u + 1:u64, %s * 2.0:f32, -%d, conj(%c), %z * c128(0.0, 1.0)
}
)");
  const Outcome r =
      kernel(Slots().add(true).add(-128).add(-1).add(1.5f).add(2.5).add(1.0f).add(2.0f).add(3.0).add(4.0));
  EXPECT_EQ(r.integer(0), 0);
  EXPECT_EQ(r.integer(1), 127);
  EXPECT_EQ(r.integer(2), 0);
  EXPECT_EQ(r.real32(3), 3.0f);
  EXPECT_EQ(r.real(4), -2.5);
  EXPECT_EQ(r.real32(5), 1.0f);
  EXPECT_EQ(r.real32(6), -2.0f);
  EXPECT_EQ(r.real(7), -4.0);
  EXPECT_EQ(r.real(8), 3.0);
}

TEST(ScalarCode, Recurses) {
  const Compiled fib(R"(
func @fib "fib" (%n: i64) -> (i64) {
  if %n < 2 {
    return %n
  }
  let (%a: i64) = call @fib(%n - 1)
  let (%b: i64) = call @fib(%n - 2)
  return %a + %b
}
)");
  EXPECT_EQ(fib(Slots().add(20)).integer(), 6765);
}

}  // namespace
}  // namespace rooftop::backend
