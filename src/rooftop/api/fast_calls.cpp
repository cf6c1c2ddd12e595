// Operations on small arrays that need no resolution of types or shapes, and what becomes of all others.
#include <cstring>

#include "rooftop/api/detail/numbers.h"
#include "rooftop/api/detail/storage.h"
#include "rooftop/api/detail/ufunc_call.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/fast_loops.h"

namespace rooftop::detail {
namespace {

using ops::Ufunc;

/// Elements up to which one core and one call of a kernel are what is fastest.
constexpr std::int64_t kSmallSize = 4096;
/// Elements of which it is quicker to look at each than to ask the processor.
constexpr std::int64_t kTinySize = 16;
constexpr std::uint16_t kPlain = kRowMajor | kAligned;

[[maybe_unused]] const bool is_prepared = (lib::prepare_fast_loops(), true);

/// Where a kernel reads or writes.
struct Place {
  char* data;
  std::int64_t stride;
};

/// Null where the call has to be resolved: types of its own, or before this file's statics are made.
const lib::FastLoop* find_loop(Ufunc ufunc, const Block& block) {
  if (block.size > kSmallSize || (block.flags & kPlain) != kPlain) return nullptr;
  const lib::FastLoop& loop = lib::fast_loops[static_cast<std::size_t>(ufunc)][static_cast<std::size_t>(block.dtype)];
  return loop.contiguous == nullptr ? nullptr : &loop;
}

std::int64_t item_of(const Block& block) { return static_cast<std::int64_t>(size_of(block.dtype)); }

bool all_finite(const char* data, std::int64_t n) {
  const auto* const values = reinterpret_cast<const double*>(data);
  double sum = 0;  // of zeros: what is not finite makes it NaN
  for (std::int64_t i = 0; i < n; ++i) sum += values[i] - values[i];
  return sum == 0;
}

template <std::size_t Count>
void run(Ufunc ufunc, const lib::FastLoop& loop, lib::KernelEntry kernel, std::int64_t n,
         const Place (&places)[Count]) {
  char* addresses[Count];
  std::int64_t strides[Count];
  for (std::size_t k = 0; k < Count; ++k) {
    addresses[k] = places[k].data;
    strides[k] = places[k].stride;
  }
  const auto call = [&] { return lib::call_kernel(kernel, Count, addresses, strides, n); };
  if (loop.errors == ops::FloatErrors::None) {
    call();
    return;
  }
  if (loop.errors != ops::FloatErrors::Hardware) {
    const ops::Loop& types = ops::loops(ufunc)[static_cast<std::size_t>(loop.loop)];
    if (call()) note_errors(lib::errors_of_rows(ufunc, types, addresses, strides, n));
    return;
  }
  // Reading the processor's flags takes longer than a few elements do, which tell as much where all are finite. If not,
  // they are computed again.
  const Place& out = places[Count - 1];
  const bool is_new = out.data != places[0].data && out.data != places[Count - 2].data;
  if (loop.output == array::DType::F64 && n <= kTinySize && is_new) {
    call();
    if (all_finite(out.data, n)) return;
  }
  lib::clear_hardware_errors();
  call();
  note_errors(lib::hardware_errors());
}

Array run_like(Ufunc ufunc, const lib::FastLoop& loop, lib::KernelEntry kernel, const Block& like, Place x, Place y) {
  Array result = make_small_like(like, loop.output);
  const Place places[] = {x, y, {result.raw_block()->data, item_of(*result.raw_block())}};
  run(ufunc, loop, kernel, like.size, places);
  return result;
}

bool same_shape(const Block& x, const Block& y) {
  return x.rank == y.rank && std::memcmp(x.extents(), y.extents(), x.rank * sizeof(std::int64_t)) == 0;
}

/// A number that becomes an element of a float type as it is, whatever the function.
bool is_float_number(const Operand& operand, DType dtype) {
  const bool is_float = dtype == DType::Float64 || dtype == DType::Float32;
  return is_float && operand.kind() >= Operand::Kind::Int && operand.kind() <= Operand::Kind::Float;
}

/// Null: the call has to be resolved.
Array try_fast(Ufunc ufunc, const Operand& x, const Operand& y) {
  alignas(16) char number[16];
  if (x.is_array()) {
    const Block& a = x.array().block();
    const lib::FastLoop* loop = find_loop(ufunc, a);
    if (loop == nullptr) return {};
    if (y.is_array()) {
      const Block& b = y.array().block();
      if (b.dtype != a.dtype || (b.flags & kPlain) != kPlain || !same_shape(a, b)) return {};
      return run_like(ufunc, *loop, loop->contiguous, a, {a.data, item_of(a)}, {b.data, item_of(b)});
    }
    if (loop->right_scalar == nullptr || !is_float_number(y, a.dtype)) return {};
    write_number(y, inner(a.dtype), number);
    return run_like(ufunc, *loop, loop->right_scalar, a, {a.data, item_of(a)}, {number, 0});
  }
  if (!y.is_array()) return {};
  const Block& b = y.array().block();
  const lib::FastLoop* loop = find_loop(ufunc, b);
  if (loop == nullptr || loop->left_scalar == nullptr || !is_float_number(x, b.dtype)) return {};
  write_number(x, inner(b.dtype), number);
  return run_like(ufunc, *loop, loop->left_scalar, b, {number, 0}, {b.data, item_of(b)});
}

bool try_fast_in_place(Ufunc ufunc, const Array& target, const Operand& value) {
  if (!value.is_array()) return false;
  const Block& x = target.block();
  const Block& y = value.array().block();
  const lib::FastLoop* loop = find_loop(ufunc, x);
  if (loop == nullptr || loop->output != inner(x.dtype) || (x.flags & kWriteable) == 0) return false;
  // Errors that only inputs tell are not known when those are overwritten.
  if (loop->errors != ops::FloatErrors::None && loop->errors != ops::FloatErrors::Hardware) return false;
  if (y.dtype != x.dtype || (y.flags & kPlain) != kPlain || !same_shape(x, y)) return false;
  const std::int64_t bytes = x.size * item_of(x);
  if (y.data != x.data && y.data < x.data + bytes && x.data < y.data + bytes) return false;
  const Place places[] = {{x.data, item_of(x)}, {y.data, item_of(y)}, {x.data, item_of(x)}};
  run(ufunc, *loop, loop->contiguous, x.size, places);
  return true;
}

}  // namespace

Array apply(Ufunc ufunc, const Operand& x) {
  if (x.is_array()) {
    const Block& a = x.array().block();
    if (const lib::FastLoop* loop = find_loop(ufunc, a)) {
      Array result = make_small_like(a, loop->output);
      const Place places[] = {{a.data, item_of(a)}, {result.raw_block()->data, item_of(*result.raw_block())}};
      run(ufunc, *loop, loop->contiguous, a.size, places);
      return result;
    }
  }
  const Operand* const inputs[] = {&x};
  Array result;
  apply(ufunc, inputs, {}, &result);
  return result;
}

Array apply(Ufunc ufunc, const Operand& x, const Operand& y) {
  Array result = try_fast(ufunc, x, y);
  if (!result.is_null()) return result;
  const Operand* const inputs[] = {&x, &y};
  apply(ufunc, inputs, {}, &result);
  return result;
}

void apply_in_place(Ufunc ufunc, const Array& target, const Operand& value) {
  if (try_fast_in_place(ufunc, target, value)) return;
  const Operand left(target);
  const Operand* const inputs[] = {&left, &value};
  Array result;
  apply(ufunc, inputs, {.out = target}, &result);
}

}  // namespace rooftop::detail
