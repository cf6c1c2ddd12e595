// Folds of the elements that a mask names: run by run along the rows of memory, or row by row across them.
#include <algorithm>
#include <cstdlib>
#include <optional>

#include "rooftop/array/cast.h"
#include "rooftop/array/strided_loop.h"
#include "rooftop/lib/chain.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/pairwise.h"
#include "rooftop/lib/parallel_errors.h"
#include "rooftop/lib/reduction.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::StridedLoop;
using array::View;

constexpr std::int64_t kBlock = 8192;  ///< elements that are converted at once, as NumPy does: its runs end there too
constexpr std::int64_t kParallelElements = 1 << 16;

class MaskedReduction {
 public:
  MaskedReduction(ops::Ufunc ufunc, const View& in, const View& where, std::uint64_t axes, const View& out)
      : chain_(ufunc, ops::loop_for(ufunc, out.dtype)),
        fold_(reduction(ufunc, out.dtype, out.dtype)),
        in_(in),
        out_(out),
        item_(static_cast<std::int64_t>(array::size_of(out.dtype))),
        converts_(in.dtype != out.dtype || !array::is_aligned(in)),
        is_pairwise_(ufunc == ops::Ufunc::add && (array::is_float(out.dtype) || array::is_complex(out.dtype))) {
    const View kept[] = {out, select_axes(in, ~axes, storage_[0]), select_axes(where, ~axes, storage_[1])};
    const View reduced[] = {select_axes(in, axes, storage_[2]), select_axes(where, axes, storage_[3])};
    kept_.emplace(std::span<const View>(kept));
    reduced_.emplace(std::span<const View>(reduced));
    const bool has_kept = kept_->rows() * kept_->row_length() > 1;
    along_rows_ = !has_kept || std::abs(reduced_->row_stride(0)) <= std::abs(kept_->row_stride(1));
  }

  unsigned run() {
    const std::int64_t units = kept_->rows() * (along_rows_ ? kept_->row_length() : 1);
    if (in_.size() < kParallelElements || units < 2) return work(0, units);
    return parallel_errors(units, std::max<std::int64_t>(1, kParallelElements / 4 * units / in_.size()),
                           [this](std::int64_t begin, std::int64_t end) { return work(begin, end); });
  }

 private:
  unsigned work(std::int64_t begin, std::int64_t end) const {
    const ErrorWatch watch(chain_);
    unsigned errors = 0;
    if (along_rows_) {
      const std::int64_t in_row = kept_->row_length();
      for (std::int64_t i = begin; i < end; ++i) {
        kept_->run(i / in_row, i / in_row + 1, [&](char* const* at) {
          const auto place = [&](int k) { return at[k] + i % in_row * kept_->row_stride(k); };
          errors |= fold_rows(place(0), place(1), place(2));
        });
      }
    } else {
      kept_->run(begin, end, [&](char* const* at) { errors |= add_rows(at[0], at[1], at[2]); });
    }
    return errors | watch.errors();
  }

  // One element of the result; `in` and `where` are where the reduced indices are 0.
  unsigned fold_rows(char* to, const char* in, const char* where) const {
    const std::int64_t length = reduced_->row_length();
    const char* const origins[] = {reduced_->data(0), reduced_->data(1)};
    unsigned errors = 0;
    reduced_->run([&](char* const* at) {
      const char* row = in + (at[0] - origins[0]);
      const char* mask = where + (at[1] - origins[1]);
      const std::int64_t block = converts_ ? kBlock : std::max<std::int64_t>(length, 1);
      for (std::int64_t from = 0; from < length; from += block) {
        errors |= fold_block(to, row + from * reduced_->row_stride(0), mask + from * reduced_->row_stride(1),
                             std::min(block, length - from));
      }
    });
    return errors;
  }

