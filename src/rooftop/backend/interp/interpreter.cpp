// The public face of the interpreter.
#include "rooftop/backend/interp/interpreter.h"

#include "rooftop/backend/interp/machine.h"
#include "rooftop/ir/verify.h"

namespace rooftop::backend::interp {

Interpreter::Interpreter(const ir::Module& module, InterpreterOptions options) : options_(options) {
  ir::verify(module);
  program_ = std::make_unique<const Program>(lower(module));
}

Interpreter::~Interpreter() = default;

std::int32_t Interpreter::run(KernelContext* context, const std::int64_t* arguments, std::int64_t* results) const {
  returned_.clear();
  return Machine(*program_, options_, context).run(arguments, results, returned_);
}

const ir::Module& Interpreter::module() const { return program_->module; }

int slot_count(const ir::Type& type) {
  if (type.is_array()) return 1 + 2 * type.rank();
  return array::is_complex(type.dtype()) ? 2 : 1;
}

}  // namespace rooftop::backend::interp
