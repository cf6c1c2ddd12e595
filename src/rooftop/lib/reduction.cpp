// Rows, parts of rows, and the tree above them.
#include "rooftop/lib/reduction.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <vector>

#include "rooftop/array/cast.h"
#include "rooftop/array/strided_loop.h"
#include "rooftop/base/errors.h"
#include "rooftop/lib/chain.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/kernels.h"
#include "rooftop/lib/long_sum.h"
#include "rooftop/lib/narrow_reduction.h"
#include "rooftop/lib/narrow_sums.h"
#include "rooftop/lib/pairwise.h"
#include "rooftop/lib/parallel_errors.h"
#include "rooftop/runtime/num_threads.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::StridedLoop;
using array::View;

constexpr std::int64_t kPart = 8192;  ///< elements that are folded into one value of the tree
constexpr std::int64_t kSpan = 2048;  ///< neighbours that are accumulated side by side: they stay in L1
constexpr std::int64_t kLeastGathered = 64;
/// Elements of a row from which it is folded by itself, and of a column from which several are taken side by side.
constexpr std::int64_t kLeastRow = 8;
constexpr std::int64_t kLeastColumn = 32;
constexpr std::int64_t kLeastSpan = 512;
constexpr std::int64_t kCastBlock = 1024;  ///< elements that are converted at once
constexpr std::int64_t kParallelElements = 1 << 16;

/// Memory for the values of a row's parts. It is not C++'s: that throws inside even where it promises not to.
class PartValues {
 public:
  char* data() const { return data_.get(); }
  bool make_room(std::int64_t bytes) {
    if (bytes <= bytes_) return true;
    data_.reset(static_cast<char*>(std::malloc(static_cast<std::size_t>(bytes))));
    bytes_ = data_ == nullptr ? 0 : bytes;
    return data_ != nullptr;
  }

 private:
  struct Free {
    void operator()(char* block) const { std::free(block); }
  };
  std::unique_ptr<char, Free> data_;
  std::int64_t bytes_ = 0;
};

class Reduction {
 public:
  Reduction(ops::Ufunc ufunc, const View& in, DType accumulator, std::uint64_t axes, const View& out, bool continues)
      : in_(in),
        out_(out),
        accumulator_(accumulator),
        continues_(continues),
        item_(static_cast<std::int64_t>(array::size_of(out.dtype))),
        fold_(reduction(ufunc, accumulator, out.dtype)),
        fold_values_(reduction(ufunc, out.dtype, out.dtype)),
        chain_(ufunc, ops::loop_for(ufunc, out.dtype)),
        converts_(accumulator != in.dtype || !array::is_aligned(in)),
        is_pairwise_(ufunc == ops::Ufunc::add && accumulator == out.dtype &&
                     (array::is_float(accumulator) || array::is_complex(accumulator))),
        is_test_(ufunc == ops::Ufunc::logical_and || ufunc == ops::Ufunc::logical_or),
        decisive_(ufunc == ops::Ufunc::logical_or ? 1 : 0),
        kept_(select_axes(in, ~axes, kept_storage_)),
        reduced_(select_axes(in, axes, reduced_storage_)) {
    const View kept_loops[] = {out_, kept_};
    kept_loop_.emplace(std::span<const View>(kept_loops));
    reduced_loop_.emplace(std::span<const View>(&reduced_, 1));
    const std::int64_t kept_stride = kept_.size() > 1 ? std::abs(kept_loop_->row_stride(1)) : INT64_MAX;
    const std::int64_t reduced_stride = reduced_.size() > 1 ? std::abs(reduced_loop_->row_stride(0)) : INT64_MAX;
    along_rows_ = (reduced_stride <= kept_stride && !has_short_rows()) || kept_.size() == 1;
    // Even parts of a row, one for each thread at least, and long enough to be read as a stream.
    if (!along_rows_ && kept_loop_->row_length() > kLeastSpan) {
      const std::int64_t part = kept_loop_->row_length() / std::max(runtime::num_threads(), 1) / 64 * 64 + 64;
      span_ = std::clamp(part, kLeastSpan, kSpan);
    }
  }

  unsigned run() {
    clear_hardware_errors();
    const std::int64_t elements = in_.size();
    if (along_rows_ && kept_.size() == 1) {
      fold_ == nullptr ? fold_chain(in_.data, out_.data) : fold_all(elements);
      return errors();
    }
    const std::int64_t units = along_rows_ ? out_.size() : kept_loop_->rows() * spans();
    if (elements < kParallelElements || units < 2) {
      errors_ |= work(0, units);
      if ((errors_ & kOutOfMemory) != 0) throw std::bad_alloc();
      return errors();
    }
    run_parallel(units, std::max<std::int64_t>(1, kPart * units / elements),
                 [](const Reduction& self, std::int64_t begin, std::int64_t end) { return self.work(begin, end); });
    return errors();
  }

