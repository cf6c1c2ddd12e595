// What a run of a random program shows: results or the exception, and all memory.
#include <cstring>
#include <vector>

#include "random_program.h"
#include "rooftop/backend/interp/interpreter.h"
#include "rooftop/base/errors.h"
#include "support/kernel_call.h"

namespace rooftop::opt {
namespace {

/// Arrays inside one piece of memory, so that they can overlap.
class Inputs {
 public:
  explicit Inputs(std::uint64_t seed) : random_(seed), floats_(kSize), integers_(kSize) {
    for (std::size_t i = 0; i < kSize; ++i) {
      floats_[i] = static_cast<double>(below(17)) * 0.25 - 2;
      integers_[i] = below(9) - 3;
    }
    const int place = below(3);  // apart, shifted, the same
    vector(0);
    vector(place == 0 ? 24 : place == 1 ? 1 + below(3) : 0);
    matrix(place == 2 ? below(8) : 52);
    const std::int64_t n = below(7);
    slots_.add_array(&integers_[8], {n}, {chance(70) ? 8 : -8});
    for (int i = 0; i < 2; ++i) slots_.add(chance(95) ? static_cast<std::int64_t>(below(10) - 3) : extreme());
    slots_.add(static_cast<double>(below(5)) - 1.5);
  }

  const testing::Slots& slots() const { return slots_; }
  std::string memory() const {
    std::string text;
    for (const double x : floats_) text += " " + bits(x);
    for (const std::int64_t i : integers_) text += " " + std::to_string(i);
    return text;
  }

  static std::string bits(double x) {
    std::uint64_t b = 0;
    std::memcpy(&b, &x, sizeof b);
    return x != x ? "nan" : std::to_string(b);
  }

 private:
  static constexpr std::size_t kSize = 128;

  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  std::int64_t extreme() {
    static constexpr std::int64_t kExtremes[] = {INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1, 1LL << 62};
    return kExtremes[below(5)];
  }

  void vector(int offset) {
    const std::int64_t n = below(7);
    const std::int64_t stride = chance(60) ? 8 : chance(50) ? 16 : -8;
    slots_.add_array(&floats_[static_cast<std::size_t>(10 + offset)], {n}, {stride});
  }

  void matrix(int offset) {
    const std::int64_t rows = below(5);
    const std::int64_t columns = below(5);
    const bool transposed = chance(30);
    slots_.add_array(&floats_[static_cast<std::size_t>(6 + offset)], {rows, columns},
                     {transposed ? 8 : 8 * columns, transposed ? 8 * rows : 8});
  }

  std::mt19937_64 random_;
  std::vector<double> floats_;
  std::vector<std::int64_t> integers_;
  testing::Slots slots_;
};

}  // namespace

Observation observe(const ir::Module& module, std::uint64_t seed) {
  Inputs inputs(seed);
  const backend::interp::Interpreter interpreter(module, {.step_limit = 20000});
  testing::Outcome outcome;
  try {
    outcome = testing::call([&](auto* context, const auto* arguments,
                                auto* results) { return interpreter.run(context, arguments, results); },
                            inputs.slots());
  } catch (const InternalError& error) {
    if (std::string(error.what()).find("step limit") == std::string::npos) throw;
    return {.out_of_steps = true, .text = {}};
  }
  std::string text = outcome.error();
  if (outcome.status == backend::kOk) {
    text += " " + std::to_string(outcome.integer()) + " " + Inputs::bits(outcome.real(1));
  } else {
    for (int i = 0; i < outcome.context.error->argument_count; ++i) {
      text += " " + std::to_string(outcome.context.arguments[i]);
    }
  }
  return {.out_of_steps = false, .text = text + inputs.memory()};
}

}  // namespace rooftop::opt
