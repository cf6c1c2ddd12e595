// NumPy's functions that make arrays: their results are array expressions, which the statement stores in a new array or
// uses as they are.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "rooftop/frontend/builtins.h"

namespace rooftop::frontend {

const std::map<std::string, BuiltinFunction>& creation_functions();

/// The type that a program names: np.float64, float, "float64", "f8"; nothing for other values.
std::optional<DType> named_dtype(const Value& value);
/// What `array.dtype` is: NumPy's scalar type, which functions take as their dtype.
Value dtype_value(DType dtype);

/// array.astype(dtype), array.copy(), array.flatten(), array.reshape(…); an expression's, too.
bool is_copying_method(const std::string& name);
Value copying_method(Emitter& e, const std::string& name, const Value& array, const Arguments& arguments);

}  // namespace rooftop::frontend