 private:
  using Body = unsigned (*)(const Reduction&, std::int64_t, std::int64_t);

  void run_parallel(std::int64_t units, std::int64_t grain, Body body) {
    errors_ |= parallel_errors(units, grain, [this, body](std::int64_t begin, std::int64_t end) {
      clear_hardware_errors();
      return body(*this, begin, end) | hardware_errors();
    });
  }

  unsigned errors() const {
    const bool is_inexact = array::is_float(accumulator_) || array::is_complex(accumulator_);
    return is_inexact ? (errors_ | hardware_errors()) & ~static_cast<unsigned>(kUnderflow) : 0;
  }

  /// Whether many rows of a few elements are to be folded: column by column, they are long. So few are summed up one
  /// after the other in NumPy's order, too, but what is there already is added to their sum.
  bool has_short_rows() const {
    const std::int64_t least = array::is_complex(out_.dtype) ? kLeastRow / 2 : kLeastRow;  // parts are counted
    return reduced_loop_->rows() == 1 && reduced_loop_->row_length() < least && accumulator_ == out_.dtype &&
           !array::is_half(accumulator_) && !(is_pairwise_ && continues_) && kept_loop_->row_length() >= kLeastColumn;
  }

  /// Returns the errors that the processor does not flag, and kOutOfMemory.
  unsigned work(std::int64_t begin, std::int64_t end) const {
    return along_rows_ ? fold_rows(begin, end) : add_rows(begin, end);
  }

  void combine(char* value, const char* with) const { chain_.apply({value, 0}, {with, 0}, {value, 0}, 1); }

  /// Whether the others cannot change it: one false of all, one true of any.
  bool decides(const char* value) const { return is_test_ && *value == decisive_; }

  // At most kPart elements of one row.
  void fold_part(const char* at, std::int64_t n, std::int64_t stride, char* value) const {
    const auto size = static_cast<std::int64_t>(array::size_of(accumulator_));
    if (is_pairwise_ && !converts_) return pairwise_sum(accumulator_, at, stride, n, value);
    if (!converts_ && (stride == size || n < kLeastGathered)) {
      call_fold(stride == size ? fold_->contiguous : fold_->strided, at, n, stride, value);
      return;
    }
    if (!converts_) {  // reading with gaps is what takes time, so it is done apart: the fold is the same
      alignas(64) char all[kPart * 16];
      array::cast_loop(accumulator_, accumulator_)(all, size, at, stride, n);
      return call_fold(fold_->contiguous, all, n, size, value);
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
      call_fold(fold_->contiguous, scratch, count, size, values[blocks]);
    }
    std::memcpy(value, values[0], static_cast<std::size_t>(item_));
    for (int i = 1; i < blocks; ++i) combine(value, values[i]);
  }

  // A value into an element of the result.
  void put(const char* value, char* to) const {
    if (continues_) return combine(to, value);
    std::memcpy(to, value, static_cast<std::size_t>(item_));
    if (is_pairwise_) add_zero(out_.dtype, to, 1);
  }

  // The values of parts, side by side, into an element: level by level; NumPy's sums in turn.
  void fold_tree(char* values, std::int64_t count, char* to) const {
    if (is_pairwise_) {
      put(values, to);
      for (std::int64_t i = 1; i < count; ++i) combine(to, values + i * item_);
      return;
    }
    while (count > kPart) {
      std::int64_t next = 0;
      for (std::int64_t i = 0; i < count; i += kPart, ++next) {
        alignas(16) char folded[16];
        call_fold(fold_values_->contiguous, values + i * item_, std::min(kPart, count - i), item_, folded);
        std::memcpy(values + next * item_, folded, static_cast<std::size_t>(item_));
      }
      count = next;
    }
    alignas(16) char value[16];
    call_fold(fold_values_->contiguous, values, count, item_, value);
    put(value, to);
  }

  // A function without folds of its own: from one element to the next, in order.
  void fold_chain(const char* base, char* to) const {
    const std::int64_t offset = base - reduced_.data;
    bool goes_on = continues_;
    reduced_loop_->run([&](char* const* at) {
      chain_.fold({at[0] + offset, reduced_loop_->row_stride(0)}, in_.dtype, converts_, reduced_loop_->row_length(), to,
                  goes_on);
      goes_on = true;
    });
  }

  /// Elements of a part: a whole row where its halves are NumPy's.
  std::int64_t part_length() const {
    return is_pairwise_ && !converts_ ? std::max<std::int64_t>(reduced_loop_->row_length(), 1) : kPart;
  }
  std::int64_t parts_in_row() const { return (reduced_loop_->row_length() + part_length() - 1) / part_length(); }

