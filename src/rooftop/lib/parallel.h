// A parallel loop over a function object, for whole-array algorithms.
#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "rooftop/runtime/context.h"
#include "rooftop/runtime/parallel_for.h"

namespace rooftop::lib {

/// Calls body(begin, end) for ranges that make up [0, count), each of at least `grain`, on threads that are free. When
/// memory runs short in one of them, std::bad_alloc is thrown here; the body must not throw anything else.
template <typename Body>
void for_ranges(std::int64_t count, std::int64_t grain, const Body& body) {
  if (count <= grain) {
    if (count > 0) body(std::int64_t{0}, count);
    return;
  }
  struct Shared {
    const Body& body;
    std::atomic<bool> failed{false};
  } shared{body};
  const backend::ParallelBody call = [](backend::KernelContext*, void* captures, std::int64_t begin, std::int64_t end) {
    auto& all = *static_cast<Shared*>(captures);
    try {
      all.body(begin, end);
    } catch (const std::bad_alloc&) {
      all.failed.store(true, std::memory_order_relaxed);
    }
    return static_cast<std::int32_t>(backend::kOk);
  };
  backend::KernelContext context;
  runtime::enter(context);
  runtime::parallel_for(&context, call, &shared, 0, count, grain);
  if (shared.failed.load(std::memory_order_relaxed)) throw std::bad_alloc();
}

}  // namespace rooftop::lib
