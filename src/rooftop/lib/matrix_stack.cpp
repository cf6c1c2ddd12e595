// Parts of a stack for the threads, and signals between them.
#include "rooftop/lib/matrix_stack.h"

#include <atomic>

#include "rooftop/lib/elementwise.h"
#include "rooftop/runtime/context.h"
#include "rooftop/runtime/parallel_for.h"
#include "rooftop/runtime/poll.h"

namespace rooftop::lib {
namespace {

/// Operations of a matrix from which LAPACK may ask its own threads, and those from which ours are asked: every call
/// takes a lock of OpenBLAS's for a moment, and threads that make short calls wait for each other.
constexpr double kLargeMatrix = 16 * 64.0 * 64.0 * 64.0, kLeastMatrix = 1500;
/// Operations of a walk from which threads are asked, those that any call takes, and those between looks at signals.
constexpr double kParallelWork = 500'000, kCall = 100, kPart = 50'000;

struct Walk {
  StackPart part;
  const void* body;
  std::int64_t step;  ///< matrices between two looks at signals
  std::atomic<unsigned> errors{0};
  std::atomic<bool> failed{false}, out_of_memory{false};
};

std::int32_t run_parts(backend::KernelContext* context, void* captures, std::int64_t begin, std::int64_t end) {
  auto& walk = *static_cast<Walk*>(captures);
  clear_hardware_errors();
  std::int32_t status = backend::kOk;
  try {
    for (std::int64_t first = begin; first < end && status == backend::kOk; first += walk.step) {
      const std::int64_t last = std::min(first + walk.step, end);
      if (!walk.part(walk.body, first, last)) walk.failed.store(true, std::memory_order_relaxed);
      if (runtime::epoch.value.load(std::memory_order_relaxed) != context->epoch_seen) status = runtime::poll(context);
    }
  } catch (const std::bad_alloc&) {  // must not leave a thread of the pool
    walk.out_of_memory.store(true, std::memory_order_relaxed);
  }
  walk.errors.fetch_or(hardware_errors(), std::memory_order_relaxed);
  return status;
}

}  // namespace

StackResult walk_stack(std::int64_t count, double cost, StackPart part, const void* body) {
  if (count == 1) {
    clear_hardware_errors();
    const bool is_done = part(body, 0, 1);
    return {is_done ? Factored::Ok : Factored::Failed, hardware_errors()};
  }
  const double each = cost + kCall;
  const auto step = std::max<std::int64_t>(1, static_cast<std::int64_t>(kPart / each));
  Walk walk{.part = part, .body = body, .step = step};
  backend::KernelContext context;
  runtime::enter(context);
  const bool is_parallel =
      cost >= kLeastMatrix && cost < kLargeMatrix && each * static_cast<double>(count) > kParallelWork;
  const std::int32_t status = is_parallel ? runtime::parallel_for(&context, run_parts, &walk, 0, count, step)
                                          : run_parts(&context, &walk, 0, count);
  if (walk.out_of_memory.load(std::memory_order_relaxed)) throw std::bad_alloc();
  const Factored state = status != backend::kOk                        ? Factored::Interrupted
                         : walk.failed.load(std::memory_order_relaxed) ? Factored::Failed
                                                                       : Factored::Ok;
  return {state, walk.errors.load(std::memory_order_relaxed)};
}

}  // namespace rooftop::lib
