// The arrays that a function takes as one argument: `concatenate((a, b))`, `stack([a, b])`, `vstack(a)`.
#pragma once

#include <Python.h>

#include <span>
#include <vector>

#include "array/array_object.h"
#include "array/ufunc_call.h"
#include "core/small_buffer.h"

namespace rooftop::python {

/// Which axes of length one a part gets before it is joined.
enum class Lift : std::uint8_t {
  None,
  Insert,    ///< one, at a place of the caller's
  Elements,  ///< one axis at least
  Rows,      ///< two axes at least: (n) is (1, n)
  Columns,   ///< two axes at least: (n) is (n, 1)
  Depth,     ///< three axes at least: (n) is (1, n, 1), (m, n) is (m, n, 1)
  Flat,      ///< all elements along one axis, in row-major order
};

/// Views of arrays, with lengths and strides of their own: what holds the arrays may change meanwhile.
class ArrayList {
 public:
  /// A tuple or list of arrays, or an array whose rows they are. Sequences of numbers, and numbers where the lift gives
  /// them axes, are arrays, too. Delegate for anything else and where there is none. `place`: of Lift::Insert, which
  /// counts from the end when negative.
  Outcome read(PyObject* sequence, Lift lift, Py_ssize_t place = 0);
  /// One array more. `settle` before they are used.
  Outcome add(PyObject* item, Lift lift, Py_ssize_t place = 0);
  void settle();

  std::span<const View> views() const { return views_.view(); }
  /// What holds the elements of all.
  DType dtype() const { return dtype_; }

 private:
  static constexpr std::size_t kFew = 8;

  Outcome add_rows(const ArrayObject* array, Lift lift, Py_ssize_t place);
  Outcome add_view(const View& view, Lift lift, Py_ssize_t place);
  Outcome add_flat(const View& view);
  void push(const View& view, const int* axes, int count);

  SmallBuffer<View, kFew> views_;
  SmallBuffer<std::int64_t, kFew * 8> dims_;
  std::vector<Ref> kept_;
  DType dtype_ = DType::Bool;
};

}  // namespace rooftop::python
