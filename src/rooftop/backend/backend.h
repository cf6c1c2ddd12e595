// What the rest of the house knows of code generation: a module goes in, a kernel that can be called comes out.
// The implementation is backend/llvm; no header of LLVM is needed to use it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rooftop/backend/abi.h"
#include "rooftop/ir/stmt.h"

namespace rooftop::backend {

/// How much time code generation may take for how fast code.
enum class CodeLevel {
  Quick,  ///< compiles three to four times faster; slower code
  Full,   ///< what a hot loop deserves
};

struct CompileOptions {
  /// The CPU to generate for, by LLVM's name ("x86-64-v3", "znver4"); empty: this machine with all that it has.
  std::string cpu;
  /// Features added to or taken from the CPU's, as "+fma,-avx512f".
  std::string features;
  CodeLevel level = CodeLevel::Full;
  /// Called after each stage ("emit", "optimise", "generate", "link") with the time that it took.
  std::function<void(std::string_view stage, double milliseconds)> on_stage;
};

/// Compiled code and the memory that it lives in. Destroying the last reference frees both, so whoever holds an
/// `Entry`, or a `Site` that it raised, holds its kernel too.
class Kernel {
 public:
  virtual ~Kernel() = default;

  virtual Entry entry() const = 0;
  /// Bytes of machine code.
  virtual std::size_t code_bytes() const = 0;
  /// The machine code as text. Compiles anew: for people, not for hot paths.
  virtual std::string assembly() const = 0;
  /// The LLVM ir that the machine code was generated from. Compiles anew.
  virtual std::string llvm_ir() const = 0;
};

/// Compiles the module; the entry is its first function. Safe to call from several threads at once.
///
/// Throws InternalError when code generation fails, naming the file that the module's LLVM ir was written to, and
/// OptionError for a CPU or a feature that does not exist.
std::shared_ptr<const Kernel> compile(const ir::Module& module, const RuntimeSymbols& runtime,
                                      const CompileOptions& options = {});

/// A function of a module, and the symbol that it gets in an object file.
struct Export {
  std::string function;
  std::string symbol;
};

/// Compiles the module to an object file for the system's linker: position independent, each export an `Entry` of
/// hidden visibility, the other functions local. What the code calls (the runtime's symbols, `fma` where the CPU has
/// none) is left undefined. A function that cannot fail and polls nowhere does not look at its context, which may be
/// null. Throws as `compile` does.
std::vector<char> compile_object(const ir::Module& module, std::span<const Export> exports,
                                 const CompileOptions& options);

}  // namespace rooftop::backend
