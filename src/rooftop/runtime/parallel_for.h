// Parallel loops of generated code: see RuntimeSymbols::parallel_for.
#pragma once

#include <cstdint>

#include "rooftop/backend/abi.h"

namespace rooftop::runtime {

/// Runs `body` over [begin, end). The caller takes part; helpers of the pool join while there is work for them. Of
/// several iterations that raise, the error of the lowest one is reported, as a serial loop would: chunks below a
/// raising one run to their end, chunks above it are cancelled. Inside a parallel loop it runs serially.
std::int32_t parallel_for(backend::KernelContext* context, backend::ParallelBody body, void* captures,
                          std::int64_t begin, std::int64_t end, std::int64_t grain);

}  // namespace rooftop::runtime