  unsigned fold_block(char* to, const char* in, const char* mask, std::int64_t n) const {
    alignas(64) char scratch[kBlock * 16];
    const auto [from, stride] = in_type(in, reduced_->row_stride(0), n, scratch);
    unsigned errors = 0;
    for_runs(mask, reduced_->row_stride(1), n, [&](std::int64_t begin, std::int64_t end) {
      errors |= fold_run(to, from + begin * stride, stride, end - begin);
    });
    return errors;
  }

  // Up to kBlock elements in the result's type.
  Strided in_type(const char* in, std::int64_t stride, std::int64_t n, char* scratch) const {
    if (!converts_) return {in, stride};
    array::cast_loop(in_.dtype, out_.dtype)(scratch, item_, in, stride, n);
    return {scratch, item_};
  }

  // Calls `run(begin, end)` for neighbours that the mask names.
  template <typename Run>
  static void for_runs(const char* mask, std::int64_t stride, std::int64_t n, Run run) {
    for (std::int64_t i = 0; i < n;) {
      while (i < n && mask[i * stride] == 0) ++i;
      const std::int64_t begin = i;
      while (i < n && mask[i * stride] != 0) ++i;
      if (i > begin) run(begin, i);
    }
  }

  unsigned fold_run(char* to, const char* in, std::int64_t stride, std::int64_t n) const {
    constexpr std::int64_t kShort = 8;
    if (is_pairwise_) {
      pairwise_add(out_.dtype, in, stride, n, to);
      return 0;
    }
    if (fold_ == nullptr || n < kShort) return chain_.accumulate(to, in, stride, to, 0, n);
    alignas(16) char value[16];
    call_fold(stride == item_ ? fold_->contiguous : fold_->strided, in, n, stride, value);
    return chain_.apply({to, 0}, {value, 0}, {to, 0}, 1);
  }

  // A row of the result: row = row op row of the input where the mask says so, for each of the reduced indices.
  unsigned add_rows(char* to, const char* in, const char* where) const {
    const std::int64_t length = kept_->row_length();
    const char* const origins[] = {reduced_->data(0), reduced_->data(1)};
    unsigned errors = 0;
    reduced_->run([&](char* const* at) {
      for (std::int64_t i = 0; i < reduced_->row_length(); ++i) {
        const char* row = in + (at[0] - origins[0]) + i * reduced_->row_stride(0);
        const char* mask = where + (at[1] - origins[1]) + i * reduced_->row_stride(1);
        for (std::int64_t from = 0; from < length; from += kBlock) {
          errors |= add_block(to + from * kept_->row_stride(0), row + from * kept_->row_stride(1),
                              mask + from * kept_->row_stride(2), std::min(kBlock, length - from));
        }
      }
    });
    return errors;
  }

  unsigned add_block(char* to, const char* in, const char* mask, std::int64_t n) const {
    alignas(64) char scratch[kBlock * 16];
    const auto [from, stride] = in_type(in, kept_->row_stride(1), n, scratch);
    const std::int64_t out_stride = kept_->row_stride(0);
    unsigned errors = 0;
    for_runs(mask, kept_->row_stride(2), n, [&](std::int64_t begin, std::int64_t end) {
      char* at = to + begin * out_stride;
      errors |= chain_.apply({at, out_stride}, {from + begin * stride, stride}, {at, out_stride}, end - begin);
    });
    return errors;
  }

  const Chain chain_;
  const ReductionSet* const fold_;
  const View in_, out_;
  const std::int64_t item_;
  const bool converts_;
  const bool is_pairwise_;  ///< a sum of floats, in NumPy's order
  Extents storage_[4];
  std::optional<StridedLoop> kept_;     ///< output, input, mask
  std::optional<StridedLoop> reduced_;  ///< input, mask
  bool along_rows_ = true;
};

}  // namespace

unsigned reduce_where(ops::Ufunc ufunc, const View& in, const View& where, std::uint64_t axes, const View& out) {
  return in.size() == 0 ? 0 : MaskedReduction(ufunc, in, where, axes, out).run();
}

}  // namespace rooftop::lib
