// Reading of arguments; what is not native goes on to NumPy's method.
#include "array/ufunc_methods.h"

#include <algorithm>

#include "array/accumulations.h"
#include "array/argument_reader.h"
#include "array/axes.h"
#include "array/creation.h"
#include "array/delegate.h"
#include "array/fast_reductions.h"
#include "array/reductions.h"
#include "array/ufunc_at.h"
#include "array/ufunc_object.h"
#include "rooftop/lib/places.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

// `body(ufunc, values, result)` with the arguments read; NumPy's method for what it leaves.
template <std::size_t Count, typename Body>
PyObject* call(PyObject* self, const ArgumentReader<Count>& reader, PyObject* const* arguments, Py_ssize_t given,
               PyObject* keyword_names, Body body) {
  typename ArgumentReader<Count>::Values values;
  switch (reader.read(arguments, given, keyword_names, values)) {
    case ArgumentReader<Count>::Result::Ok: {
      PyObject* result = nullptr;
      if (body(ufunc_of(self), values, result) != Outcome::Delegate) return result;
      break;
    }
    case ArgumentReader<Count>::Result::Unknown:
      break;
    case ArgumentReader<Count>::Result::Error:
      return nullptr;
  }
  return delegate_ufunc(name_of_ufunc(self), reader.function, arguments, given, keyword_names);
}

// An array of at least one axis, for a function of two inputs.
Outcome read_array(Ufunc ufunc, PyObject* given, Ref& kept, ArrayObject*& array) {
  if (ops::info(ufunc).inputs != 2) return Outcome::Delegate;
  kept = Ref(array_from_object(given, std::nullopt));
  if (!kept) return Outcome::Error;
  if (!is_exact_array(kept.get()) || as_array(kept.get())->rank == 0) return Outcome::Delegate;
  array = as_array(kept.get());
  return Outcome::Done;
}

// The axis as given, 0 by default; None is NumPy's for one axis.
Outcome read_one_axis(PyObject* given, int rank, int& axis) {
  axis = 0;
  if (given == nullptr) return Outcome::Done;
  if (given == Py_None || PyTuple_Check(given)) return Outcome::Delegate;
  return read_axis(given, rank, axis) ? Outcome::Done : Outcome::Error;
}

}  // namespace

PyObject* ufunc_reduce(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  if (given > 0 && is_exact_array(arguments[0]) && as_array(arguments[0])->rank > 0) {
    ArrayObject* array = as_array(arguments[0]);
    const OnlyAxis only(array->rank, arguments + 1, given - 1, keyword_names);
    PyObject* result = nullptr;
    if (only.is_none() || only.is_one()) {
      result = fast_reduce_axis(ufunc_of(self), array, only.is_one() ? only.axis() : 0);
    }
    if (result != nullptr || PyErr_Occurred()) return result;
  }
  static constexpr ArgumentReader<7> kReader{
      "reduce", {"array", "axis", "dtype", "out", "keepdims", "initial", "where"}, 7, 1};
  return call(self, kReader, arguments, given, keyword_names, [](Ufunc ufunc, const auto& values, PyObject*& result) {
    Ref kept;
    ArrayObject* array = nullptr;
    if (const Outcome read = read_array(ufunc, values[0], kept, array); read != Outcome::Done) return read;
    static PyObject* const first = PyLong_FromLong(0);
    const ReduceOptions options{.axis = values[1] == nullptr ? first : values[1],
                                .dtype = values[2],
                                .out = values[3],
                                .keepdims = values[4],
                                .initial = values[5],
                                .where = values[6]};
    return reduce_array(ufunc, kept.get(), options, result);
  });
}

PyObject* ufunc_accumulate(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  static constexpr ArgumentReader<4> kReader{"accumulate", {"array", "axis", "dtype", "out"}, 4, 1};
  return call(self, kReader, arguments, given, keyword_names, [](Ufunc ufunc, const auto& values, PyObject*& result) {
    Ref kept;
    ArrayObject* array = nullptr;
    int axis = 0;
    Outcome read = read_array(ufunc, values[0], kept, array);
    if (read == Outcome::Done) read = read_one_axis(values[1], array->rank, axis);
    if (read != Outcome::Done) return read;
    return accumulate_array(ufunc, array, axis, {.dtype = values[2], .out = values[3]}, result);
  });
}