  void fold_parts(std::int64_t begin, std::int64_t end) const {
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
          char* value = parts_ + (row * in_row + p) * item_;
          if (is_decided_.load(std::memory_order_relaxed)) {
            *value = decisive_;
            continue;
          }
          fold_part(at[0] + from * stride, std::min(part_length(), length - from), stride, value);
          if (decides(value)) is_decided_.store(true, std::memory_order_relaxed);
        }
      });
      part += last - first;
    }
  }

  // Everything into one value.
  void fold_all(std::int64_t elements) {
    const std::int64_t parts = reduced_loop_->rows() * parts_in_row();
    alignas(16) char value[16];
    if (parts == 1 && is_pairwise_ && !converts_ && elements >= kParallelElements) {
      reduced_loop_->run([&](char* const* at) {
        errors_ |= sum_long_row(accumulator_, at[0], reduced_loop_->row_stride(0), elements, value);
      });
    } else if (parts == 1) {
      reduced_loop_->run(
          [&](char* const* at) { fold_part(at[0], reduced_loop_->row_length(), reduced_loop_->row_stride(0), value); });
    } else {
      std::vector<char> values(static_cast<std::size_t>(parts * item_));
      parts_ = values.data();
      fold_parts(0, 1);  // which may be all that is needed
      if (elements < kParallelElements || is_decided_) {
        fold_parts(1, parts);
      } else {
        run_parallel(parts - 1, std::max<std::int64_t>(1, kPart * parts / elements),
                     [](const Reduction& self, std::int64_t begin, std::int64_t end) {
                       self.fold_parts(begin + 1, end + 1);
                       return 0U;
                     });
      }
      return fold_tree(values.data(), parts, out_.data);
    }
    put(value, out_.data);
  }

  // One value for each of the elements [begin, end) of the result, in the order of its loop.
  unsigned fold_rows(std::int64_t begin, std::int64_t end) const {
    const std::int64_t in_row = kept_loop_->row_length();
    const std::int64_t length = reduced_loop_->row_length();
    const std::int64_t stride = reduced_loop_->row_stride(0);
    PartValues values;
    bool has_memory = true;
    for (std::int64_t i = begin; i < end;) {
      const std::int64_t row = i / in_row;
      const std::int64_t first = i % in_row;
      const std::int64_t last = std::min(in_row, first + end - i);
      kept_loop_->run(row, row + 1, [&](char* const* at) {
        for (std::int64_t j = first; j < last && has_memory; ++j) {
          has_memory = fold_one(at[1] + j * kept_loop_->row_stride(1), length, stride,
                                at[0] + j * kept_loop_->row_stride(0), values);
        }
      });
      i += last - first;
    }
    return has_memory ? 0 : kOutOfMemory;
  }

  // False without memory.
  bool fold_one(const char* base, std::int64_t length, std::int64_t stride, char* to, PartValues& values) const {
    if (fold_ == nullptr) {
      fold_chain(base, to);
    } else if (reduced_loop_->rows() == 1 && length <= part_length() && continues_ && is_pairwise_ && !converts_) {
      pairwise_add(accumulator_, base, stride, length, to);
    } else if (reduced_loop_->rows() == 1 && length <= part_length()) {
      alignas(16) char value[16];
      fold_part(base, length, stride, value);
      put(value, to);
    } else {
      const std::int64_t in_row = parts_in_row();
      if (!values.make_room(reduced_loop_->rows() * in_row * item_)) return false;
      char* next = values.data();
      bool is_done = false;
      const char* const origin = reduced_.data;
      reduced_loop_->run([&](char* const* at) {
        const char* row = base + (at[0] - origin);
        for (std::int64_t from = 0; from < length && !is_done; from += part_length(), next += item_) {
          fold_part(row + from * stride, std::min(part_length(), length - from), stride, next);
          is_done = decides(next);
        }
      });
      fold_tree(values.data(), (next - values.data()) / item_, to);
    }
    return true;
  }

  std::int64_t spans() const { return (kept_loop_->row_length() + span_ - 1) / span_; }

  // Rows of the result, a span at a time: row += row of the input, for each of the reduced indices.
  unsigned add_rows(std::int64_t begin, std::int64_t end) const {
    unsigned errors = 0;
    for (std::int64_t unit = begin; unit < end; ++unit) {
      const std::int64_t row = unit / spans();
      const std::int64_t from = unit % spans() * span_;
      const std::int64_t n = std::min(span_, kept_loop_->row_length() - from);
      kept_loop_->run(row, row + 1, [&](char* const* at) {
        errors |= add_span(at[0] + from * kept_loop_->row_stride(0), at[1] + from * kept_loop_->row_stride(1), n);
      });
    }
    return errors;
  }

  unsigned add_span(char* to, const char* from, std::int64_t n) const {
    alignas(64) char sums[kSpan * 16];
    alignas(64) char scratch[kSpan * 16];
    alignas(64) char kept[kSpan * 16];
    unsigned errors = 0;
    const std::int64_t in_stride = kept_loop_->row_stride(1);
    const array::CastLoop cast = array::cast_loop(in_.dtype, out_.dtype);
    const bool is_plain = in_.dtype == out_.dtype && !converts_;
    const char* const origin = reduced_.data;
    const array::CastLoop keep = array::cast_loop(out_.dtype, out_.dtype);
    bool is_first = !continues_;
    if (continues_) keep(sums, item_, to, kept_loop_->row_stride(0), n);
    reduced_loop_->run([&](char* const* at) {
      const std::int64_t length = reduced_loop_->row_length(), step = reduced_loop_->row_stride(0);
      const char* next = from + (at[0] - origin);
      std::int64_t i = 0;
      if (is_first) {
        cast(sums, item_, next, in_stride, n);
        if (is_pairwise_) add_zero(out_.dtype, sums, n);
        is_first = false;
        next += step;
        ++i;
      }
      if (is_pairwise_ && is_plain && add_narrow_rows(out_.dtype, sums, n, next, in_stride, step, length - i)) return;
      for (; i < length; ++i, next += step) {
        const char* row = next;
        if (!is_plain || in_stride != item_) {
          cast(scratch, item_, row, in_stride, n);
          row = scratch;
        }
        const char* before = sums;
        if (chain_.searches()) {  // for errors, in what was there before
          std::memcpy(kept, sums, static_cast<std::size_t>(n * item_));
          before = kept;
        }
        errors |= chain_.apply({before, item_}, {row, item_}, {sums, item_}, n);
      }
    });
    keep(to, kept_loop_->row_stride(0), sums, item_, n);
    return errors;
  }

  const View in_;
  const View out_;
  const DType accumulator_;
  const bool continues_;
  const std::int64_t item_;         ///< bytes of a value
  const ReductionSet* const fold_;  ///< null: only chain_ can do it
  const ReductionSet* const fold_values_;
  const Chain chain_;
  const bool converts_;
  const bool is_pairwise_;  ///< a sum of floats, in NumPy's order
  const bool is_test_;      ///< all or any
  const char decisive_;
  Extents kept_storage_;
  Extents reduced_storage_;
  const View kept_;
  const View reduced_;
  std::optional<StridedLoop> kept_loop_;
  std::optional<StridedLoop> reduced_loop_;
  bool along_rows_ = true;
  std::int64_t span_ = kLeastSpan;  ///< neighbours in a row of the result that are accumulated side by side
  mutable std::atomic<bool> is_decided_{false};
  char* parts_ = nullptr;
  unsigned errors_ = 0;
};

}  // namespace

