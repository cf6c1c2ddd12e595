// Rows, blocks, threads.
#include "rooftop/lib/elementwise.h"

#include <algorithm>
#include <cstring>

#include "rooftop/array/cast.h"
#include "rooftop/array/strided_loop.h"
#include "rooftop/base/errors.h"
#include "rooftop/lib/kernels.h"
#include "rooftop/lib/parallel_errors.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::StridedLoop;
using array::View;
using ops::kMaxOperands;

/// Elements that are converted at once: they stay in L1.
constexpr std::int64_t kBlock = 256;
/// Elements that are packed at once: so few that the processor packs the next ones while it computes.
constexpr std::int64_t kPackedBlock = 128;
constexpr std::int64_t kParallelBlock = 8192;  ///< elements of a unit of work of a thread
/// Elements from which rows with gaps are put side by side first.
constexpr std::int64_t kLeastPacked = 16;
/// Operations of an element from which that always pays.
constexpr int kPackedWork = 4;
/// Elements from which a row pays for its call: of shorter ones, the next axis is walked along, in pieces of so many
/// elements that all of them stay in L1.
constexpr std::int64_t kLeastRow = 16;
constexpr std::int64_t kShortPiece = 256;
/// Bytes times operations below which a call stays on its thread.
constexpr std::int64_t kParallelWork = 512 * 1024;

/// Everything that a thread needs to compute any part of the call.
class Elementwise {
 public:
  explicit Elementwise(const ElementwiseCall& call)
      : call_(call),
        info_(ops::info(call.ufunc)),
        types_(ops::loops(call.ufunc)[static_cast<std::size_t>(call.loop)]),
        kernels_(kernel(call.ufunc, call.loop)),
        sees_(errors_of_loop(call.ufunc, types_)),
        operands_(info_.inputs + info_.outputs),
        count_(operands_ + (call.where != nullptr ? 1 : 0)),
        loop_(gather()),
        short_(loop_.take_short_rows(kLeastRow)) {
    for (int k = 0; k < operands_; ++k) {
      const View& view = operand(k);
      converts_ |= view.dtype != types_.types[static_cast<std::size_t>(k)] || !array::is_aligned(view);
    }
    looks_ = sees_ != ops::FloatErrors::None;
    searches_ = looks_ && sees_ != ops::FloatErrors::Hardware;
    if (searches_) keeps_inputs_ = overwrites_input();
    for (int k = 0; k < operands_; ++k) strides_[k] = loop_.row_stride(place(k));
    packs_ = !converts_ && call_.where == nullptr && loop_.row_length() >= kLeastPacked && gains_by_packing();
    for (int k = info_.inputs; k < operands_; ++k) packs_outputs_ |= has_gaps(k);
    is_plain_ = !converts_ && !keeps_inputs_ && !packs_ && call_.where == nullptr;
    if (is_plain_) entry_ = choose(strides_, loop_.row_length());
    blocks_in_row_ = (loop_.row_length() + kParallelBlock - 1) / kParallelBlock;
  }

  /// Units of work: blocks of rows.
  std::int64_t units() const { return loop_.rows() * blocks_in_row_; }
  /// Operations on bytes: vectors hold as many more elements as these are smaller.
  std::int64_t work() const {
    std::int64_t widest = 1;
    for (int k = 0; k < operands_; ++k) widest = std::max(widest, item(k));
    return elements() * widest * std::max<std::int64_t>(info_.flops, 1);
  }
  std::int64_t elements() const { return loop_.rows() * loop_.row_length() * short_.length; }

  unsigned run(std::int64_t begin, std::int64_t end) const {
    // Conversions raise flags of their own: then each kernel's call is looked at, else all of them at once.
    const bool looks_once = is_plain_ && looks_ && !searches_;
    if (looks_once) clear_hardware_errors();
    const unsigned errors = run_rows(begin, end);
    return looks_once ? reported_errors() : errors;
  }

