// The binary contract between generated code and the runtime: plain C layouts and the symbols that
// generated code may call. Generated code addresses these fields by offset; change both sides together.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rooftop/base/exception_kind.h"

namespace rooftop::backend {

/// What a kernel entry returns. Anything but `kOk` means that `KernelContext` holds the reason.
enum Status : std::int32_t { kOk = 0, kRaised = 1, kInterrupted = 2 };

using rooftop::ExceptionKind;

/// One place in the user's source where compiled code can raise or propagate. Immutable, lives as long as the module.
struct Site {
  ExceptionKind kind;
  std::int32_t line;    ///< 1-based
  std::int32_t column;  ///< 0-based, in UTF-8 bytes, as Python's ast
  std::int32_t end_line;
  std::int32_t end_column;
  std::int32_t argument_count;  ///< how many entries of KernelContext::arguments the message uses
  const char* message;          ///< `{0}` … `{3}` stand for integer arguments, `{0:f}` for a float one
  const char* file;
  const char* function;  ///< the Python function's qualified name
};

inline constexpr int kMaxRaiseArguments = 4;
inline constexpr int kMaxFrames = 64;

/// An array that compiled code made and that may outlive the block, and the call, that made it. Generated code knows
/// its address as the array's owner and reads `data` by offset.
struct OwnedArray {
  void* data;
  std::int64_t bytes;
  std::int64_t references;
  OwnedArray* previous;  ///< in the list of the call's arrays
  OwnedArray* next;
};

/// Per-call state, one per thread that runs a kernel. Generated code reads and writes it by offset.
struct KernelContext {
  const volatile std::uint64_t* epoch;  ///< process-wide; advances every few milliseconds while kernels run
  std::uint64_t epoch_seen;             ///< generated code calls `rooftop_poll` when *epoch differs from this
  char* stack_limit;                    ///< generated recursive functions raise RecursionError below this address
  const Site* error;                    ///< set with kRaised
  std::int64_t arguments[kMaxRaiseArguments];  ///< of the raise, integers or the bits of doubles
  std::int32_t frame_count;                    ///< frames pushed by callers while the error propagates
  std::int32_t threads;            ///< that a parallel loop may use, the same during the whole call; 0: no limit
  const Site* frames[kMaxFrames];  ///< innermost first; beyond kMaxFrames they are counted, not kept
  void* runtime;                   ///< the runtime's own state; opaque to generated code
  OwnedArray* owned;               ///< what the call has created and not given back
};

/// A kernel's entry: reads packed arguments, writes packed results, returns a Status.
/// Scalars take one 8-byte slot (integers sign- or zero-extended, float32 as the low 4 bytes, bool as 0/1),
/// complex takes two (real, imaginary; complex64 as two floats in two slots). An array of rank r takes
/// 1 + 2r slots: data pointer, r lengths, r strides in bytes.
using Entry = std::int32_t (*)(KernelContext* context, const std::int64_t* arguments, std::int64_t* results);

/// Body of a parallel loop: runs iterations [begin, end) of the outlined loop.
using ParallelBody = std::int32_t (*)(KernelContext* context, void* captures, std::int64_t begin, std::int64_t end);

/// Functions that generated code calls by name, and some for the backend. The runtime fills one and hands it to the
/// backend, which resolves the symbols from it: the backend never links against the runtime.
struct RuntimeSymbols {
  /// Called when the epoch advanced. Returns kOk to go on or kInterrupted. Symbol `rooftop_poll`.
  std::int32_t (*poll)(KernelContext* context);
  /// Appends a frame while an error propagates through a call. Symbol `rooftop_push_frame`.
  void (*push_frame)(KernelContext* context, const Site* site);
  /// Runs `body` over [begin, end) in chunks of at least `grain` iterations on the pool, the caller taking part.
  /// Returns the first status that is not kOk. Symbol `rooftop_parallel_for`.
  std::int32_t (*parallel_for)(KernelContext* context, ParallelBody body, void* captures, std::int64_t begin,
                               std::int64_t end, std::int64_t grain);
  /// Scratch memory for packed panels: 64-byte aligned, null when out of memory. Symbols `rooftop_alloc`,
  /// `rooftop_free`.
  void* (*alloc)(KernelContext* context, std::int64_t bytes);
  void (*free)(KernelContext* context, void* block, std::int64_t bytes);
  /// A new array with one reference, null when out of memory; one reference less. Symbols `rooftop_create`,
  /// `rooftop_release`. What is left when the call ends is the embedder's to take or to give back.
  OwnedArray* (*create)(KernelContext* context, std::int64_t bytes);
  void (*release)(KernelContext* context, OwnedArray* array);
  /// What the backend itself calls while it compiles: how many threads it may keep busy, and a way to. `run_tasks`
  /// returns when task(state, 0) … task(state, count - 1) have, each on any thread; a task throws nothing.
  int (*num_threads)();
  void (*run_tasks)(int count, void (*task)(void* state, int index), void* state);
};

}  // namespace rooftop::backend