PyObject* ufunc_reduceat(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  static constexpr ArgumentReader<5> kReader{"reduceat", {"array", "indices", "axis", "dtype", "out"}, 5, 2};
  return call(self, kReader, arguments, given, keyword_names, [](Ufunc ufunc, const auto& values, PyObject*& result) {
    Ref kept;
    ArrayObject* array = nullptr;
    int axis = 0;
    Outcome read = read_array(ufunc, values[0], kept, array);
    if (read == Outcome::Done) read = read_one_axis(values[2], array->rank, axis);
    if (read != Outcome::Done) return read;
    Ref indices(array_from_object(values[1], std::nullopt));
    if (!indices) return Outcome::Error;
    if (!is_array(indices.get()) || as_array(indices.get())->rank != 1 ||
        !array::can_cast(as_array(indices.get())->dtype, DType::I64, array::Casting::Safe)) {
      return Outcome::Delegate;
    }
    if (as_array(indices.get())->dtype != DType::I64 || !as_array(indices.get())->has(kRowMajor | kAligned)) {
      indices = Ref(as_object(copied(as_array(indices.get())->view(), DType::I64, Order::RowMajor)));
      if (!indices) return Outcome::Error;
    }
    const std::span<const std::int64_t> starts{reinterpret_cast<std::int64_t*>(as_array(indices.get())->data),
                                               static_cast<std::size_t>(as_array(indices.get())->size)};
    if (!lib::all_inside(starts, array->shape()[axis])) return Outcome::Delegate;
    return reduce_array_slices(ufunc, array, axis, starts, {.dtype = values[3], .out = values[4]}, result);
  });
}

// f(a[…, none of b's axes], b)
PyObject* ufunc_outer(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  const auto is_plain = [](PyObject* object) {
    return is_exact_array(object) || PyList_CheckExact(object) || PyTuple_CheckExact(object);
  };
  constexpr Py_ssize_t kMostKeywords = 8;
  const Py_ssize_t named = keyword_names == nullptr ? 0 : PyTuple_GET_SIZE(keyword_names);
  const bool is_native = given == 2 && named <= kMostKeywords && ops::info(ufunc_of(self)).inputs == 2 &&
                         is_plain(arguments[0]) && is_plain(arguments[1]);
  if (!is_native) return delegate_ufunc(name_of_ufunc(self), "outer", arguments, given, keyword_names);
  const Ref left(array_from_object(arguments[0], std::nullopt));
  const Ref right(left ? array_from_object(arguments[1], std::nullopt) : nullptr);
  if (!right) return nullptr;
  if (!is_array(left.get()) || !is_array(right.get()) ||
      as_array(left.get())->rank + as_array(right.get())->rank > array::kMaxRank) {
    return delegate_ufunc(name_of_ufunc(self), "outer", arguments, given, keyword_names);
  }
  ArrayObject* a = as_array(left.get());
  Extents extents(a->view());
  for (int i = 0; i < as_array(right.get())->rank; ++i) extents.push(1, 0);
  const Ref wide(as_object(new_view(extents.view(a->dtype, a->data), left.get(), a->has(kWriteable))));
  if (!wide) return nullptr;
  PyObject* values[2 + kMostKeywords] = {wide.get(), right.get()};
  std::copy_n(arguments + 2, named, values + 2);
  return PyObject_Vectorcall(self, values, 2, keyword_names);
}

PyObject* ufunc_at(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  if (given == 3 && keyword_names == nullptr) {
    const Outcome done = apply_at(ufunc_of(self), arguments[0], arguments[1], arguments[2]);
    if (done == Outcome::Done) Py_RETURN_NONE;
    if (done == Outcome::Error) return nullptr;
  }
  return delegate_ufunc(name_of_ufunc(self), "at", arguments, given, keyword_names);
}

}  // namespace rooftop::python