 private:
  unsigned run_rows(std::int64_t begin, std::int64_t end) const {
    unsigned errors = 0;
    if (blocks_in_row_ <= 1) {
      loop_.run(begin, end, [&](char* const* at) { errors |= row(at, 0, loop_.row_length()); });
      return errors;
    }
    for (std::int64_t unit = begin; unit < end;) {
      const std::int64_t index = unit / blocks_in_row_;
      const std::int64_t first = unit % blocks_in_row_;
      const std::int64_t last = std::min(blocks_in_row_, first + end - unit);
      const std::int64_t from = first * kParallelBlock;
      const std::int64_t to = std::min(last * kParallelBlock, loop_.row_length());
      loop_.run(index, index + 1, [&](char* const* at) { errors |= row(at, from, to); });
      unit += last - first;
    }
    return errors;
  }

  // The walk follows the outputs' memory, then the inputs'.
  StridedLoop gather() const {
    View views[array::kMaxLoopOperands];
    int count = 0;
    for (const View& view : call_.outputs) views[count++] = view;
    for (const View& view : call_.inputs) views[count++] = view;
    if (call_.where != nullptr) views[count++] = *call_.where;
    return StridedLoop({views, static_cast<std::size_t>(count)});
  }

  const View& operand(int k) const {
    return k < info_.inputs ? call_.inputs[static_cast<std::size_t>(k)]
                            : call_.outputs[static_cast<std::size_t>(k - info_.inputs)];
  }
  // Operand k's place in the walk.
  int place(int k) const { return k < info_.inputs ? info_.outputs + k : k - info_.inputs; }

  // A row, and those beside it that are too short to be rows themselves.
  unsigned row(char* const* at, std::int64_t from, std::int64_t to) const {
    if (short_.length == 1) return part(at, from, to);
    unsigned errors = 0;
    for (std::int64_t i = from; i < to; i += kShortPiece) {
      char* shifted[array::kMaxLoopOperands];
      std::copy_n(at, count_, shifted);
      for (std::int64_t j = 0; j < short_.length; ++j) {
        errors |= part(shifted, i, std::min(i + kShortPiece, to));
        for (int k = 0; k < count_; ++k) shifted[k] += short_.strides[k];
      }
    }
    return errors;
  }

  unsigned part(char* const* at, std::int64_t from, std::int64_t to) const {
    char* addresses[kMaxOperands];
    const std::int64_t* strides = strides_;
    for (int k = 0; k < operands_; ++k) addresses[k] = at[place(k)] + from * strides[k];
    if (is_plain_ && !searches_) {
      call_kernel(entry_, operands_, addresses, strides, to - from);
      return 0;
    }
    unsigned errors = 0;
    if (packs_ && !keeps_inputs_ && !packs_outputs_) return packed(addresses, to - from);
    if (is_plain_) {
      // In blocks: what is searched for errors is still in cache.
      for (std::int64_t i = from; i < to; i += kParallelBlock) {
        const std::int64_t n = std::min(kParallelBlock, to - i);
        if (call_kernel(entry_, operands_, addresses, strides, n)) {
          errors |= errors_of_rows(call_.ufunc, types_, addresses, strides, n);
        }
        for (int k = 0; k < operands_; ++k) addresses[k] += n * strides[k];
      }
      return errors;
    }
    const int where_place = info_.inputs + info_.outputs;
    for (std::int64_t i = from; i < to; i += kBlock) {
      const std::int64_t n = std::min(kBlock, to - i);
      const char* mask = nullptr;
      std::int64_t mask_stride = 0;
      if (call_.where != nullptr) {
        mask_stride = loop_.row_stride(where_place);
        mask = at[where_place] + i * mask_stride;
      }
      errors |= block(addresses, strides, n, mask, mask_stride);
      for (int k = 0; k < operands_; ++k) addresses[k] += n * strides[k];
    }
    return errors;
  }

