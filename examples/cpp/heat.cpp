// Heat spreads on a plate whose edges are held at zero. A step is written twice: with arrays, as in NumPy, and as a
// loop nest that rooftop compiles for this machine. A sine wave fades as theory says it must.
#include <chrono>
#include <cmath>
#include <iostream>
#include <numbers>

#include <rooftop/rooftop.h>

namespace np = rooftop;
using np::Array, np::slice;

/// Every inner point moves towards the mean of its neighbours.
void step(const Array& heat, double rate) {
  const Array inner = heat(slice(1, -1), slice(1, -1));
  const Array around = heat(slice({}, -2), slice(1, -1)) + heat(slice(2, {}), slice(1, -1)) +
                       heat(slice(1, -1), slice({}, -2)) + heat(slice(1, -1), slice(2, {}));
  inner += rate * (around - 4.0 * inner);
}

/// The same in the loop language (docs/ir.md). It returns the largest change.
constexpr const char* kStep = R"(
func @heat_step (%from: f64[2, C, readonly], %to: f64[2, C], %rate: f64) -> (f64) {
  let %n: i64 = %from.shape[0]
  let %m: i64 = %from.shape[1]
  check %to.shape[0] == %n else ValueError "the plates have {0} and {1} rows" (%n, %to.shape[0])
  check %to.shape[1] == %m else ValueError "the plates have {0} and {1} columns" (%m, %to.shape[1])
  var %largest: f64 = 0.0
  for %i in 1 .. %n - 1 {
    for %j in 1 .. %m - 1 {
      let %around: f64 = %from[%i - 1, %j] + %from[%i + 1, %j] + %from[%i, %j - 1] + %from[%i, %j + 1]
      let %change: f64 = %rate * (%around - 4.0 * %from[%i, %j])
      %to[%i, %j] = %from[%i, %j] + %change
      %largest := max(%largest, abs(%change))
    }
  }
  return %largest
}
)";

int main() {
  constexpr std::int64_t kSize = 257;
  constexpr int kSteps = 400;
  constexpr double kRate = 0.2;
  const Array wave = np::sin(np::linspace(0.0, std::numbers::pi, kSize));
  const Array start = wave(slice(), np::newaxis) * wave;

  const Array plate = start.copy();
  for (int i = 0; i < kSteps; ++i) step(plate, kRate);

  const np::Kernel kernel = np::compile(kStep, "heat_step");
  std::cout << "compiled " << kernel.signature() << "\n";
  Array from = start.copy();
  Array to = start.copy();
  double change = 0;
  for (int i = 0; i < kSteps; ++i) {
    change = kernel(from, to, kRate)[0].item<double>();
    std::swap(from, to);
  }

  // The wave is an eigenvector of a step: each multiplies it by the same factor.
  const double factor = 1 - 4 * kRate * (1 - std::cos(std::numbers::pi / (kSize - 1)));
  const Array theory = start * std::pow(factor, kSteps);
  const auto distance = [&](const Array& a) { return np::max(np::absolute(a - theory)).item<double>(); };
  std::cout << "hottest point " << np::max(from) << " of " << np::max(start) << ", last change " << change << "\n"
            << "distance from theory: arrays " << distance(plate) << ", kernel " << distance(from) << "\n";
  if (!(distance(plate) < 1e-12) || !(distance(from) < 1e-12)) return 1;

  try {
    kernel(from, to(slice(1, {}), slice()), kRate);
  } catch (const np::KernelError& error) {
    std::cout << error.kind() << ": " << error.what() << "\nok\n";
  }
}
