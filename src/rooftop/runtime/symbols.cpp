// Adapters from the plain C signatures of abi.h to the runtime's parts.
#include "rooftop/runtime/symbols.h"

#include "rooftop/runtime/context.h"
#include "rooftop/runtime/num_threads.h"
#include "rooftop/runtime/owned_arrays.h"
#include "rooftop/runtime/parallel_for.h"
#include "rooftop/runtime/poll.h"
#include "rooftop/runtime/tasks.h"

namespace rooftop::runtime {
namespace {

using backend::KernelContext;
using backend::Site;

void push_frame(KernelContext* context, const Site* site) {
  if (context->frame_count < backend::kMaxFrames) context->frames[context->frame_count] = site;
  ++context->frame_count;
}

void* allocate(KernelContext* context, std::int64_t bytes) { return thread_of(*context).scratch.allocate(bytes); }

void release(KernelContext* context, void* block, std::int64_t bytes) {
  thread_of(*context).scratch.release(block, bytes);
}

}  // namespace

const backend::RuntimeSymbols& runtime_symbols() {
  static constexpr backend::RuntimeSymbols kSymbols = {poll,         push_frame,    parallel_for, allocate, release,
                                                       create_owned, release_owned, num_threads,  run_tasks};
  return kSymbols;
}

}  // namespace rooftop::runtime
