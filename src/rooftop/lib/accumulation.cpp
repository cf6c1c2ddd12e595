// Lines along the axis, or rows across it where these are what lies side by side in memory.
#include "rooftop/lib/accumulation.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "rooftop/array/cast.h"
#include "rooftop/array/strided_loop.h"
#include "rooftop/lib/chain.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/pairwise.h"
#include "rooftop/lib/parallel_errors.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::StridedLoop;
using array::View;

constexpr std::int64_t kSpan = 1024;  ///< neighbours of a row that are computed side by side: they stay in L1
constexpr std::int64_t kParallelElements = 1 << 16;
/// So few elements in a row cost more than as many rows of so many, wherever they lie in memory.
constexpr std::int64_t kFew = 4, kLong = 32;

/// The view at index 0 of an axis.
View first_along(const View& view, int axis, Extents& storage) {
  storage = Extents(view);
  storage.shape[axis] = 1;
  return storage.view(view.dtype, view.data);
}

/// The elements beside the axis, as a walk over the output and the input at index 0.
class Beside {
 public:
  explicit Beside(const AlongAxis& call)
      : loop_(std::initializer_list<View>{first_along(call.out, call.axis, out_),
                                          first_along(call.in, call.axis, in_)}) {}
  const StridedLoop& loop() const { return loop_; }
  std::int64_t lines() const { return loop_.rows() * loop_.row_length(); }

  /// Calls `line(out, in)` for the lines [begin, end).
  template <typename Line>
  void run(std::int64_t begin, std::int64_t end, Line line) const {
    const std::int64_t in_row = loop_.row_length();
    for (std::int64_t i = begin; i < end;) {
      const std::int64_t first = i % in_row;
      const std::int64_t last = std::min(in_row, first + end - i);
      loop_.run(i / in_row, i / in_row + 1, [&](char* const* at) {
        for (std::int64_t j = first; j < last; ++j) {
          line(at[0] + j * loop_.row_stride(0), at[1] + j * loop_.row_stride(1));
        }
      });
      i += last - first;
    }
  }

 private:
  Extents out_, in_;
  StridedLoop loop_;
};

class Accumulation {
 public:
  explicit Accumulation(const AlongAxis& call)
      : chain_(call.ufunc, call.loop),
        beside_(call),
        n_(call.in.shape[call.axis]),
        item_(static_cast<std::int64_t>(array::size_of(call.out.dtype))),
        in_step_(call.in.strides[call.axis]),
        out_step_(call.out.strides[call.axis]),
        copy_(array::cast_loop(call.out.dtype, call.out.dtype)) {
    const std::int64_t in_row = beside_.loop().row_length();
    const bool are_lines_long = in_row <= kFew && n_ >= kLong, are_rows_long = n_ <= kFew && in_row >= kLong;
    const bool lie_along = std::abs(out_step_) <= std::abs(beside_.loop().row_stride(0));
    along_lines_ = beside_.lines() == 1 || are_lines_long || (lie_along && !are_rows_long);
  }

  unsigned run() {
    const std::int64_t elements = n_ * beside_.lines();
    const std::int64_t units = along_lines_ ? beside_.lines() : beside_.loop().rows() * spans();
    if (elements < kParallelElements || units < 2) return work(0, units);
    return parallel_errors(units, std::max<std::int64_t>(1, kParallelElements / 4 * units / elements),
                           [this](std::int64_t begin, std::int64_t end) { return work(begin, end); });
  }

 private:
  std::int64_t spans() const { return (beside_.loop().row_length() + kSpan - 1) / kSpan; }

  unsigned work(std::int64_t begin, std::int64_t end) const {
    const ErrorWatch watch(chain_);
    unsigned errors = 0;
    if (along_lines_) {
      beside_.run(begin, end, [&](char* out, const char* in) {
        std::memmove(out, in, static_cast<std::size_t>(item_));
        errors |= chain_.accumulate(out, in + in_step_, in_step_, out + out_step_, out_step_, n_ - 1);
      });
      return errors | watch.errors();
    }
    const StridedLoop& loop = beside_.loop();
    for (std::int64_t unit = begin; unit < end; ++unit) {
      const std::int64_t from = unit % spans() * kSpan;
      const std::int64_t count = std::min(kSpan, loop.row_length() - from);
      loop.run(unit / spans(), unit / spans() + 1, [&](char* const* at) {
        errors |= rows(at[0] + from * loop.row_stride(0), at[1] + from * loop.row_stride(1), count);
      });
    }
    return errors | watch.errors();
  }

  unsigned rows(char* out, const char* in, std::int64_t count) const {
    const std::int64_t out_stride = beside_.loop().row_stride(0), in_stride = beside_.loop().row_stride(1);
    if (out != in) copy_(out, out_stride, in, in_stride, count);
    unsigned errors = 0;
    for (std::int64_t i = 1; i < n_; ++i) {
      errors |= chain_.apply({out + (i - 1) * out_step_, out_stride}, {in + i * in_step_, in_stride},
                             {out + i * out_step_, out_stride}, count);
    }
    return errors;
  }

