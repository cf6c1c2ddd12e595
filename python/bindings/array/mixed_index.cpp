// One walk over the subscript to see what is in it, one to apply it, then the offsets.
#include "array/mixed_index.h"

#include <algorithm>
#include <cstring>

#include "array/creation.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/lib/offsets.h"

namespace rooftop::python {

Outcome MixedIndex::read(ArrayObject* array, PyObject* key) {
  // Objects in the subscript are the user's, and may give the array another shape.
  dtype_ = array->dtype;
  data_ = array->data;
  from_ = Extents(array->view());
  rest_.rank = index_shape_.rank = 0;
  PyObject* const* objects = PyTuple_Check(key) ? &PyTuple_GET_ITEM(key, 0) : &key;
  const Py_ssize_t count = PyTuple_Check(key) ? PyTuple_GET_SIZE(key) : 1;
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (const Outcome outcome = classify(objects[i]); outcome != Outcome::Done) return outcome;
  }
  std::int64_t named = 0, added = 0;
  bool has_ellipsis = false, has_arrays = false;
  for (const Item& item : items_.view()) {
    if (item.kind == Kind::Ellipsis && has_ellipsis) return Outcome::Delegate;
    has_ellipsis |= item.kind == Kind::Ellipsis;
    has_arrays |= item.kind == Kind::Places || item.kind == Kind::Mask;
    added += item.kind == Kind::NewAxis ? 1 : 0;
    if (item.kind != Kind::NewAxis && item.kind != Kind::Ellipsis) {
      named += item.kind == Kind::Mask ? item.view.rank : 1;
    }
  }
  if (!has_arrays || named > from_.rank || from_.rank + added > array::kMaxRank) return Outcome::Delegate;
  const Outcome applied = apply(static_cast<int>(named));
  return applied == Outcome::Done ? find_offsets() : applied;
}

Outcome MixedIndex::classify(PyObject* object) {
  Item item{Kind::Slice, 0, 0, object, {}};
  if (PySlice_Check(object)) {
    items_.push(item);
  } else if (object == Py_None || object == Py_Ellipsis) {
    item.kind = object == Py_None ? Kind::NewAxis : Kind::Ellipsis;
    items_.push(item);
  } else if (PyLong_CheckExact(object) ||
             (is_scalar(object) && array::is_integer(*dtype_of_scalar_type(Py_TYPE(object))))) {
    item.kind = Kind::Integer;
    item.position = PyNumber_AsSsize_t(object, PyExc_IndexError);
    if (item.position == -1 && PyErr_Occurred()) return Outcome::Error;
    items_.push(item);
  } else {
    return classify_array(object);
  }
  return Outcome::Done;
}

Outcome MixedIndex::classify_array(PyObject* object) {
  if (PyList_CheckExact(object)) {
    kept_.emplace_back(array_from_sequence(object, std::nullopt));
    if (!kept_.back()) return PyErr_Occurred() ? Outcome::Error : Outcome::Delegate;
    object = kept_.back().get();
    if (as_array(object)->size == 0) return Outcome::Delegate;  // NumPy takes it for integers
  }
  Operand operand;
  if (read_operand(object, operand, false) != Reading::Ok || operand.is_weak()) return Outcome::Delegate;
  const View& view = operand.view;
  if (view.rank == 0 || !(array::is_integer(view.dtype) || array::is_bool(view.dtype))) return Outcome::Delegate;
  items_.push({array::is_bool(view.dtype) ? Kind::Mask : Kind::Places, 0, 0, nullptr, view});
  return Outcome::Done;
}

