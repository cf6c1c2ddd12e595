// Each takes what it can do natively and leaves the rest, and what is wrong, to NumPy.
#include "array/array_functions.h"

#include <algorithm>

#include "array/creation.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/array/cast.h"
#include "rooftop/lib/selection.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

// left op right, into `left` where that is an array; takes over the reference to it.
PyObject* into(Ufunc ufunc, Ref left, PyObject* right) {
  return is_array(left.get()) ? in_place_operator(ufunc, left.get(), right) : binary_operator(ufunc, left.get(), right);
}

bool is_none(PyObject* object) { return object == nullptr || object == Py_None; }

}  // namespace

Outcome variance_of_array(PyObject* array, const ReduceOptions& options, double ddof, bool takes_root,
                          PyObject*& result) {
  ArrayObject* source = as_array(array);
  const bool is_plain = is_none(options.dtype) && is_none(options.out) && options.where == nullptr;
  if (!is_plain || source->size == 0 || source->rank == 0 || array::is_complex(source->dtype) ||
      array::is_half(source->dtype)) {
    return Outcome::Delegate;
  }
  ReduceOptions mean_options;
  mean_options.axis = options.axis;
  mean_options.keepdims = Py_True;
  PyObject* mean = nullptr;
  if (const Outcome outcome = mean_of_array(array, mean_options, mean); outcome != Outcome::Done) return outcome;
  Ref kept_mean(mean);
  Ref distance(binary_operator(Ufunc::subtract, array, mean));
  if (!distance) return Outcome::Error;
  Ref squares(into(Ufunc::multiply, Ref::borrow(distance.get()), distance.get()));
  if (!squares) return Outcome::Error;
  ReduceOptions sum_options;
  sum_options.axis = options.axis;
  sum_options.keepdims = options.keepdims;
  PyObject* sum = nullptr;
  if (const Outcome outcome = reduce_array(Ufunc::add, squares.get(), sum_options, sum); outcome != Outcome::Done) {
    return outcome;
  }
  Ref total(sum);
  const std::int64_t results = is_array(sum) ? as_array(sum)->size : 1;
  const double count = static_cast<double>(source->size / results) - ddof;
  if (results == 0 || count <= 0) return Outcome::Delegate;  // with a warning
  Ref divisor(PyFloat_FromDouble(count));
  Ref variance(divisor ? into(Ufunc::divide, std::move(total), divisor.get()) : nullptr);
  if (!variance) return Outcome::Error;
  if (!takes_root) {
    result = variance.release();
    return Outcome::Done;
  }
  Operand input;
  UfuncOptions root;
  if (is_array(variance.get())) root.out[0] = variance.get();
  if (read_operand(variance.get(), input) != Reading::Ok) return Outcome::Error;
  return apply_ufunc(Ufunc::sqrt, &input, root, result);
}

Outcome extreme_place(PyObject* array, bool largest, PyObject*& result) {
  ArrayObject* source = as_array(array);
  if (source->size == 0 || array::is_complex(source->dtype)) return Outcome::Delegate;
  View view = source->view();
  Ref dense;
  if (!source->has(kRowMajor | kAligned)) {
    dense = Ref(as_object(copied(view, view.dtype, Order::RowMajor)));
    if (!dense) return Outcome::Error;
    view = as_array(dense.get())->view();
  }
  const std::int64_t place = lib::find_extreme(view, largest);
  result = new_scalar(DType::I64, &place);
  return result == nullptr ? Outcome::Error : Outcome::Done;
}

