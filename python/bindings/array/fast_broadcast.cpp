#include "array/fast_broadcast.h"

#include <algorithm>

#include "array/fast_path.h"

namespace rooftop::python {
namespace {

// How two arrays meet: axes that both walk evenly are one, the last is a row of the kernel.
struct Rows {
  std::int64_t shape[kInlineRank];  // of the result
  int rank = 0;
  std::int64_t size = 1;
  struct Axis {
    std::int64_t length = 1, left = 0, right = 0;  // strides in bytes
  };
  Axis axes[kInlineRank];
  int count = 0;
  lib::KernelEntry kernel = nullptr;

  // False: not for the fast path.
  bool find(const FastLoop& loop, const ArrayObject* x, const ArrayObject* y) {
    rank = std::max(x->rank, y->rank);
    if (rank > kInlineRank || rank == 0) return false;
    for (int i = 0; i < rank; ++i) {
      const auto [x_length, x_stride] = axis(x, i);
      const auto [y_length, y_stride] = axis(y, i);
      if (x_length != y_length && x_length != 1 && y_length != 1) return false;
      shape[i] = x_length == 1 ? y_length : x_length;
      size *= shape[i];
      if (shape[i] != 1) add({shape[i], x_stride, y_stride});
    }
    if (size == 0 || size > kSmallSize) return false;
    if (count == 0) axes[count++] = {};
    const Axis& row = axes[count - 1];
    kernel = row.left != 0 || row.length == 1 ? loop.contiguous : loop.left_scalar;
    if (row.right == 0 && row.length != 1) kernel = loop.right_scalar;
    return kernel != nullptr;
  }

  unsigned run(ops::Ufunc ufunc, const FastLoop& loop, char* left, char* right, char* out) const {
    const Axis& row = axes[count - 1];
    const std::int64_t strides[] = {row.left, row.right, item_size(loop.output)};
    const bool is_flagged = loop.errors == ops::FloatErrors::Hardware;
    const bool searches = loop.errors != ops::FloatErrors::None && !is_flagged;
    if (is_flagged) lib::clear_hardware_errors();
    unsigned errors = 0;
    std::int64_t place[kInlineRank] = {};
    for (;;) {
      char* const addresses[] = {left, right, out};
      if (lib::call_kernel(kernel, 3, addresses, strides, row.length) && searches) {
        const ops::Loop& types = ops::loops(ufunc)[static_cast<std::size_t>(loop.loop)];
        errors |= lib::errors_of_rows(ufunc, types, addresses, strides, row.length);
      }
      out += row.length * strides[2];
      int i = count - 2;
      for (; i >= 0; --i) {
        left += axes[i].left;
        right += axes[i].right;
        if (++place[i] < axes[i].length) break;
        left -= axes[i].length * axes[i].left;
        right -= axes[i].length * axes[i].right;
        place[i] = 0;
      }
      if (i < 0) return is_flagged ? reported_hardware_errors() : errors;
    }
  }

 private:
  struct Length {
    std::int64_t length, stride;
  };
  // Axis i of the result: the array's, or one that it repeats.
  Length axis(const ArrayObject* array, int i) const {
    const int own = i - (rank - array->rank);
    if (own < 0 || array->dims[own] == 1) return {1, 0};
    return {array->dims[own], array->strides()[own]};
  }
  void add(const Axis& next) {
    if (count > 0) {
      Axis& last = axes[count - 1];
      if (last.left == next.length * next.left && last.right == next.length * next.right) {
        last = {last.length * next.length, next.left, next.right};
        return;
      }
    }
    axes[count++] = next;
  }
};

}  // namespace

PyObject* fast_broadcast(ops::Ufunc ufunc, const lib::FastLoop& loop, const ArrayObject* x, const ArrayObject* y) {
  Rows rows;
  if (!rows.find(loop, x, y)) return nullptr;
  ArrayObject* out = new_array(loop.output, {rows.shape, static_cast<std::size_t>(rows.rank)});
  if (out == nullptr) return nullptr;
  return finish_fast(ufunc, out, rows.run(ufunc, loop, x->data, y->data, out->data));
}

bool fast_broadcast_in_place(ops::Ufunc ufunc, const lib::FastLoop& loop, ArrayObject* x, const ArrayObject* y) {
  Rows rows;
  if (!rows.find(loop, x, y) || rows.rank != x->rank || rows.size != x->size) return false;
  if (y->data < x->data + x->bytes() && x->data < y->data + y->bytes()) return false;
  const unsigned errors = rows.run(ufunc, loop, x->data, y->data, x->data);
  return errors == 0 || report_errors(ufunc, errors);
}

}  // namespace rooftop::python
