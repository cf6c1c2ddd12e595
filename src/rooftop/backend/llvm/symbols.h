// The functions of this process that generated code may call: the runtime's, the C library's mathematics, and the few
// that LLVM's code generator falls back to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rooftop/backend/abi.h"
#include "rooftop/backend/llvm/linker.h"
#include "rooftop/ops/op.h"

namespace rooftop::backend::llvm {

inline constexpr std::string_view kPoll = "rooftop_poll";
inline constexpr std::string_view kPushFrame = "rooftop_push_frame";
inline constexpr std::string_view kParallelFor = "rooftop_parallel_for";
inline constexpr std::string_view kAlloc = "rooftop_alloc";
inline constexpr std::string_view kFree = "rooftop_free";
inline constexpr std::string_view kCreate = "rooftop_create";
inline constexpr std::string_view kRelease = "rooftop_release";

/// The C library's function of a mathematical row, for float32 with an f behind.
std::string libm_name(ops::Op op, bool single);

/// Every symbol, with this runtime's addresses.
std::vector<Symbol> process_symbols(const RuntimeSymbols& runtime);

}  // namespace rooftop::backend::llvm
