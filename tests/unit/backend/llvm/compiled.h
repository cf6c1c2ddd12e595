// Compiled kernels for tests, with a runtime of their own: serial loops unless a test asks for threads, counted memory.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "rooftop/backend/backend.h"
#include "rooftop/ir/parse.h"
#include "rooftop/ir/verify.h"
#include "support/kernel_call.h"

namespace rooftop::testing {

/// What compiled code calls in these tests, and what the tests can ask of it.
struct TestRuntime {
  static inline std::atomic<std::int64_t> live_bytes = 0;
  static inline std::atomic<std::int64_t> polls = 0;
  static inline std::atomic<std::int64_t> fail_allocations_above = INT64_MAX;
  static inline std::atomic<std::uint64_t> epoch = 0;
  static inline std::atomic<bool> interrupt = false;
  static inline std::atomic<int> most_tasks = 0;  ///< that `run_tasks` was given at once

  static std::int32_t poll(backend::KernelContext* context) {
    ++polls;
    context->epoch_seen = epoch;
    return interrupt ? backend::kInterrupted : backend::kOk;
  }
  static void push_frame(backend::KernelContext* context, const backend::Site* site) {
    if (context->frame_count < backend::kMaxFrames) context->frames[context->frame_count] = site;
    ++context->frame_count;
  }
  static std::int32_t parallel_serially(backend::KernelContext* context, backend::ParallelBody body, void* captures,
                                        std::int64_t begin, std::int64_t end, std::int64_t) {
    // In uneven chunks from the back: iterations are independent.
    while (begin < end) {
      const std::int64_t first = end - begin > 3 ? end - 3 : begin;
      if (const std::int32_t status = body(context, captures, first, end); status != backend::kOk) return status;
      end = first;
    }
    return backend::kOk;
  }
  static std::int32_t parallel_on_threads(backend::KernelContext* context, backend::ParallelBody body, void* captures,
                                          std::int64_t begin, std::int64_t end, std::int64_t grain) {
    std::vector<std::thread> threads;
    std::atomic<std::int32_t> status = backend::kOk;
    const std::int64_t chunk = std::max(grain, (end - begin + 3) / 4);
    for (std::int64_t first = begin; first < end; first += chunk) {
      threads.emplace_back([&, first] {
        backend::KernelContext own = *context;
        if (const auto s = body(&own, captures, first, std::min(end, first + chunk)); s != backend::kOk) status = s;
      });
    }
    for (std::thread& t : threads) t.join();
    return status;
  }
  static void* alloc(backend::KernelContext*, std::int64_t bytes) {
    if (bytes > fail_allocations_above) return nullptr;
    live_bytes += bytes;
    return std::aligned_alloc(64, (static_cast<std::size_t>(bytes) + 63) / 64 * 64);
  }
  static void free(backend::KernelContext*, void* block, std::int64_t bytes) {
    live_bytes -= bytes;
    std::free(block);
  }
  static backend::OwnedArray* create(backend::KernelContext* context, std::int64_t bytes) {
    void* const data = alloc(context, bytes);
    return data == nullptr ? nullptr : new backend::OwnedArray{.data = data, .bytes = bytes, .references = 1};
  }
  static void release(backend::KernelContext* context, backend::OwnedArray* array) {
    if (--array->references > 0) return;
    free(context, array->data, array->bytes);
    delete array;
  }
  static int num_threads() { return 3; }
  static void run_tasks(int count, void (*task)(void* state, int index), void* state) {
    most_tasks = std::max<int>(most_tasks, count);
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back(task, state, i);
    for (std::thread& t : threads) t.join();
  }
  static backend::RuntimeSymbols symbols(bool threads = false) {
    return {poll,        push_frame, threads ? parallel_on_threads : parallel_serially, alloc, free, create, release,
            num_threads, run_tasks};
  }
};

/// A module's text (or the module), verified, compiled and ready to call.
class Compiled {
 public:
  explicit Compiled(const std::string& text, backend::CompileOptions options = {}, bool threads = false)
      : Compiled(ir::parse(text), std::move(options), threads) {}
  explicit Compiled(const ir::Module& module, backend::CompileOptions options = {}, bool threads = false) {
    ir::verify(module);
    kernel_ = backend::compile(module, TestRuntime::symbols(threads), options);
  }

  Outcome operator()(const Slots& arguments) const {
    Outcome outcome;
    run(arguments, outcome);
    return outcome;
  }
  void run(const Slots& arguments, Outcome& outcome) const {
    char here = 0;
    const std::uint64_t zero = 0;
    outcome.context.epoch = epoch_ != nullptr ? epoch_ : &zero;
    if (outcome.context.stack_limit == nullptr)
      outcome.context.stack_limit = reinterpret_cast<char*>(reinterpret_cast<std::uintptr_t>(&here) - 256 * 1024);
    outcome.status = kernel_->entry()(&outcome.context, arguments.data(), outcome.results);
  }
  void set_epoch(const volatile std::uint64_t* epoch) { epoch_ = epoch; }
  const backend::Kernel& kernel() const { return *kernel_; }

 private:
  std::shared_ptr<const backend::Kernel> kernel_;
  const volatile std::uint64_t* epoch_ = nullptr;
};

}  // namespace rooftop::testing