Outcome clip_array(PyObject* array, PyObject* low, PyObject* high, PyObject* out, PyObject*& result) {
  if ((is_none(low) && is_none(high)) || (!is_none(out) && !is_array(out))) return Outcome::Delegate;
  // Both bounds take part in finding the type, as they do in NumPy's one function of three arguments.
  PyObject* const given[] = {array, low, high};
  DType types[3] = {};
  bool is_first = true;
  DType wanted{};
  for (int i = 0; i < 3; ++i) {
    if (is_none(given[i])) continue;
    Operand operand;
    if (read_operand(given[i], operand) != Reading::Ok) return PyErr_Occurred() ? Outcome::Error : Outcome::Delegate;
    if (operand.is_weak()) continue;
    types[i] = operand.view.dtype;
    wanted = is_first ? types[i] : array::promote(wanted, types[i]);
    is_first = false;
  }
  if (is_first || wanted != types[0]) return Outcome::Delegate;
  PyObject* value = Py_NewRef(array);
  bool is_fresh = false;
  for (const auto& [ufunc, bound] : {std::pair{Ufunc::maximum, low}, std::pair{Ufunc::minimum, high}}) {
    if (is_none(bound)) continue;
    Ref held(value);
    Operand inputs[2];
    UfuncOptions options;
    if (!is_none(out)) {
      options.out[0] = out;
    } else if (is_fresh && is_array(value)) {
      options.out[0] = value;
    }
    if (read_operand(value, inputs[0]) != Reading::Ok || read_operand(bound, inputs[1]) != Reading::Ok) {
      return Outcome::Error;
    }
    if (array::is_integer(wanted) && inputs[1].weak > array::Weak::Int) return Outcome::Delegate;
    const Outcome outcome = apply_ufunc(ufunc, inputs, options, value);
    if (outcome != Outcome::Done) {
      // Python ints that the type does not hold bound nothing; NumPy knows.
      if (outcome == Outcome::Error && PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        return Outcome::Delegate;
      }
      return outcome;
    }
    is_fresh = true;
  }
  result = value;
  return Outcome::Done;
}

Outcome where_arrays(PyObject* condition, PyObject* x, PyObject* y, PyObject*& result) {
  if (!is_exact_array(condition) || as_array(condition)->dtype != DType::Bool) return Outcome::Delegate;
  Operand values[2];
  PyObject* const given[] = {x, y};
  DType dtype{};
  bool has_strong = false;
  array::Weak widest = array::Weak::None;
  for (int i = 0; i < 2; ++i) {
    const Reading reading = read_operand(given[i], values[i]);
    if (reading != Reading::Ok) return reading == Reading::Error ? Outcome::Error : Outcome::Delegate;
    if (values[i].is_weak()) {
      widest = std::max(widest, values[i].weak);
      continue;
    }
    dtype = has_strong ? array::promote(dtype, values[i].view.dtype) : values[i].view.dtype;
    has_strong = true;
  }
  dtype = has_strong ? array::promote_weak(dtype, widest) : array::default_type(widest);
  const View mask = as_array(condition)->view();
  Extents shape(mask.lengths());
  Ref kept[2];
  for (int i = 0; i < 2; ++i) {
    if (!values[i].settle(dtype)) return Outcome::Error;
    if (values[i].view.dtype != dtype) {
      ArrayObject* copy = copied(values[i].view, dtype, std::nullopt);
      if (copy == nullptr) return Outcome::Error;
      kept[i] = Ref(as_object(copy));
      values[i].view = copy->view();
    }
    if (!array::broadcast_shape(shape, values[i].view.lengths())) return Outcome::Delegate;
  }
  if (shape.rank == 0) return Outcome::Delegate;
  ArrayObject* out = new_array(dtype, shape.lengths());
  if (out == nullptr) return Outcome::Error;
  Extents storage[3];
  const View operands[] = {array::broadcast_view(mask, shape.lengths(), storage[0]),
                           array::broadcast_view(values[0].view, shape.lengths(), storage[1]),
                           array::broadcast_view(values[1].view, shape.lengths(), storage[2])};
  lib::select(out->view(), operands[0], operands[1], operands[2]);
  result = as_object(out);
  return Outcome::Done;
}

}  // namespace rooftop::python
