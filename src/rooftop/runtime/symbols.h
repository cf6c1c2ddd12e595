// The functions that generated code calls by name, as the backend resolves them.
#pragma once

#include "rooftop/backend/abi.h"

namespace rooftop::runtime {

/// Lives as long as the process.
const backend::RuntimeSymbols& runtime_symbols();

}  // namespace rooftop::runtime
