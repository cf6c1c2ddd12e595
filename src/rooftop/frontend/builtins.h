// Calls of functions that the compiler knows by canonical name: Python's builtins, the math module, NumPy's scalar
// functions.
#pragma once

#include <map>

#include "rooftop/frontend/emitter.h"

namespace rooftop::frontend {

struct Arguments {
  std::vector<Value> positional;
  std::map<std::string, Value> keywords;
};

/// Calls the builtin `name` ("builtins.abs", "math.sqrt", "numpy.float32"); refuses what it does not know.
Value call_builtin(Emitter& e, const std::string& name, const Arguments& arguments);

/// Whether call_builtin knows the name.
bool is_known_builtin(const std::string& name);

// One per module, used by call_builtin.
using BuiltinFunction = Value (*)(Emitter& e, const Arguments& arguments);
const std::map<std::string, BuiltinFunction>& python_builtins();
const std::map<std::string, BuiltinFunction>& math_builtins();
const std::map<std::string, BuiltinFunction>& numpy_builtins();
/// NumPy's functions of arrays that are not elementwise.
const std::map<std::string, BuiltinFunction>& array_functions();

/// The function of numbers applied to the elements of arrays, with NumPy's `out`.
Value map_elements(Emitter& e, BuiltinFunction function, const std::string& name, const Arguments& arguments);

// Helpers of their implementations.
/// Refuses a call whose number of positional arguments is outside [least, most], or that has keywords.
void expect_arguments(Emitter& e, const std::string& name, const Arguments& arguments, std::size_t least,
                      std::size_t most);
/// The float's integer part as a Python int, with the errors of int(x).
ir::Expr float_to_int(Emitter& e, const ir::Expr& value);

}  // namespace rooftop::frontend