  // Inputs with gaps are put side by side, the rest stays where it is.
  unsigned packed(char** addresses, std::int64_t n) const {
    alignas(64) char scratch[kMaxOperands][(kPackedBlock + 8) * 8];
    array::CastLoop packs[kMaxOperands];
    char* at[kMaxOperands];
    std::int64_t steps[kMaxOperands];
    for (int k = 0; k < operands_; ++k) {
      const DType type = types_.types[static_cast<std::size_t>(k)];
      packs[k] = has_gaps(k) ? array::cast_loop(type, type) : nullptr;
      steps[k] = has_gaps(k) ? item(k) : strides_[k];
      at[k] = scratch[k];
    }
    const KernelEntry entry = choose(steps, n);
    const bool looks_at_flags = looks_ && !searches_;
    if (looks_at_flags) clear_hardware_errors();
    unsigned errors = 0;
    for (std::int64_t i = 0; i < n; i += kPackedBlock) {
      const std::int64_t count = std::min(kPackedBlock, n - i);
      for (int k = 0; k < operands_; ++k) {
        if (packs[k] == nullptr) {
          at[k] = addresses[k];
        } else {  // and one more, where there is one: then the last ones are read by whole vectors, too
          packs[k](at[k], steps[k], addresses[k], strides_[k], std::min(count + 1, n - i));
        }
      }
      if (call_kernel(entry, operands_, at, steps, count) && searches_) {
        errors |= errors_of_rows(call_.ufunc, types_, at, steps, count);
      }
      for (int k = 0; k < operands_; ++k) addresses[k] += count * strides_[k];
    }
    return looks_at_flags ? reported_errors() : errors;
  }

  // Through memory of our own, for operands of other types and for elements that are not to be written.
  unsigned block(char* const* addresses, const std::int64_t* strides, std::int64_t n, const char* mask,
                 std::int64_t mask_stride) const {
    alignas(64) char scratch[kMaxOperands][kBlock * 16];
    char* at[kMaxOperands];
    std::int64_t steps[kMaxOperands];
    for (int k = 0; k < operands_; ++k) {
      const DType wanted = types_.types[static_cast<std::size_t>(k)];
      const View& view = operand(k);
      const bool is_output = k >= info_.inputs;
      const bool fits = view.dtype == wanted && array::is_aligned(view) && !(packs_ && has_gaps(k));
      if (fits && (!is_output || (mask == nullptr && !keeps_inputs_))) {
        at[k] = addresses[k];
        steps[k] = strides[k];
        continue;
      }
      at[k] = scratch[k];
      steps[k] = static_cast<std::int64_t>(array::size_of(wanted));
      if (is_output) continue;
      // An operand that is repeated is converted once.
      if (strides[k] == 0) steps[k] = 0;
      array::cast_loop(view.dtype, wanted)(at[k], steps[k], addresses[k], strides[k], strides[k] == 0 ? 1 : n);
    }
    const unsigned errors = mask == nullptr ? compute(at, steps, n) : compute_where(at, steps, n, mask, mask_stride);
    for (int k = info_.inputs; k < operands_; ++k) {
      if (at[k] == addresses[k]) continue;
      const array::CastLoop cast = array::cast_loop(types_.types[static_cast<std::size_t>(k)], operand(k).dtype);
      if (mask == nullptr) {
        cast(addresses[k], strides[k], at[k], steps[k], n);
        continue;
      }
      for_runs(n, mask, mask_stride, [&](std::int64_t begin, std::int64_t end) {
        cast(addresses[k] + begin * strides[k], strides[k], at[k] + begin * steps[k], steps[k], end - begin);
      });
    }
    return errors;
  }

  // Elements that are not wanted are not computed either: they could raise.
  unsigned compute_where(char* const* at, const std::int64_t* steps, std::int64_t n, const char* mask,
                         std::int64_t mask_stride) const {
    unsigned errors = 0;
    for_runs(n, mask, mask_stride, [&](std::int64_t begin, std::int64_t end) {
      char* part[kMaxOperands];
      for (int k = 0; k < operands_; ++k) part[k] = at[k] + begin * steps[k];
      errors |= compute(part, steps, end - begin);
    });
    return errors;
  }

  template <typename Action>
  static void for_runs(std::int64_t n, const char* mask, std::int64_t stride, Action action) {
    for (std::int64_t i = 0; i < n;) {
      while (i < n && mask[i * stride] == 0) ++i;
      const std::int64_t begin = i;
      while (i < n && mask[i * stride] != 0) ++i;
      if (i > begin) action(begin, i);
    }
  }

  std::int64_t item(int k) const {
    return static_cast<std::int64_t>(array::size_of(types_.types[static_cast<std::size_t>(k)]));
  }
  bool has_gaps(int k) const { return strides_[k] != item(k) && (strides_[k] != 0 || k >= info_.inputs); }

