// Rows, parts of rows, and the tree above them.
#include "rooftop/lib/reduction.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "rooftop/array/cast.h"
#include "rooftop/array/strided_loop.h"
#include "rooftop/base/errors.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/kernels.h"
#include "rooftop/lib/pairwise.h"
#include "rooftop/runtime/context.h"
#include "rooftop/runtime/memory.h"
#include "rooftop/runtime/parallel_for.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::StridedLoop;
using array::View;

constexpr std::int64_t kPart = 8192;       ///< elements that are folded into one value of the tree
constexpr std::int64_t kSpan = 2048;       ///< neighbours that are accumulated side by side: they stay in L1
constexpr std::int64_t kCastBlock = 1024;  ///< elements that are converted at once
constexpr std::int64_t kParallelElements = 1 << 16;
constexpr std::int64_t kLeaf = 16'384;  ///< elements of a long row that a thread sums at once

/// The axes of a view that are in a set, as a view.
View select_axes(const View& view, std::uint64_t axes, Extents& storage) {
  storage.rank = 0;
  for (int i = 0; i < view.rank; ++i) {
    if ((axes >> i & 1) != 0) storage.push(view.shape[i], view.strides[i]);
  }
  return storage.view(view.dtype, view.data);
}

class Reduction {
 public:
  Reduction(ops::Ufunc ufunc, const View& in, DType accumulator, std::uint64_t axes, const View& out)
      : in_(in),
        out_(out),
        accumulator_(accumulator),
        item_(static_cast<std::int64_t>(array::size_of(out.dtype))),
        fold_(*reduction(ufunc, accumulator, out.dtype)),
        fold_values_(*reduction(ufunc, out.dtype, out.dtype)),
        combine_(kernel(ufunc, ops::loop_for(ufunc, out.dtype))),
        converts_(accumulator != in.dtype || !array::is_aligned(in)),
        is_pairwise_(ufunc == ops::Ufunc::add && accumulator == out.dtype &&
                     (array::is_float(accumulator) || array::is_complex(accumulator))),
        kept_(select_axes(in, ~axes, kept_storage_)),
        reduced_(select_axes(in, axes, reduced_storage_)) {
    const View kept_loops[] = {out_, kept_};
    kept_loop_.emplace(std::span<const View>(kept_loops));
    reduced_loop_.emplace(std::span<const View>(&reduced_, 1));
    const std::int64_t kept_stride = kept_.size() > 1 ? std::abs(kept_loop_->row_stride(1)) : INT64_MAX;
    const std::int64_t reduced_stride = reduced_.size() > 1 ? std::abs(reduced_loop_->row_stride(0)) : INT64_MAX;
    along_rows_ = reduced_stride <= kept_stride || kept_.size() == 1;
  }

  unsigned run() {
    clear_hardware_errors();
    const std::int64_t elements = in_.size();
    if (along_rows_ && kept_.size() == 1) {
      fold_all(elements);
      return errors();
    }
    const std::int64_t units = along_rows_ ? out_.size() : kept_loop_->rows() * spans();
    if (elements < kParallelElements || units < 2) {
      if (!work(0, units)) throw std::bad_alloc();
      return errors();
    }
    run_parallel(units, std::max<std::int64_t>(1, kPart * units / elements), &Reduction::work);
    return errors();
  }

 private:
  /// False when out of memory: a helper's thread must not throw.
  using Body = bool (Reduction::*)(std::int64_t, std::int64_t) const;
  struct Shared {
    const Reduction* self;
    Body body;
    std::atomic<unsigned> errors{0};
    std::atomic<bool> is_out_of_memory{false};
  };

  static std::int32_t run_body(backend::KernelContext*, void* captures, std::int64_t begin, std::int64_t end) {
    auto* shared = static_cast<Shared*>(captures);
    clear_hardware_errors();
    if (!(shared->self->*shared->body)(begin, end)) shared->is_out_of_memory.store(true, std::memory_order_relaxed);
    const unsigned errors = hardware_errors();
    if (errors != 0) shared->errors.fetch_or(errors, std::memory_order_relaxed);
    return backend::kOk;
  }

  void run_parallel(std::int64_t units, std::int64_t grain, Body body) {
    Shared shared{this, body};
    backend::KernelContext context;
    runtime::enter(context);
    runtime::parallel_for(&context, run_body, &shared, 0, units, grain);
    if (shared.is_out_of_memory.load(std::memory_order_relaxed)) throw std::bad_alloc();
    errors_ |= shared.errors.load(std::memory_order_relaxed);
  }

