// Kernels in the loop language (docs/ir.md), compiled for this machine. Link rooftop::rooftop: the compiler is not part
// of rooftop::array.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rooftop/api/operand.h"

namespace rooftop {

class Kernel;

/// Compiles the text of a module, whose first function becomes the kernel. Throws CompilationError where it cannot be
/// read, with `file_name` and the line, and ValueError for environment variables (ROOFTOP_PRINT, …) that mean nothing.
ROOFTOP_API Kernel compile(std::string_view text, std::string_view file_name = "<text>");

/// A compiled function. Handles share the code, which lives as long as the last of them; calls are safe from any
/// thread.
class ROOFTOP_API Kernel {
 public:
  /// Calls it. Arrays must have the element types and ranks of the parameters, and be in row-major order where those
  /// say so (`f64[2, C]`); numbers are converted where nothing is lost. Results without axes are numbers, others views
  /// of arguments. Throws TypeError for arguments that do not fit, KernelError for what the kernel raises.
  template <typename... Arguments>
  requires(std::convertible_to<Arguments, Operand>&&...) std::vector<Array>
  operator()(const Arguments&... arguments) const {
    const Operand list[sizeof...(Arguments) + 1] = {Operand(arguments)..., Operand(0)};
    return call({list, sizeof...(Arguments)});
  }
  std::vector<Array> call(std::span<const Operand> arguments) const;

  /// The function's name and types, as "@axpy(%x: f64[1], %a: f64) -> (f64)".
  const std::string& signature() const;
  /// The text as it was read, and as it was compiled: what the passes made of it.
  std::string ir() const;
  std::string optimised_ir() const;
  /// The machine code as text. Compiles anew.
  std::string assembly() const;

 private:
  friend Kernel compile(std::string_view text, std::string_view file_name);
  struct Program;
  explicit Kernel(std::shared_ptr<const Program> program);

  std::shared_ptr<const Program> program_;
};

}  // namespace rooftop