DType output_of_reduction(ops::Ufunc ufunc, DType input) {
  using ops::Ufunc;
  if (ufunc == Ufunc::add || ufunc == Ufunc::multiply) {
    if (array::is_bool(input) || array::is_signed(input)) return DType::I64;
    if (array::is_unsigned(input)) return DType::U64;
  }
  const bool is_logic = ufunc == Ufunc::logical_and || ufunc == Ufunc::logical_or || ufunc == Ufunc::logical_xor;
  return is_logic ? DType::Bool : input;
}

bool can_reduce(ops::Ufunc ufunc, DType input, DType output) {
  if (reduction(ufunc, input, output) != nullptr && reduction(ufunc, output, output) != nullptr) return true;
  if (input != output || ops::info(ufunc).inputs != 2) return false;
  const int loop = ops::loop_for(ufunc, output);
  if (loop < 0) return false;
  const ops::Loop& types = ops::loops(ufunc)[static_cast<std::size_t>(loop)];
  // Halves are folded in float32 and rounded once, which chains do not do.
  const bool rounds_once = array::is_half(output) && ops::info(ufunc).flops > 0;
  return types.types[0] == output && ops::is_chained(ufunc, types) && !rounds_once;
}

bool is_reorderable(ops::Ufunc ufunc) {
  switch (ufunc) {
    case ops::Ufunc::minimum:
    case ops::Ufunc::maximum:
    case ops::Ufunc::fmin:
    case ops::Ufunc::fmax:
      return true;
    default:
      return ops::info(ufunc).is_commutative() && ops::info(ufunc).identity != ops::Identity::None;
  }
}

unsigned reduce(ops::Ufunc ufunc, const View& in, DType accumulator, std::uint64_t axes, const View& out,
                bool continues) {
  if (const std::optional<unsigned> errors = reduce_narrow(ufunc, in, accumulator, axes, out, continues))
    return *errors;
  return Reduction(ufunc, in, accumulator, axes, out, continues).run();
}

}  // namespace rooftop::lib
