// The reference backend: runs a module as docs/ir.md says it, slowly and with every assumption checked. What other
// backends and passes are tested against.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rooftop/backend/abi.h"
#include "rooftop/ir/stmt.h"

namespace rooftop::backend::interp {

struct Program;

struct InterpreterOptions {
  enum class Order : std::uint8_t { Forward, Reversed, Shuffled };
  Order parallel_order = Order::Forward;  ///< of a parallel loop's iterations; a correct module does not notice
  std::uint64_t seed = 0;                 ///< for Shuffled
  bool find_races = true;                 ///< report elements that two iterations of a parallel loop share, one writing
  int recursion_limit = 1000;             ///< calls inside each other; also obeys KernelContext::stack_limit
  std::int64_t step_limit = 0;            ///< statements after which a run is an InternalError; 0: none
  std::int32_t (*poll)(KernelContext*) = nullptr;  ///< what a Poll calls when the epoch advanced
};

/// Throws InternalError where the module breaks a promise that generated code relies on: a load or store out of bounds,
/// an Assume that does not hold, division by zero, an array that has not the layout of its type, a parallel loop whose
/// iterations depend on each other.
class Interpreter {
 public:
  /// Verifies and resolves the module.
  explicit Interpreter(const ir::Module& module, InterpreterOptions options = {});
  ~Interpreter();

  /// Runs the entry with packed slots, as `Entry` does. Raised sites live as long as the interpreter, arrays that the
  /// program made and returned until the next run.
  std::int32_t run(KernelContext* context, const std::int64_t* arguments, std::int64_t* results) const;

  const ir::Module& module() const;

 private:
  std::unique_ptr<const Program> program_;
  InterpreterOptions options_;
  mutable std::vector<std::unique_ptr<std::vector<std::uint64_t>>> returned_;
};

/// 8-byte slots that values of these types take, packed after each other.
int slot_count(const ir::Type& type);

}  // namespace rooftop::backend::interp
