#include "array/fold_type.h"

#include <algorithm>

#include "array/creation.h"
#include "array/dtype_object.h"
#include "rooftop/array/layout.h"
#include "rooftop/lib/reduction.h"

namespace rooftop::python {

using ops::Ufunc;

Outcome find_fold_type(Ufunc ufunc, DType own, PyObject* dtype, const ArrayObject* out, DType& type) {
  if (dtype != nullptr && dtype != Py_None) {
    switch (read_dtype(dtype, type)) {
      case DTypeName::Error:
        return Outcome::Error;
      case DTypeName::Foreign:
        return Outcome::Delegate;
      case DTypeName::Native:
        break;
    }
    if (ops::is_logical(ufunc) && type != DType::Bool) return Outcome::Delegate;
  } else if (out != nullptr && !ops::is_logical(ufunc)) {
    type = array::promote(own, out->dtype);
  } else {
    type = lib::output_of_reduction(ufunc, own);
  }
  const bool converts = own != type && !ops::is_logical(ufunc);
  if (converts && (!array::can_cast(own, type, array::Casting::SameKind) || may_leave_half(own, type))) {
    return Outcome::Delegate;
  }
  return Outcome::Done;
}

int uniform_loop(Ufunc ufunc, DType type) {
  if (ops::info(ufunc).inputs != 2 || ops::info(ufunc).outputs != 1) return -1;
  if (ufunc == Ufunc::power) {  // its integers are checked for negative exponents first
    return array::is_integer(type) || array::is_bool(type) ? -1 : ops::loop_for(ufunc, type);
  }
  const FastLoop& loop = fast_loop(ufunc, type);
  return loop.contiguous != nullptr && loop.output == type ? loop.loop : -1;
}

Outcome read_out(PyObject* given, ArrayObject*& out) {
  out = nullptr;
  if (given == nullptr || given == Py_None) return Outcome::Done;
  if (PyTuple_CheckExact(given) && PyTuple_GET_SIZE(given) == 1) return read_out(PyTuple_GET_ITEM(given, 0), out);
  if (!is_array(given) || !as_array(given)->has(kWriteable)) return Outcome::Delegate;
  out = as_array(given);
  return Outcome::Done;
}

Outcome FoldResult::prepare(ArrayObject* out, const View& layout, DType type, const View& input, Overlap overlap) {
  out_ = out;
  if (out != nullptr) {
    const auto lengths = out->view().lengths();
    if (!std::equal(lengths.begin(), lengths.end(), layout.shape, layout.shape + layout.rank) ||
        !array::can_cast(type, out->dtype, array::Casting::SameKind) ||
        (array::is_complex(out->dtype) && !array::is_complex(type))) {
      return Outcome::Delegate;
    }
    const bool is_apart =
        !array::may_overlap(out->view(), input) || (overlap == kMayBeInput && array::same_elements(out->view(), input));
    if (out->dtype == type && out->has(kAligned) && is_apart) {
      view_ = out->view();
      return Outcome::Done;
    }
  }
  Extents axes(layout);
  for (int i = 0; i < axes.rank; ++i) {
    if (axes.shape[i] == 1) axes.strides[i] = 0;  // which has no say in the order
  }
  const View of_input = axes.view(type, nullptr);
  ArrayObject* made =
      new_of_layout(type, array::layout_of_result({&of_input, 1}, layout.lengths(), array::size_of(type)));
  if (made == nullptr) return Outcome::Error;
  made_ = Ref(as_object(made));
  view_ = made->view();
  return Outcome::Done;
}

PyObject* FoldResult::finish() {
  if (out_ == nullptr) return made_.release();
  if (made_ && !convert_elements(out_->view(), as_array(made_.get())->view())) return nullptr;
  return Py_NewRef(as_object(out_));
}

}  // namespace rooftop::python
