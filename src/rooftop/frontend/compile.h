// The front door of the compiler's front end: a Python function and the types of its arguments in, a typed ir module
// out.
#pragma once

#include <memory>
#include <vector>

#include "rooftop/frontend/emitter.h"
#include "rooftop/frontend/value.h"
#include "rooftop/ir/stmt.h"

namespace rooftop::frontend {

struct Request {
  std::shared_ptr<const FunctionSource> function;
  std::vector<PyType> arguments;  ///< one per parameter, in the order of the signature
  ir::FloatModel float_model = ir::FloatModel::Contract;
  Messages messages;
  std::shared_ptr<const NameScope> library;  ///< functions of NumPy that are written in Python, by their names
  bool assertions = true;                    ///< false under `python -O`, which leaves them out
};

struct Lowered {
  ir::Module module;  ///< the entry first, then every function that it calls
  PyType result;
};

/// Lowers the function and all it calls. Tuples are flattened into parameters and results; None and strings take none.
/// @throws CompileError for what cannot be compiled, at the user's place.
Lowered lower(const Request& request);

/// The parameters of a function in signature order: positional-only, positional, keyword-only.
std::vector<const Node*> parameters(const FunctionSource& function);

}  // namespace rooftop::frontend
