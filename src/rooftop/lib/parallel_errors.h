// Work on all cores whose parts each tell which floating-point errors they met.
#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "rooftop/runtime/context.h"
#include "rooftop/runtime/parallel_for.h"

namespace rooftop::lib {

/// Calls `body(begin, end)` for parts of [0, units), at least `grain` of them each, and returns the union of the
/// FloatError bits that the calls return. Throws std::bad_alloc if one of them does.
template <typename Body>
unsigned parallel_errors(std::int64_t units, std::int64_t grain, const Body& body) {
  struct Shared {
    const Body* body;
    std::atomic<unsigned> errors{0};
    std::atomic<bool> is_out_of_memory{false};
  };
  Shared shared{&body};
  const auto run = [](backend::KernelContext*, void* captures, std::int64_t begin, std::int64_t end) -> std::int32_t {
    auto* to = static_cast<Shared*>(captures);
    try {
      const unsigned errors = (*to->body)(begin, end);
      if (errors != 0) to->errors.fetch_or(errors, std::memory_order_relaxed);
    } catch (const std::bad_alloc&) {  // which must not leave a helper's thread
      to->is_out_of_memory.store(true, std::memory_order_relaxed);
    }
    return backend::kOk;
  };
  backend::KernelContext context;
  runtime::enter(context);
  runtime::parallel_for(&context, run, &shared, 0, units, grain);
  if (shared.is_out_of_memory.load(std::memory_order_relaxed)) throw std::bad_alloc();
  return shared.errors.load(std::memory_order_relaxed);
}

}  // namespace rooftop::lib