  unsigned errors() const {
    const bool is_inexact = array::is_float(accumulator_) || array::is_complex(accumulator_);
    return is_inexact ? (errors_ | hardware_errors()) & ~static_cast<unsigned>(kUnderflow) : 0;
  }

  bool work(std::int64_t begin, std::int64_t end) const {
    return along_rows_ ? fold_rows(begin, end) : add_rows(begin, end);
  }

  static void call(KernelEntry entry, const char* in, std::int64_t n, std::int64_t stride, char* out) {
    const std::int64_t slots[] = {reinterpret_cast<std::int64_t>(in),  n, stride,
                                  reinterpret_cast<std::int64_t>(out), 1, 0};
    entry(nullptr, slots, nullptr);
  }

  // value = a op b for one element.
  void combine(char* value, char* with) const {
    char* const addresses[] = {value, with, value};
    const std::int64_t strides[] = {item_, item_, item_};
    call_kernel(combine_.contiguous, 3, addresses, strides, 1);
  }

  // At most kPart elements of one row.
  void fold_part(const char* at, std::int64_t n, std::int64_t stride, char* value) const {
    const auto size = static_cast<std::int64_t>(array::size_of(accumulator_));
    if (is_pairwise_ && !converts_) return pairwise_sum(accumulator_, at, stride, n, value);
    if (!converts_) {
      call(stride == size ? fold_.contiguous : fold_.strided, at, n, stride, value);
      return;
    }
    if (is_pairwise_) {  // NumPy converts as many at once
      alignas(64) char all[kPart * 16];
      array::cast_loop(in_.dtype, accumulator_)(all, size, at, stride, n);
      return pairwise_sum(accumulator_, all, size, n, value);
    }
    alignas(64) char scratch[kCastBlock * 16];
    alignas(16) char values[kPart / kCastBlock][16];
    const array::CastLoop cast = array::cast_loop(in_.dtype, accumulator_);
    int blocks = 0;
    for (std::int64_t i = 0; i < n; i += kCastBlock, ++blocks) {
      const std::int64_t count = std::min(kCastBlock, n - i);
      cast(scratch, size, at + i * stride, stride, count);
      call(fold_.contiguous, scratch, count, size, values[blocks]);
    }
    std::memcpy(value, values[0], static_cast<std::size_t>(item_));
    for (int i = 1; i < blocks; ++i) combine(value, values[i]);
  }

  // The values of parts, side by side, into one: level by level; NumPy's sums in turn.
  void fold_tree(char* values, std::int64_t count, char* value) const {
    if (is_pairwise_) {
      std::memcpy(value, values, static_cast<std::size_t>(item_));
      for (std::int64_t i = 1; i < count; ++i) combine(value, values + i * item_);
      return;
    }
    while (count > kPart) {
      std::int64_t next = 0;
      for (std::int64_t i = 0; i < count; i += kPart, ++next) {
        alignas(16) char folded[16];
        call(fold_values_.contiguous, values + i * item_, std::min(kPart, count - i), item_, folded);
        std::memcpy(values + next * item_, folded, static_cast<std::size_t>(item_));
      }
      count = next;
    }
    call(fold_values_.contiguous, values, count, item_, value);
  }

  /// Elements of a part: a whole row where its halves are NumPy's.
  std::int64_t part_length() const {
    return is_pairwise_ && !converts_ ? std::max<std::int64_t>(reduced_loop_->row_length(), 1) : kPart;
  }
  std::int64_t parts_in_row() const { return (reduced_loop_->row_length() + part_length() - 1) / part_length(); }

  bool fold_parts(std::int64_t begin, std::int64_t end) const {
    const std::int64_t in_row = parts_in_row();
    const std::int64_t length = reduced_loop_->row_length();
    const std::int64_t stride = reduced_loop_->row_stride(0);
    for (std::int64_t part = begin; part < end;) {
      const std::int64_t row = part / in_row;
      const std::int64_t first = part % in_row;
      const std::int64_t last = std::min(in_row, first + end - part);
      reduced_loop_->run(row, row + 1, [&](char* const* at) {
        for (std::int64_t p = first; p < last; ++p) {
          const std::int64_t from = p * part_length();
          fold_part(at[0] + from * stride, std::min(part_length(), length - from), stride,
                    parts_ + (row * in_row + p) * item_);
        }
      });
      part += last - first;
    }
    return true;
  }

