// By the kernels that there are for it, else element by element.
#include "rooftop/lib/chain.h"

#include <algorithm>
#include <cstring>

#include "rooftop/array/cast.h"

namespace rooftop::lib {
namespace {

std::int64_t slot(const char* data) { return reinterpret_cast<std::int64_t>(data); }

}  // namespace

Chain::Chain(ops::Ufunc ufunc, int loop)
    : ufunc_(ufunc),
      types_(ops::loops(ufunc)[static_cast<std::size_t>(loop)]),
      kernels_(kernel(ufunc, loop)),
      sees_(errors_of_loop(ufunc, types_)),
      item_(static_cast<std::int64_t>(array::size_of(types_.types[0]))) {}

unsigned Chain::apply(Strided left, Strided right, Strided out, std::int64_t n) const {
  // What is searched for errors must not be overwritten before.
  alignas(16) char kept[16];
  if (searches() && n == 1 && left.data == out.data) {
    std::memcpy(kept, left.data, static_cast<std::size_t>(item_));
    left.data = kept;
  }
  const bool is_dense = n == 1 || (left.stride == item_ && right.stride == item_ && out.stride == item_);
  char* const addresses[] = {const_cast<char*>(left.data), const_cast<char*>(right.data), const_cast<char*>(out.data)};
  const std::int64_t strides[] = {left.stride, right.stride, out.stride};
  const bool is_unsure = call_kernel(is_dense ? kernels_.contiguous : kernels_.strided, 3, addresses, strides, n);
  return searches() && is_unsure ? errors_of_rows(ufunc_, types_, addresses, strides, n) : 0;
}

unsigned Chain::accumulate(const char* start, const char* in, std::int64_t in_stride, char* out,
                           std::int64_t out_stride, std::int64_t n) const {
  if (kernels_.accumulate != nullptr && !searches()) {
    const std::int64_t slots[] = {slot(start), 1, 0, slot(in), n, in_stride, slot(out), n, out_stride};
    kernels_.accumulate(nullptr, slots, nullptr);
    return 0;
  }
  unsigned errors = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    char* to = out + i * out_stride;
    alignas(16) char element[16];  // the output may be the input
    std::memcpy(element, in + i * in_stride, static_cast<std::size_t>(item_));
    errors |= apply({start, 0}, {element, 0}, {to, 0}, 1);
    start = to;
  }
  return errors;
}

void Chain::fold(Strided in, array::DType type, bool converts, std::int64_t n, char* out, bool goes_on) const {
  constexpr std::int64_t kBlock = 1024;  // elements that are converted at once
  alignas(64) char scratch[kBlock * 16];
  const auto go_on = [&](const char* at, std::int64_t stride, std::int64_t count) {
    const bool is_first = !goes_on;
    if (is_first) std::memcpy(out, at, static_cast<std::size_t>(item_));
    goes_on = true;
    accumulate(out, is_first ? at + stride : at, stride, out, 0, is_first ? count - 1 : count);
  };
  if (!converts) return go_on(in.data, in.stride, n);
  for (std::int64_t i = 0; i < n; i += kBlock) {
    const std::int64_t count = std::min(kBlock, n - i);
    array::cast_loop(type, dtype())(scratch, item_, in.data + i * in.stride, in.stride, count);
    go_on(scratch, item_, count);
  }
}

unsigned Chain::scatter(char* target, std::int64_t target_stride, const std::int64_t* places, Strided in,
                        std::int64_t n) const {
  if (kernels_.scatter != nullptr && !searches()) {
    const std::int64_t slots[] = {slot(target),  0, target_stride, slot(reinterpret_cast<const char*>(places)), n, 8,
                                  slot(in.data), n, in.stride};
    kernels_.scatter(nullptr, slots, nullptr);
    return 0;
  }
  unsigned errors = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    char* to = target + places[i] * target_stride;
    errors |= apply({to, 0}, {in.data + i * in.stride, 0}, {to, 0}, 1);
  }
  return errors;
}

}  // namespace rooftop::lib