  const Chain chain_;
  const Beside beside_;
  const std::int64_t n_;
  const std::int64_t item_;
  const std::int64_t in_step_, out_step_;
  const array::CastLoop copy_;
  bool along_lines_ = true;
};

class Slices {
 public:
  Slices(const AlongAxis& call, std::span<const std::int64_t> starts)
      : chain_(call.ufunc, call.loop),
        beside_(call),
        starts_(starts),
        n_(call.in.shape[call.axis]),
        dtype_(call.out.dtype),
        item_(static_cast<std::int64_t>(array::size_of(dtype_))),
        in_step_(call.in.strides[call.axis]),
        out_step_(call.out.strides[call.axis]),
        is_inexact_(array::is_float(dtype_) || array::is_complex(dtype_)),
        is_pairwise_(call.ufunc == ops::Ufunc::add && is_inexact_) {
    // Products of floats round in the order of elements here, as NumPy's do; the rest has an exact result.
    const bool has_order = is_inexact_ && call.ufunc == ops::Ufunc::multiply;
    if (!has_order) fold_ = reduction(call.ufunc, dtype_, dtype_);
  }

  unsigned run() {
    const std::int64_t elements = n_ * beside_.lines();
    const auto count = static_cast<std::int64_t>(starts_.size());
    const std::int64_t units = beside_.lines() * count;
    if (elements < kParallelElements || units < 2) return work(0, units);
    return parallel_errors(units, std::max<std::int64_t>(1, kParallelElements / 4 * units / elements),
                           [this](std::int64_t begin, std::int64_t end) { return work(begin, end); });
  }

 private:
  // A unit is a slice of a line.
  unsigned work(std::int64_t begin, std::int64_t end) const {
    const ErrorWatch watch(chain_);
    const auto count = static_cast<std::int64_t>(starts_.size());
    unsigned errors = 0;
    for (std::int64_t unit = begin; unit < end;) {
      const std::int64_t line = unit / count, first = unit % count;
      const std::int64_t last = std::min(count, first + end - unit);
      beside_.run(line, line + 1, [&](char* out, const char* in) {
        for (std::int64_t j = first; j < last; ++j) errors |= slice(in, j, out + j * out_step_);
      });
      unit += last - first;
    }
    return errors | watch.errors();
  }

  unsigned slice(const char* in, std::int64_t j, char* out) const {
    const std::int64_t from = starts_[static_cast<std::size_t>(j)];
    const bool is_last = j + 1 == static_cast<std::int64_t>(starts_.size());
    const std::int64_t count = (is_last ? n_ : starts_[static_cast<std::size_t>(j) + 1]) - from;
    const char* at = in + from * in_step_;
    std::memcpy(out, at, static_cast<std::size_t>(item_));
    if (count <= 1) return 0;
    if (is_pairwise_) {
      pairwise_add(dtype_, at + in_step_, in_step_, count - 1, out);
      return 0;
    }
    if (fold_ == nullptr) return chain_.accumulate(out, at + in_step_, in_step_, out, 0, count - 1);
    call_fold(in_step_ == item_ ? fold_->contiguous : fold_->strided, at, count, in_step_, out);
    return 0;
  }

  const Chain chain_;
  const Beside beside_;
  const std::span<const std::int64_t> starts_;
  const std::int64_t n_;
  const DType dtype_;
  const std::int64_t item_;
  const std::int64_t in_step_, out_step_;
  const bool is_inexact_;
  const bool is_pairwise_;
  const ReductionSet* fold_ = nullptr;
};

/// One line, with nothing beside it to walk over.
unsigned accumulate_vector(const AlongAxis& call) {
  const Chain chain(call.ufunc, call.loop);
  const ErrorWatch watch(chain);
  const std::int64_t in_step = call.in.strides[0], out_step = call.out.strides[0];
  std::memmove(call.out.data, call.in.data, array::size_of(call.out.dtype));
  const unsigned errors = chain.accumulate(call.out.data, call.in.data + in_step, in_step, call.out.data + out_step,
                                           out_step, call.in.shape[0] - 1);
  return errors | watch.errors();
}

}  // namespace

unsigned accumulate(const AlongAxis& call) {
  if (call.in.size() == 0) return 0;
  return call.in.rank == 1 ? accumulate_vector(call) : Accumulation(call).run();
}

unsigned reduce_slices(const AlongAxis& call, std::span<const std::int64_t> starts) {
  return call.in.size() == 0 || starts.empty() ? 0 : Slices(call, starts).run();
}

}  // namespace rooftop::lib
