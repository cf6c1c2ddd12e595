// NumPy's own steps, natively: sums, counts, quotients.
#include "array/moments.h"

#include "array/creation.h"
#include "array/dtype_object.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/operators.h"
#include "array/scalar_object.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/array/cast.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

// ufunc(left, right); into `left` (which is then given back) whatever its type where it is an array and `in_place`.
Outcome apply(Ufunc ufunc, PyObject* left, PyObject* right, bool in_place, Ref& result) {
  PyObject* const second = ops::info(ufunc).inputs == 2 ? right : nullptr;
  return call_ufunc(ufunc, left, second, in_place && is_array(left) ? left : nullptr, result, array::Casting::Unsafe);
}

// A scalar or an array in another type.
PyObject* in_type(PyObject* value, DType dtype) {
  if (is_array(value)) return converted(as_array(value), dtype);
  const auto own = dtype_of_scalar_type(Py_TYPE(value));
  if (!own || *own == dtype) return Py_NewRef(value);
  alignas(16) char to[16];
  array::cast_loop(*own, dtype)(to, 0, scalar_value(value), 0, 1);
  return new_scalar(dtype, to);
}

// How many elements each result is made of: one number, or with a mask an array of the results' lengths.
Outcome count_elements(ArrayObject* array, const ReduceOptions& options, std::int64_t results, Ref& count) {
  if (!is_where_given(options.where)) {
    if (results == 0 || array->size == 0) return Outcome::Delegate;  // NumPy warns of the mean of nothing
    const std::int64_t elements = array->size / results;
    count = Ref(new_scalar(DType::I64, &elements));
    return count ? Outcome::Done : Outcome::Error;
  }
  Ref where;
  if (const Outcome read = read_where(options.where, array, where); read != Outcome::Done) return read;
  Extents storage;
  const View wide = array::broadcast_view(as_array(where.get())->view(), array->view().lengths(), storage);
  const Ref repeated(as_object(new_view(wide, where.get(), false)));
  if (!repeated) return Outcome::Error;
  PyObject* sum = nullptr;
  const ReduceOptions sum_options{.axis = options.axis, .keepdims = options.keepdims};
  if (const Outcome outcome = reduce_array(Ufunc::add, repeated.get(), sum_options, sum); outcome != Outcome::Done) {
    return outcome;
  }
  count = Ref(sum);
  return Outcome::Done;
}

// Whether each of the counts (or the one) is more than `least`; -1 with an exception.
int all_above(PyObject* count, PyObject* least) {
  Ref is_above(binary_operator(Ufunc::greater, count, least));
  if (!is_above) return -1;
  if (!is_array(is_above.get())) return PyObject_IsTrue(is_above.get());
  PyObject* all = nullptr;
  if (reduce_array(Ufunc::logical_and, is_above.get(), {}, all) != Outcome::Done) return -1;
  const Ref held(all);
  return PyObject_IsTrue(all);
}

// sum / count in the sum's own type.
Outcome divide_by(Ref& sum, PyObject* count) {
  const auto scalar = is_array(sum.get()) ? std::nullopt : dtype_of_scalar_type(Py_TYPE(sum.get()));
  Ref quotient;
  if (const Outcome done = apply(Ufunc::divide, sum.get(), count, true, quotient); done != Outcome::Done) return done;
  sum = scalar ? Ref(in_type(quotient.get(), *scalar)) : std::move(quotient);
  return sum ? Outcome::Done : Outcome::Error;
}

Outcome reduced(PyObject* array, const ReduceOptions& options, Ref& sum) {
  PyObject* made = nullptr;
  const Outcome outcome = reduce_array(Ufunc::add, array, options, made);
  if (outcome == Outcome::Done) sum = Ref(made);
  return outcome;
}

// Types of sums that NumPy's method names: float64 of whole numbers, what was asked for, else none.
Outcome sum_type(const ArrayObject* array, PyObject* given, PyObject*& dtype) {
  dtype = is_given(given) ? given : nullptr;
  if (dtype == nullptr && (array::is_integer(array->dtype) || array::is_bool(array->dtype))) {
    dtype = dtype_object(DType::F64);
  }
  DType type{};
  if (dtype == nullptr || read_dtype(dtype, type) != DTypeName::Native) {
    return PyErr_Occurred() ? Outcome::Error : dtype == nullptr ? Outcome::Done : Outcome::Delegate;
  }
  return array::is_float(type) || array::is_complex(type) ? Outcome::Done : Outcome::Delegate;
}