  // Everything into one value.
  void fold_all(std::int64_t elements) {
    const std::int64_t parts = reduced_loop_->rows() * parts_in_row();
    alignas(16) char value[16];
    if (parts == 1 && is_pairwise_ && !converts_ && elements >= kParallelElements) {
      reduced_loop_->run([&](char* const* at) { sum_long_row(at[0], elements, reduced_loop_->row_stride(0), value); });
    } else if (parts == 1) {
      reduced_loop_->run(
          [&](char* const* at) { fold_part(at[0], reduced_loop_->row_length(), reduced_loop_->row_stride(0), value); });
    } else {
      std::vector<char> values(static_cast<std::size_t>(parts * item_));
      parts_ = values.data();
      if (elements < kParallelElements) {
        fold_parts(0, parts);
      } else {
        run_parallel(parts, std::max<std::int64_t>(1, kPart * parts / elements), &Reduction::fold_parts);
      }
      fold_tree(parts_, parts, value);
    }
    std::memcpy(out_.data, value, static_cast<std::size_t>(item_));
  }

  // The leaves of NumPy's tree that are long enough to be worth a thread's while, and their values put together as it
  // does.
  struct Leaf {
    std::int64_t first;
    std::int64_t size;
  };
  void find_leaves(std::int64_t first, std::int64_t n, std::vector<Leaf>& leaves) const {
    if (n <= kLeaf) {
      leaves.push_back({first, n});
      return;
    }
    const std::int64_t half = pairwise_half(accumulator_, n);
    find_leaves(first, half, leaves);
    find_leaves(first + half, n - half, leaves);
  }
  void join_leaves(std::int64_t n, const char*& next, char* value) const {
    if (n <= kLeaf) {
      std::memcpy(value, next, static_cast<std::size_t>(item_));
      next += item_;
      return;
    }
    const std::int64_t half = pairwise_half(accumulator_, n);
    alignas(16) char right[16];
    join_leaves(half, next, value);
    join_leaves(n - half, next, right);
    combine(value, right);
  }
  void sum_long_row(const char* at, std::int64_t n, std::int64_t stride, char* value) {
    std::vector<Leaf> leaves;
    find_leaves(0, n, leaves);
    std::vector<char> values(leaves.size() * static_cast<std::size_t>(item_));
    leaves_ = leaves.data();
    parts_ = values.data();
    row_ = at;
    row_stride_ = stride;
    run_parallel(static_cast<std::int64_t>(leaves.size()), 1, &Reduction::sum_leaves);
    const char* next = values.data();
    join_leaves(n, next, value);
  }
  bool sum_leaves(std::int64_t begin, std::int64_t end) const {
    for (std::int64_t i = begin; i < end; ++i) {
      pairwise_sum(accumulator_, row_ + leaves_[i].first * row_stride_, row_stride_, leaves_[i].size,
                   parts_ + i * item_);
    }
    return true;
  }

  // One value for each of the elements [begin, end) of the result, in the order of its loop. False when out of memory.
  bool fold_rows(std::int64_t begin, std::int64_t end) const {
    const std::int64_t in_row = kept_loop_->row_length();
    const std::int64_t length = reduced_loop_->row_length();
    const std::int64_t stride = reduced_loop_->row_stride(0);
    const std::int64_t parts = reduced_loop_->rows() * parts_in_row();
    const auto bytes = static_cast<std::size_t>(parts * item_);
    const auto give_back = [bytes](char* block) { runtime::release(block, bytes); };
    std::unique_ptr<char, decltype(give_back)> values(nullptr, give_back);
    if (parts > 1) {
      values.reset(static_cast<char*>(runtime::allocate(bytes)));
      if (values == nullptr) return false;
    }
    for (std::int64_t i = begin; i < end;) {
      const std::int64_t row = i / in_row;
      const std::int64_t first = i % in_row;
      const std::int64_t last = std::min(in_row, first + end - i);
      kept_loop_->run(row, row + 1, [&](char* const* at) {
        for (std::int64_t j = first; j < last; ++j) {
          fold_one(at[1] + j * kept_loop_->row_stride(1), length, stride, at[0] + j * kept_loop_->row_stride(0),
                   values.get());
        }
      });
      i += last - first;
    }
    return true;
  }

