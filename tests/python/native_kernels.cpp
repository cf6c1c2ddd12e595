// Hand-written kernels for the tests of rooftop._core: what generated code would do, against the real contract.
#include <time.h>

#include <cstring>
#include <string>

#include "rooftop/backend/abi.h"

using rooftop::ExceptionKind;
using rooftop::backend::KernelContext;
using rooftop::backend::RuntimeSymbols;
using rooftop::backend::Site;
using Slots = const std::int64_t*;
using Results = std::int64_t*;

namespace {

const RuntimeSymbols* runtime;

double as_double(std::int64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::int64_t as_bits(double value) {
  std::int64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

constexpr int kOk = rooftop::backend::kOk;
constexpr int kRaised = rooftop::backend::kRaised;

int poll_when_due(KernelContext* context) {
  return *context->epoch == context->epoch_seen ? kOk : runtime->poll(context);
}

int spin(KernelContext* context) {
  for (;;) {
    if (int status = poll_when_due(context)) return status;
  }
}

int fail(KernelContext* context, const Site* site) {
  context->error = site;
  return kRaised;
}

// Lines and columns are those of functions in test_runtime_errors.py, which sets them.
Site inner_site{ExceptionKind::IndexError, 1, 0, 1, 0, 2, "index {0} is out of bounds for size {1}", "", "inner"};
Site outer_site{ExceptionKind::IndexError, 1, 0, 1, 0, 0, "", "", "outer"};
Site plain_site{ExceptionKind::ValueError, 1, 0, 1, 0, 1, "x is {0:f}, {braces} and {9} stay", "kernel.py", "plain"};
Site recursion_site{ExceptionKind::RecursionError,      3,           4,     3, 9, 0,
                    "maximum recursion depth exceeded", "kernel.py", "deep"};

int recurse(KernelContext* context, std::int64_t depth, std::int64_t* reached) {
  char here[256];
  std::memset(here, static_cast<int>(depth), sizeof here);
  asm volatile("" : : "r"(here) : "memory");
  if (here < context->stack_limit) return fail(context, &recursion_site);
  *reached = depth;
  int status = recurse(context, depth + 1, reached);
  asm volatile("" : : "r"(here) : "memory");
  if (status == kRaised) runtime->push_frame(context, &recursion_site);
  return status;
}

std::int32_t fill_body(KernelContext*, void* captures, std::int64_t begin, std::int64_t end) {
  auto* data = static_cast<double*>(captures);
  for (std::int64_t i = begin; i < end; ++i) data[i] = static_cast<double>(i);
  return kOk;
}

std::int32_t spin_body(KernelContext* context, void*, std::int64_t, std::int64_t) { return spin(context); }

std::int32_t raise_body(KernelContext* context, void*, std::int64_t begin, std::int64_t end) {
  for (std::int64_t i = begin; i < end; ++i) {
    if (i < 70) continue;
    context->arguments[0] = i;
    context->arguments[1] = 70;
    return fail(context, &inner_site);
  }
  return kOk;
}

}  // namespace

#define KERNEL(name)                                                                               \
  extern "C" std::int32_t name([[maybe_unused]] KernelContext* context, [[maybe_unused]] Slots in, \
                               [[maybe_unused]] Results out)

extern "C" void set_runtime(const RuntimeSymbols* symbols) { runtime = symbols; }

extern "C" void set_sites(const char* file, int inner_line, int inner_column, int inner_end, int outer_line) {
  static std::string kept;
  kept = file;
  inner_site.file = outer_site.file = kept.c_str();
  inner_site.line = inner_site.end_line = inner_line;
  inner_site.column = inner_column;
  inner_site.end_column = inner_end;
  outer_site.line = outer_site.end_line = outer_line;
  outer_site.end_column = 5;
}

KERNEL(nothing) { return kOk; }

KERNEL(add) {
  out[0] = as_bits(as_double(in[0]) + as_double(in[1]));
  return kOk;
}

KERNEL(first_slot) {
  out[0] = in[0];
  return kOk;
}

KERNEL(copy_8) {
  std::memcpy(out, in, 8 * sizeof *in);
  return kOk;
}

KERNEL(increment_float64) {  // array of any strides, one dimension
  for (std::int64_t i = 0; i < in[1]; ++i) *reinterpret_cast<double*>(in[0] + i * in[2]) += 1.0;
  return kOk;
}

KERNEL(reversed) {
  out[0] = in[0] + (in[1] - 1) * in[2];
  out[1] = in[1];
  out[2] = -in[2];
  return kOk;
}

KERNEL(every_other) {
  out[0] = in[0];
  out[1] = (in[1] + 1) / 2;
  out[2] = 2 * in[2];
  return kOk;
}

KERNEL(elsewhere) {
  static double stray[4];
  out[0] = reinterpret_cast<std::int64_t>(stray);
  out[1] = 4;
  out[2] = 8;
  return kOk;
}

KERNEL(sleep_300_ms) {
  timespec time{0, 300'000'000};
  nanosleep(&time, nullptr);
  return kOk;
}

KERNEL(spin_forever) { return spin(context); }

KERNEL(spin_on_all_threads) { return runtime->parallel_for(context, spin_body, nullptr, 0, 1000, 1); }

KERNEL(fill_in_parallel) {
  return runtime->parallel_for(context, fill_body, reinterpret_cast<void*>(in[0]), 0, in[1], 64);
}

KERNEL(raise_in_parallel) { return runtime->parallel_for(context, raise_body, nullptr, 0, 1000, 10); }

KERNEL(raise_inside) {
  context->arguments[0] = in[0];
  context->arguments[1] = in[1];
  fail(context, &inner_site);
  runtime->push_frame(context, &outer_site);
  return kRaised;
}

KERNEL(raise_plainly) {
  context->arguments[0] = in[0];
  return fail(context, &plain_site);
}

KERNEL(recurse_forever) { return recurse(context, 0, out); }

KERNEL(scratch) {
  auto* block = static_cast<char*>(runtime->alloc(context, in[0]));
  if (block == nullptr) return fail(context, &plain_site);
  std::memset(block, 1, static_cast<std::size_t>(in[0]));
  out[0] = reinterpret_cast<std::int64_t>(block) % 64;
  runtime->free(context, block, in[0]);
  return kOk;
}