// Takes integers and slices, and finds the axes of arrays. Numbers count as arrays without axes.
Outcome MixedIndex::apply(int named_axes) {
  int axis = 0;
  bool has_begun = false, has_ended = false;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    Item& item = items_[i];
    const bool is_index = item.kind == Kind::Integer || item.kind == Kind::Places || item.kind == Kind::Mask;
    if (is_index && !has_begun) axes_before_ = rest_.rank;
    if (is_index && has_ended) axes_before_ = 0;  // they are not neighbours: the first axes are theirs
    has_ended |= has_begun && !is_index;
    has_begun |= is_index;
    item.axis = axis;
    switch (item.kind) {
      case Kind::Integer:
        if (!take_integer(item, axis++)) return Outcome::Error;
        break;
      case Kind::Slice:
        if (!take_slice(item.slice, axis++)) return Outcome::Error;
        break;
      case Kind::NewAxis:
        rest_.push(1, 0);
        break;
      case Kind::Ellipsis:
        keep(axis, axis + from_.rank - named_axes);
        axis += from_.rank - named_axes;
        break;
      case Kind::Places:
        if (!array::broadcast_shape(index_shape_, item.view.lengths())) return Outcome::Delegate;
        ++axis;
        break;
      case Kind::Mask: {
        const View& mask = item.view;
        if (!std::equal(mask.shape, mask.shape + mask.rank, from_.shape + axis)) return Outcome::Delegate;
        distances_.push_back(lib::distances_of_true(mask, from_.strides + axis));
        const auto count = static_cast<std::int64_t>(distances_.back().size());
        if (!array::broadcast_shape(index_shape_, {&count, 1})) return Outcome::Delegate;
        axis += mask.rank;
        break;
      }
    }
  }
  keep(axis, from_.rank);
  return index_shape_.rank + rest_.rank > array::kMaxRank ? Outcome::Delegate : Outcome::Done;
}

bool MixedIndex::take_integer(const Item& item, int axis) {
  const std::int64_t length = from_.shape[axis];
  const std::int64_t place = item.position < 0 ? item.position + length : item.position;
  if (place >= 0 && place < length) {
    data_ += place * from_.strides[axis];
    return true;
  }
  PyErr_Format(PyExc_IndexError, "index %zd is out of bounds for axis %d with size %lld", item.position, axis,
               static_cast<long long>(length));
  return false;
}

bool MixedIndex::take_slice(PyObject* slice, int axis) {
  Py_ssize_t start, stop, step;
  if (PySlice_Unpack(slice, &start, &stop, &step) != 0) return false;
  const Py_ssize_t count = PySlice_AdjustIndices(from_.shape[axis], &start, &stop, step);
  if (count > 0) data_ += start * from_.strides[axis];
  rest_.push(count, from_.strides[axis] * step);
  return true;
}

void MixedIndex::keep(int first, int last) {
  for (int axis = first; axis < last; ++axis) rest_.push(from_.shape[axis], from_.strides[axis]);
}

Outcome MixedIndex::find_offsets() {
  const auto bytes = array::checked_bytes(index_shape_.lengths(), sizeof(std::int64_t));
  if (!bytes || *bytes == 0) return Outcome::Delegate;  // NumPy judges places that nobody asks for
  offsets_ = Ref(as_object(new_array(DType::I64, index_shape_.lengths())));
  if (!offsets_) return Outcome::Error;
  std::memset(as_array(offsets_.get())->data, 0, static_cast<std::size_t>(*bytes));
  const View offsets = as_array(offsets_.get())->view();
  std::size_t masks = 0;
  for (const Item& item : items_.view()) {
    if (item.kind == Kind::Places) {
      if (const Outcome outcome = add_places(item, offsets); outcome != Outcome::Done) return outcome;
    } else if (item.kind == Kind::Mask) {
      std::vector<std::int64_t>& distances = distances_[masks++];
      const auto length = static_cast<std::int64_t>(distances.size());
      const std::int64_t stride = sizeof(std::int64_t);
      const View vector{reinterpret_cast<char*>(distances.data()), DType::I64, 1, &length, &stride};
      Extents storage;
      lib::add_distances(offsets, array::broadcast_view(vector, index_shape_.lengths(), storage));
    }
  }
  return Outcome::Done;
}

Outcome MixedIndex::add_places(const Item& item, const View& offsets) {
  Extents storage;
  const View places = array::broadcast_view(item.view, index_shape_.lengths(), storage);
  const auto outside = lib::add_places(offsets, places, from_.shape[item.axis], from_.strides[item.axis]);
  if (!outside) return Outcome::Done;
  PyErr_Format(PyExc_IndexError, "index %lld is out of bounds for axis %d with size %lld",
               static_cast<long long>(*outside), item.axis, static_cast<long long>(from_.shape[item.axis]));
  return Outcome::Error;
}

}  // namespace rooftop::python