  void fold_one(const char* base, std::int64_t length, std::int64_t stride, char* to, char* values) const {
    alignas(16) char value[16];
    if (values == nullptr) {
      fold_part(base, length, stride, value);
    } else {
      char* next = values;
      const char* const origin = reduced_.data;
      reduced_loop_->run([&](char* const* at) {
        const char* row = base + (at[0] - origin);
        for (std::int64_t from = 0; from < length; from += part_length(), next += item_) {
          fold_part(row + from * stride, std::min(part_length(), length - from), stride, next);
        }
      });
      fold_tree(values, (next - values) / item_, value);
    }
    std::memcpy(to, value, static_cast<std::size_t>(item_));
  }

  std::int64_t spans() const { return (kept_loop_->row_length() + kSpan - 1) / kSpan; }

  // Rows of the result, a span at a time: row += row of the input, for each of the reduced indices.
  bool add_rows(std::int64_t begin, std::int64_t end) const {
    for (std::int64_t unit = begin; unit < end; ++unit) {
      const std::int64_t row = unit / spans();
      const std::int64_t from = unit % spans() * kSpan;
      const std::int64_t n = std::min(kSpan, kept_loop_->row_length() - from);
      kept_loop_->run(row, row + 1, [&](char* const* at) {
        add_span(at[0] + from * kept_loop_->row_stride(0), at[1] + from * kept_loop_->row_stride(1), n);
      });
    }
    return true;
  }

  void add_span(char* to, const char* from, std::int64_t n) const {
    alignas(64) char sums[kSpan * 16];
    alignas(64) char scratch[kSpan * 16];
    const std::int64_t in_stride = kept_loop_->row_stride(1);
    const array::CastLoop cast = array::cast_loop(in_.dtype, out_.dtype);
    const bool is_plain = in_.dtype == out_.dtype && !converts_;
    const char* const origin = reduced_.data;
    bool is_first = true;
    reduced_loop_->run([&](char* const* at) {
      for (std::int64_t i = 0; i < reduced_loop_->row_length(); ++i) {
        const char* row = from + (at[0] + i * reduced_loop_->row_stride(0) - origin);
        if (is_first) {
          cast(sums, item_, row, in_stride, n);
          is_first = false;
          continue;
        }
        std::int64_t stride = in_stride;
        if (!is_plain) {
          cast(scratch, item_, row, in_stride, n);
          row = scratch;
          stride = item_;
        }
        char* const addresses[] = {sums, const_cast<char*>(row), sums};
        const std::int64_t strides[] = {item_, stride, item_};
        call_kernel(stride == item_ ? combine_.contiguous : combine_.strided, 3, addresses, strides, n);
      }
    });
    array::cast_loop(out_.dtype, out_.dtype)(to, kept_loop_->row_stride(0), sums, item_, n);
  }

  const View in_;
  const View out_;
  const DType accumulator_;
  const std::int64_t item_;  ///< bytes of a value
  const ReductionSet& fold_;
  const ReductionSet& fold_values_;
  const KernelSet& combine_;
  const bool converts_;
  const bool is_pairwise_;  ///< a sum of floats, in NumPy's order
  Extents kept_storage_;
  Extents reduced_storage_;
  const View kept_;
  const View reduced_;
  std::optional<StridedLoop> kept_loop_;
  std::optional<StridedLoop> reduced_loop_;
  bool along_rows_ = true;
  char* parts_ = nullptr;
  const Leaf* leaves_ = nullptr;
  const char* row_ = nullptr;
  std::int64_t row_stride_ = 0;
  unsigned errors_ = 0;
};

}  // namespace

DType output_of_reduction(ops::Ufunc ufunc, DType input) {
  using ops::Ufunc;
  if (ufunc == Ufunc::add || ufunc == Ufunc::multiply) {
    if (array::is_bool(input) || array::is_signed(input)) return DType::I64;
    if (array::is_unsigned(input)) return DType::U64;
  }
  return ufunc == Ufunc::logical_and || ufunc == Ufunc::logical_or ? DType::Bool : input;
}

bool can_reduce(ops::Ufunc ufunc, DType input, DType output) {
  return reduction(ufunc, input, output) != nullptr && reduction(ufunc, output, output) != nullptr;
}

unsigned reduce(ops::Ufunc ufunc, const View& in, DType accumulator, std::uint64_t axes, const View& out) {
  return Reduction(ufunc, in, accumulator, axes, out).run();
}

}  // namespace rooftop::lib
