// The kernels of maximum and minimum on blocks that stay in L1.
#include "rooftop/lib/clip.h"

#include <algorithm>

#include "rooftop/array/cast.h"
#include "rooftop/array/strided_loop.h"
#include "rooftop/lib/kernels.h"
#include "rooftop/lib/parallel.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::View;

constexpr std::int64_t kBlock = 1024;
constexpr std::int64_t kParallelElements = 1 << 15;

class Clipping {
 public:
  Clipping(DType dtype, const char* low, const char* high)
      : size_(static_cast<std::int64_t>(array::size_of(dtype))),
        copy_(array::cast_loop(dtype, dtype)),
        maximum_(kernel(ops::Ufunc::maximum, ops::loop_for(ops::Ufunc::maximum, dtype)).left_scalar),
        minimum_(kernel(ops::Ufunc::minimum, ops::loop_for(ops::Ufunc::minimum, dtype)).left_scalar),
        low_(const_cast<char*>(low)),
        high_(const_cast<char*>(high)) {}

  void row(char* to, std::int64_t to_stride, char* from, std::int64_t from_stride, std::int64_t n) const {
    alignas(64) char scratch[kBlock * 8];
    const std::int64_t strides[] = {0, size_, size_};
    for (std::int64_t i = 0; i < n; i += kBlock) {
      const std::int64_t count = std::min(kBlock, n - i);
      char* const target = to + i * to_stride;
      char* const block = to_stride == size_ ? target : scratch;
      char* source = from + i * from_stride;
      if (from_stride != size_) {
        copy_(block, size_, source, from_stride, count);
        source = block;
      }
      char* const raised[] = {low_, source, block};
      call_kernel(maximum_, 3, raised, strides, count);
      char* const lowered[] = {high_, block, block};
      call_kernel(minimum_, 3, lowered, strides, count);
      if (block != target) copy_(target, to_stride, block, size_, count);
    }
  }

 private:
  const std::int64_t size_;
  const array::CastLoop copy_;
  const KernelEntry maximum_, minimum_;
  char* const low_;
  char* const high_;
};

}  // namespace

void clip(const View& out, const View& in, const char* low, const char* high) {
  const View operands[] = {out, in};
  const array::StridedLoop loop(operands);
  const Clipping clipping(out.dtype, low, high);
  const std::int64_t n = loop.row_length(), to = loop.row_stride(0), from = loop.row_stride(1);
  if (loop.rows() == 1) {
    for_ranges(n, kParallelElements, [&](std::int64_t begin, std::int64_t end) {
      clipping.row(loop.data(0) + begin * to, to, loop.data(1) + begin * from, from, end - begin);
    });
    return;
  }
  for_ranges(loop.rows(), std::max<std::int64_t>(1, kParallelElements / std::max<std::int64_t>(n, 1)),
             [&](std::int64_t begin, std::int64_t end) {
               loop.run(begin, end, [&](char* const* at) { clipping.row(at[0], to, at[1], from, n); });
             });
}

}  // namespace rooftop::lib