// (array - mean) ** 2, of complex numbers the square of the distance.
Outcome squared_distances(PyObject* array, PyObject* mean, Ref& squares) {
  if (const Outcome done = apply(Ufunc::subtract, array, mean, false, squares); done != Outcome::Done) return done;
  if (!is_array(squares.get())) return Outcome::Delegate;
  const ArrayObject* distance = as_array(squares.get());
  if (!array::is_complex(distance->dtype)) {
    const Ref same = Ref::borrow(squares.get());
    return apply(Ufunc::multiply, same.get(), same.get(), true, squares);
  }
  const DType part = array::part_of(distance->dtype);
  const Extents extents(distance->view());
  Ref parts[2];
  for (int i = 0; i < 2; ++i) {
    char* data = distance->data + i * static_cast<std::int64_t>(array::size_of(part));
    parts[i] = Ref(as_object(new_view(extents.view(part, data), squares.get(), true)));
    if (!parts[i]) return Outcome::Error;
    Ref square;
    const Outcome done = apply(Ufunc::multiply, parts[i].get(), parts[i].get(), true, square);
    if (done != Outcome::Done) return done;
  }
  return apply(Ufunc::add, parts[0].get(), parts[1].get(), true, squares);
}

std::int64_t elements_of(PyObject* value) { return is_array(value) ? as_array(value)->size : 1; }

}  // namespace

Outcome mean_of_array(PyObject* array, const ReduceOptions& options, PyObject*& result) {
  ArrayObject* source = as_array(array);
  if (source->size == 0 || (source->rank == 0 && is_given(options.axis))) return Outcome::Delegate;
  ReduceOptions sum_options = options;
  if (const Outcome known = sum_type(source, options.dtype, sum_options.dtype); known != Outcome::Done) return known;
  const bool is_half = source->dtype == DType::F16 && sum_options.dtype == nullptr;
  if (is_half) sum_options.dtype = dtype_object(DType::F32);
  if (array::is_half(source->dtype) && !is_half && sum_options.dtype == nullptr) return Outcome::Delegate;
  Ref mean, count;
  // Counted first: nothing is written where NumPy has to warn.
  if (is_where_given(options.where)) {
    static PyObject* const zero = PyLong_FromLong(0);
    if (const Outcome done = count_elements(source, options, 0, count); done != Outcome::Done) return done;
    const int is_sound = all_above(count.get(), zero);
    if (is_sound <= 0) return is_sound < 0 ? Outcome::Error : Outcome::Delegate;
  }
  if (const Outcome done = reduced(array, sum_options, mean); done != Outcome::Done) return done;
  if (!count) {
    const Outcome done = count_elements(source, options, elements_of(mean.get()), count);
    if (done != Outcome::Done) return done;
  }
  if (const Outcome done = divide_by(mean, count.get()); done != Outcome::Done) return done;
  if (is_half && !is_given(options.out)) mean = Ref(in_type(mean.get(), DType::F16));
  return made(mean.release(), result);
}

Outcome variance_of_array(PyObject* array, const ReduceOptions& options, const VarianceOptions& more,
                          PyObject*& result) {
  ArrayObject* source = as_array(array);
  static PyObject* const zero = PyLong_FromLong(0);
  PyObject* ddof = more.ddof == nullptr ? zero : more.ddof;
  if (source->size == 0 || source->rank == 0 || source->dtype == DType::BF16) return Outcome::Delegate;
  if (!PyLong_CheckExact(ddof) && !PyFloat_CheckExact(ddof)) return Outcome::Delegate;
  ReduceOptions sum_options = options;
  if (const Outcome known = sum_type(source, options.dtype, sum_options.dtype); known != Outcome::Done) return known;
  ReduceOptions mean_options = sum_options;
  mean_options.keepdims = Py_True;
  mean_options.out = nullptr;
  Ref count, mean, squares, sum;
  // Along the axes, in the lengths that the mean has, and in those of the result.
  Ref mean_count;
  if (const Outcome done = reduced(array, mean_options, mean); done != Outcome::Done) return done;
  if (const Outcome done = count_elements(source, mean_options, elements_of(mean.get()), mean_count);
      done != Outcome::Done) {
    return done;
  }
  const int is_sound = all_above(mean_count.get(), ddof);
  if (is_sound <= 0) return is_sound < 0 ? Outcome::Error : Outcome::Delegate;
  if (more.mean != nullptr) {
    mean = Ref::borrow(more.mean);
    if (!is_array(mean.get())) return Outcome::Delegate;
  } else if (const Outcome done = divide_by(mean, mean_count.get()); done != Outcome::Done) {
    return done;
  }
  if (const Outcome done = squared_distances(array, mean.get(), squares); done != Outcome::Done) return done;
  if (const Outcome done = reduced(squares.get(), sum_options, sum); done != Outcome::Done) return done;
  if (const Outcome done = count_elements(source, sum_options, elements_of(sum.get()), count); done != Outcome::Done) {
    return done;
  }
  const Ref freedom(binary_operator(Ufunc::subtract, count.get(), ddof));
  if (!freedom) return Outcome::Error;
  if (const Outcome done = divide_by(sum, freedom.get()); done != Outcome::Done) return done;
  if (more.takes_root) {
    Ref root;
    const Ref same = Ref::borrow(sum.get());
    if (const Outcome done = apply(Ufunc::sqrt, same.get(), nullptr, true, root); done != Outcome::Done) return done;
    sum = std::move(root);
  }
  result = sum.release();
  return Outcome::Done;
}

}  // namespace rooftop::python
