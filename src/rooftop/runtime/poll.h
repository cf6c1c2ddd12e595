// The poll that generated loops make when the epoch has advanced: cancellation of parallel loops, and signals.
#pragma once

#include <cstdint>

#include "rooftop/backend/abi.h"

namespace rooftop::runtime {

/// Asked on a thread with an embedder's call when it polls. Returns kInterrupted to stop the kernel.
using SignalHook = std::int32_t (*)(backend::KernelContext& context);
void set_signal_hook(SignalHook hook);

/// See RuntimeSymbols::poll.
std::int32_t poll(backend::KernelContext* context);

}  // namespace rooftop::runtime
