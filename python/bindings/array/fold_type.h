// Which type reduce, accumulate and reduceat compute in, and where their result goes.
#pragma once

#include <Python.h>

#include "array/array_object.h"
#include "array/ufunc_call.h"

namespace rooftop::python {

/// NumPy's rule: the type asked for, else what holds the output's and the input's elements, else the default. Delegate
/// for types that are not ours, and for conversions that NumPy warns of or refuses. `out` may be null.
Outcome find_fold_type(ops::Ufunc ufunc, DType own, PyObject* dtype, const ArrayObject* out, DType& type);

/// The loop of a binary function whose operands are all of this type; -1 if there is none.
int uniform_loop(ops::Ufunc ufunc, DType type);

/// `out=` as given: None, an array, or a tuple of one. Delegate for anything else.
Outcome read_out(PyObject* given, ArrayObject*& out);

/// Where a result of known lengths is computed: in the caller's array if that has the result's type, else in a new one.
class FoldResult {
 public:
  enum Overlap : bool { kApart, kMayBeInput };
  /// `layout`: the result's lengths; strides say the order of axes of a new array. Delegate where `out` is not of these
  /// lengths or cannot take the type, which NumPy says better.
  Outcome prepare(ArrayObject* out, const View& layout, DType type, const View& input, Overlap overlap);
  const View& view() const { return view_; }
  /// The caller's array with the elements in it, or the new one. A new reference, null with an exception.
  PyObject* finish();

 private:
  ArrayObject* out_ = nullptr;  ///< the caller's, borrowed
  Ref made_;
  View view_;
};

}  // namespace rooftop::python
