// NumPy's reductions of whole arrays and array expressions: over all elements to a number, or over one dimension to an
// expression with one dimension less. The elements are emitted inside of the loop that folds them: no temporary.
#pragma once

#include <optional>
#include <string_view>

#include "rooftop/frontend/array_expression.h"

namespace rooftop::frontend {

enum class ArrayReduction : std::uint8_t { Sum, Prod, Mean, Min, Max, Any, All };

/// By NumPy's name of the function or method.
std::optional<ArrayReduction> array_reduction(std::string_view name);

/// Sums and products of floats are put together in a fixed order of their own, of halves in float32; small
/// integers become 64 bits wide. A minimum or maximum of nothing is a ValueError.
Value reduced(Emitter& e, ArrayReduction how, const Value& array, std::optional<int> axis);

}  // namespace rooftop::frontend
