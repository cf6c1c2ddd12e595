// Types, axes and empty arrays of reductions.
#include "array/reductions.h"

#include <array>
#include <cstring>

#include "array/axes.h"
#include "array/creation.h"
#include "array/dtype_object.h"
#include "array/scalar_object.h"
#include "core/without_gil.h"
#include "rooftop/array/cast.h"
#include "rooftop/lib/pairwise.h"
#include "rooftop/lib/reduction.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

/// Elements from which the GIL is released meanwhile.
constexpr std::int64_t kReleaseSize = 1 << 16;

struct FastReduction {
  lib::KernelEntry contiguous = nullptr;
  DType output{};
  bool is_inexact = false;
};
std::array<std::array<FastReduction, array::kDTypeCount>, 256> fast_reductions;

// Sums and products of small integers and booleans are of 64 bits.
DType output_type(Ufunc ufunc, DType dtype) {
  if (ufunc == Ufunc::add || ufunc == Ufunc::multiply) {
    if (array::is_bool(dtype) || array::is_signed(dtype)) return DType::I64;
    if (array::is_unsigned(dtype)) return DType::U64;
  }
  if (ufunc == Ufunc::logical_and || ufunc == Ufunc::logical_or) return DType::Bool;
  return dtype;
}

bool is_none(PyObject* object) { return object == nullptr || object == Py_None; }

// A sum's or product's value; of complex numbers and halves it is not known.
bool is_finite(DType dtype, const char* value) {
  if (dtype == DType::F64) {
    double number;
    std::memcpy(&number, value, sizeof number);
    return number - number == 0;
  }
  if (dtype != DType::F32) return false;
  float number;
  std::memcpy(&number, value, sizeof number);
  return number - number == 0;
}

// One reduction on its way: types, axes, the result's memory, the fold.
class Call {
 public:
  Call(Ufunc ufunc, PyObject* array, const ReduceOptions& options)
      : ufunc_(ufunc), array_(as_array(array)), options_(options) {}

  Outcome run(PyObject*& result) {
    if (options_.where != nullptr && options_.where != Py_True) return Outcome::Delegate;
    if (options_.initial != nullptr || !is_none(options_.out)) return Outcome::Delegate;
    const DType own = array_->dtype;
    DType output = output_type(ufunc_, own);
    accumulator_ = own;
    if (!is_none(options_.dtype)) {
      DType wanted{};
      switch (read_dtype(options_.dtype, wanted)) {
        case DTypeName::Error:
          return Outcome::Error;
        case DTypeName::Foreign:
          return Outcome::Delegate;
        case DTypeName::Native:
          break;
      }
      if (ufunc_ == Ufunc::logical_and || ufunc_ == Ufunc::logical_or) return Outcome::Delegate;
      output = wanted;
      if (!lib::can_reduce(ufunc_, own, output)) accumulator_ = output;
      if (!array::can_cast(own, output, array::Casting::SameKind)) return Outcome::Delegate;
    }
    if (!lib::can_reduce(ufunc_, accumulator_, output)) return Outcome::Delegate;
    return fold(output, result);
  }

  Outcome fold(DType output, PyObject*& result) {
    const int rank = array_->rank;
    if (!read_axes(options_.axis, rank, axes_)) return Outcome::Error;
    const int keeps = is_none(options_.keepdims) ? 0 : PyObject_IsTrue(options_.keepdims);
    if (keeps < 0) return Outcome::Error;
    Extents kept;
    Extents shown;
    bool is_empty = false;
    for (int i = 0; i < rank; ++i) {
      const bool is_reduced = (axes_ >> i & 1) != 0;
      if (is_reduced) {
        is_empty |= array_->shape()[i] == 0;
        if (keeps != 0) shown.push(1, 0);
      } else {
        kept.push(array_->shape()[i], 0);
        shown.push(array_->shape()[i], 0);
      }
    }
    if (is_empty) return Outcome::Delegate;
    if (shown.rank == 0) {
      alignas(16) char value[16];
      if (!compute({value, output, 0, nullptr, nullptr})) return Outcome::Error;
      result = new_scalar(output, value);
      return result == nullptr ? Outcome::Error : Outcome::Done;
    }
    ArrayObject* out = new_array(output, shown.lengths());
    if (out == nullptr) return Outcome::Error;
    result = as_object(out);
    kept.set_row_major(array::size_of(output));
    if (compute(kept.view(output, out->data))) return Outcome::Done;
    Py_CLEAR(result);
    return Outcome::Error;
  }

