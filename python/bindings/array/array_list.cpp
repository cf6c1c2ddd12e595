// Reading the parts, and the axes they get.
#include "array/array_list.h"

#include <algorithm>

#include "array/creation.h"
#include "array/operand.h"
#include "array/scalar_object.h"

namespace rooftop::python {
namespace {

constexpr int kNew = -1;

// The axes of a part after the lift, kNew for those it gets. The number of them; -1 when there are too many.
int lifted_axes(Lift lift, int rank, Py_ssize_t place, int* axes) {
  int count = 0;
  const auto own = [&](int first, int last) {
    for (int axis = first; axis < last; ++axis) axes[count++] = axis;
  };
  const auto add = [&](int ones) {
    for (int i = 0; i < ones; ++i) axes[count++] = kNew;
  };
  switch (lift) {
    case Lift::None:
    case Lift::Flat:
      own(0, rank);
      break;
    case Lift::Insert:
      if (rank == array::kMaxRank) return -1;
      own(0, static_cast<int>(place));
      add(1);
      own(static_cast<int>(place), rank);
      break;
    case Lift::Elements:
      add(rank == 0 ? 1 : 0);
      own(0, rank);
      break;
    case Lift::Rows:
      add(std::max(0, 2 - rank));
      own(0, rank);
      break;
    case Lift::Columns:
      own(0, rank);
      add(std::max(0, 2 - rank));
      break;
    case Lift::Depth:
      if (rank < 2) add(rank == 0 ? 2 : 1);
      own(0, rank);
      if (rank < 3) add(1);
      break;
  }
  return count;
}

}  // namespace

Outcome ArrayList::read(PyObject* sequence, Lift lift, Py_ssize_t place) {
  Outcome outcome = Outcome::Done;
  if (is_exact_array(sequence)) {
    outcome = add_rows(as_array(sequence), lift, place);
  } else {
    if (!is_list_or_tuple(sequence) || PySequence_Fast_GET_SIZE(sequence) == 0) return Outcome::Delegate;
    if (PyList_CheckExact(sequence)) {  // others may take arrays out of a list while the GIL is released
      Ref tuple(PyList_AsTuple(sequence));
      if (!tuple) return Outcome::Error;
      sequence = tuple.get();
      kept_.push_back(std::move(tuple));
    }
    for (Py_ssize_t i = 0; outcome == Outcome::Done && i < PyTuple_GET_SIZE(sequence); ++i) {
      outcome = add(PyTuple_GET_ITEM(sequence, i), lift, place);
    }
  }
  settle();
  return outcome;
}

Outcome ArrayList::add(PyObject* item, Lift lift, Py_ssize_t place) {
  if (is_exact_array(item)) return add_view(as_array(item)->view(), lift, place);
  if (is_array(item)) return Outcome::Delegate;
  const bool is_number = PyFloat_CheckExact(item) || PyLong_CheckExact(item) || PyBool_Check(item) || is_scalar(item);
  if (is_list_or_tuple(item) || (is_number && lift != Lift::None && lift != Lift::Flat)) {
    Ref made(is_number ? array_from_object(item, std::nullopt) : array_from_sequence(item, std::nullopt));
    if (!made) return PyErr_Occurred() ? Outcome::Error : Outcome::Delegate;
    if (!is_exact_array(made.get())) return Outcome::Delegate;
    kept_.push_back(std::move(made));
    return add_view(as_array(kept_.back().get())->view(), lift, place);
  }
  Operand operand;
  if (read_operand(item, operand, false) != Reading::Ok || operand.is_weak()) return Outcome::Delegate;
  return add_view(operand.view, lift, place);
}

void ArrayList::settle() {
  const std::int64_t* dims = dims_.data();
  for (std::size_t i = 0; i < views_.size(); ++i) {
    views_[i].shape = dims;
    views_[i].strides = dims + views_[i].rank;
    dims += 2 * views_[i].rank;
  }
}

Outcome ArrayList::add_rows(const ArrayObject* array, Lift lift, Py_ssize_t place) {
  if (array->rank < 2 || array->shape()[0] == 0) return Outcome::Delegate;
  View row{array->data, array->dtype, array->rank - 1, array->shape() + 1, array->strides() + 1};
  for (std::int64_t i = 0; i < array->shape()[0]; ++i, row.data += array->strides()[0]) {
    if (const Outcome outcome = add_view(row, lift, place); outcome != Outcome::Done) return outcome;
  }
  return Outcome::Done;
}

Outcome ArrayList::add_view(const View& view, Lift lift, Py_ssize_t place) {
  if (lift == Lift::Flat) return add_flat(view);
  if (lift == Lift::Insert) {
    if (place < 0) place += view.rank + 1;
    if (place < 0 || place > view.rank) return Outcome::Delegate;
  }
  int axes[array::kMaxRank + 1];
  const int count = lifted_axes(lift, view.rank, place, axes);
  if (count < 0) return Outcome::Delegate;
  push(view, axes, count);
  return Outcome::Done;
}

Outcome ArrayList::add_flat(const View& view) {
  View source = view;
  if (view.rank != 1 && !array::is_row_major(view)) {
    Ref copy(as_object(copied(view, view.dtype, Order::RowMajor)));
    if (!copy) return Outcome::Error;
    source = as_array(copy.get())->view();
    kept_.push_back(std::move(copy));
  }
  const std::int64_t size = source.size();
  const std::int64_t stride = view.rank == 1 ? view.strides[0] : static_cast<std::int64_t>(array::size_of(view.dtype));
  static constexpr int kOnly = 0;
  push({source.data, source.dtype, 1, &size, &stride}, &kOnly, 1);
  return Outcome::Done;
}

void ArrayList::push(const View& view, const int* axes, int count) {
  std::int64_t* dims = dims_.extend(2 * static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    dims[i] = axes[i] == kNew ? 1 : view.shape[axes[i]];
    dims[count + i] = axes[i] == kNew ? 0 : view.strides[axes[i]];
  }
  dtype_ = views_.size() == 0 ? view.dtype : array::promote(dtype_, view.dtype);
  views_.push({view.data, view.dtype, count, nullptr, nullptr});
}

}  // namespace rooftop::python