  /// Whether copying rows with gaps into vectors and back costs less than computing them one by one: always where that
  /// is slow, else for every second element of the inputs.
  bool gains_by_packing() const {
    if (array::is_complex(types_.types[0]) || array::is_half(types_.types[0])) return false;
    bool any = false;
    bool is_cheap = true;
    for (int k = 0; k < operands_; ++k) {
      if (!has_gaps(k)) continue;
      any = true;
      is_cheap &= k < info_.inputs && strides_[k] == 2 * item(k);
    }
    return any && (is_cheap || info_.is_slow_alone() || info_.flops >= kPackedWork);
  }

  bool overwrites_input() const {
    for (const View& output : call_.outputs) {
      for (const View& input : call_.inputs) {
        if (output.data == input.data) return true;
      }
    }
    return false;
  }

  KernelEntry choose(const std::int64_t* strides, std::int64_t n) const {
    if (n == 1) return kernels_.contiguous;
    bool is_contiguous[kMaxOperands];
    bool all = true;
    bool outputs = true;
    for (int k = 0; k < operands_; ++k) {
      const auto size = static_cast<std::int64_t>(array::size_of(types_.types[static_cast<std::size_t>(k)]));
      is_contiguous[k] = strides[k] == size;
      all &= is_contiguous[k];
      if (k >= info_.inputs) outputs &= is_contiguous[k];
    }
    if (all) return kernels_.contiguous;
    if (outputs && info_.inputs == 2) {
      if (strides[0] == 0 && is_contiguous[1] && kernels_.left_scalar != nullptr) return kernels_.left_scalar;
      if (strides[1] == 0 && is_contiguous[0] && kernels_.right_scalar != nullptr) return kernels_.right_scalar;
    }
    return kernels_.strided;
  }

  unsigned reported_errors() const {
    const unsigned errors = hardware_errors();
    return call_.reports_underflow ? errors : errors & ~static_cast<unsigned>(kUnderflow);
  }

  unsigned compute(char* const* addresses, const std::int64_t* strides, std::int64_t n) const {
    // What the inputs' conversion or an earlier block flagged is not this one's.
    if (looks_ && !searches_) clear_hardware_errors();
    const bool is_unsure = call_kernel(choose(strides, n), operands_, addresses, strides, n);
    if (!looks_) return 0;
    if (!searches_) return reported_errors();
    return is_unsure ? errors_of_rows(call_.ufunc, types_, addresses, strides, n) : 0;
  }

  const ElementwiseCall& call_;
  const ops::UfuncInfo& info_;
  const ops::Loop& types_;
  const KernelSet& kernels_;
  const ops::FloatErrors sees_;  ///< of this loop
  const int operands_;
  const int count_;  ///< of operands and mask
  StridedLoop loop_;
  const StridedLoop::Axis short_;  ///< beside every row
  std::int64_t blocks_in_row_ = 0;
  std::int64_t strides_[kMaxOperands];  // NOLINT: the first operands_ are set
  KernelEntry entry_ = nullptr;         ///< of every row, where nothing is converted
  bool is_plain_ = false;               ///< kernels work on the operands' own memory, and on all of it
  bool packs_ = false;                  ///< rows with gaps go through memory of our own
  bool packs_outputs_ = false;
  bool converts_ = false;
  bool searches_ = false;      ///< for errors in inputs and results: the processor's flags do not tell them
  bool looks_ = false;         ///< for floating-point errors
  bool keeps_inputs_ = false;  ///< results go through memory of our own: inputs are needed to tell errors
};

}  // namespace

unsigned elementwise(const ElementwiseCall& call) {
  const Elementwise work(call);
  const std::int64_t units = work.units();
  if (work.work() < kParallelWork || units < 2) {
    return work.run(0, units);
  }
  const std::int64_t grain =
      std::max<std::int64_t>(1, units * kParallelBlock / std::max<std::int64_t>(work.elements(), 1));
  return parallel_errors(units, grain, [&work](std::int64_t begin, std::int64_t end) { return work.run(begin, end); });
}

}  // namespace rooftop::lib