 private:
  bool compute(const View& out) {
    const View in = array_->view();
    if (in.size() == 0) return true;
    unsigned errors = 0;
    {
      const WithoutGil released(array_->size >= kReleaseSize);
      errors = lib::reduce(ufunc_, in, accumulator_, axes_, out);
    }
    const bool reports = ufunc_ == Ufunc::add || ufunc_ == Ufunc::multiply;
    return !reports || report_method_errors("reduce", errors);
  }

  const Ufunc ufunc_;
  ArrayObject* const array_;
  const ReduceOptions& options_;
  DType accumulator_{};
  std::uint64_t axes_ = 0;
};

}  // namespace

PyObject* fast_reduce(Ufunc ufunc, ArrayObject* array) {
  const FastReduction& fast = fast_reductions[static_cast<std::size_t>(ufunc)][static_cast<std::size_t>(array->dtype)];
  if (fast.contiguous == nullptr || !array->has(kSmall) || array->size == 0) return nullptr;
  alignas(16) char value[16];
  const auto stride = static_cast<std::int64_t>(array::size_of(array->dtype));
  if (ufunc == Ufunc::add && fast.is_inexact) {
    lib::pairwise_sum(array->dtype, array->data, stride, array->size, value);
  } else {
    const std::int64_t slots[] = {reinterpret_cast<std::int64_t>(array->data), array->size, stride,
                                  reinterpret_cast<std::int64_t>(value),       1,           0};
    fast.contiguous(nullptr, slots, nullptr);
  }
  // Infinities and NaN may need a warning: the whole way finds out.
  if (fast.is_inexact && !is_finite(fast.output, value)) return nullptr;
  return new_scalar(fast.output, value);
}

Outcome reduce_array(Ufunc ufunc, PyObject* array, const ReduceOptions& options, PyObject*& result) {
  try {
    return Call(ufunc, array, options).run(result);
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return Outcome::Error;
  }
}

Outcome mean_of_array(PyObject* array, const ReduceOptions& options, PyObject*& result) {
  ArrayObject* source = as_array(array);
  const bool is_whole = array::is_integer(source->dtype) || array::is_bool(source->dtype);
  if (array::is_half(source->dtype) || !is_none(options.dtype) || source->size == 0) return Outcome::Delegate;
  if (source->rank == 0 && !is_none(options.axis)) return Outcome::Delegate;  // NumPy refuses it here, unlike in a sum
  ReduceOptions sum_options = options;
  if (is_whole) sum_options.dtype = dtype_object(DType::F64);
  PyObject* sum = nullptr;
  if (const Outcome outcome = reduce_array(Ufunc::add, array, sum_options, sum); outcome != Outcome::Done) {
    return outcome;
  }
  Ref guard(sum);
  const std::int64_t results = is_array(sum) ? as_array(sum)->size : 1;
  if (results == 0) return Outcome::Delegate;
  const double count = static_cast<double>(source->size / results);
  if (is_array(sum)) {
    Ref divisor(PyFloat_FromDouble(count));
    result = divisor ? in_place_operator(Ufunc::divide, sum, divisor.get()) : nullptr;
  } else {
    Ref divisor(PyFloat_FromDouble(count));
    result = divisor ? binary_operator(Ufunc::divide, sum, divisor.get()) : nullptr;
  }
  return result == nullptr ? Outcome::Error : Outcome::Done;
}

void prepare_reductions() {
  for (Ufunc ufunc :
       {Ufunc::add, Ufunc::multiply, Ufunc::minimum, Ufunc::maximum, Ufunc::logical_and, Ufunc::logical_or}) {
    for (int d = 0; d < array::kDTypeCount; ++d) {
      const auto dtype = static_cast<DType>(d);
      const DType output = output_type(ufunc, dtype);
      const lib::ReductionSet* set = lib::reduction(ufunc, dtype, output);
      if (set == nullptr) continue;
      const bool counts = ufunc == Ufunc::add || ufunc == Ufunc::multiply;
      fast_reductions[static_cast<std::size_t>(ufunc)][static_cast<std::size_t>(d)] = {
          set->contiguous, output, counts && (array::is_float(dtype) || array::is_complex(dtype))};
    }
  }
}

}  // namespace rooftop::python
