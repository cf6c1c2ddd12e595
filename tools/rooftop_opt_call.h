// Calls written as text: `f(3, [1, 2, 3], zeros(4, 4)[::2])` becomes packed slots for a function of a module, and what
// it returned, raised and changed becomes text again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rooftop/backend/abi.h"
#include "rooftop/ir/stmt.h"

namespace rooftop::tools {

/// An array in memory of the tool's own. Slices share the memory.
struct ArrayValue {
  ir::DType dtype;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  ///< bytes
  std::shared_ptr<std::vector<std::byte>> memory;
  std::ptrdiff_t offset = 0;

  std::byte* data() const { return memory->data() + offset; }
};

/// One call, ready to run any number of times: `reset` restores the arrays.
class Call {
 public:
  /// `definitions` gives names to arrays: arguments that use one name share its memory. Throws CompileError for text
  /// that cannot be read or does not fit the function's parameters.
  Call(const ir::Module& module, const std::string& text, const std::map<std::string, std::string>& definitions);

  /// The function called, in the module.
  const ir::Function& function() const { return *function_; }

  /// Runs `entry(context, arguments, results)` and describes what came out: results, changed arrays, or the exception.
  template <class Entry>
  std::string run(const Entry& entry) {
    reset();
    backend::KernelContext context{};
    std::vector<std::int64_t> results(result_slots_ + 1);
    const std::int32_t status = entry(&context, slots_.data(), results.data());
    return describe(status, context, results);
  }

 private:
  struct Argument {
    std::string name;
    ArrayValue array;
  };

  void reset();
  void add_scalar(const ir::Type& type, const ir::Constant& value);
  void add_array(const std::string& name, const ArrayValue& array);
  std::string describe(std::int32_t status, const backend::KernelContext& context,
                       const std::vector<std::int64_t>& results) const;

  const ir::Function* function_ = nullptr;
  std::vector<std::int64_t> slots_;
  std::size_t result_slots_ = 0;
  std::vector<Argument> arrays_;
  std::map<std::shared_ptr<std::vector<std::byte>>, std::vector<std::byte>> initial_;

  friend class CallParser;
};

}  // namespace rooftop::tools
