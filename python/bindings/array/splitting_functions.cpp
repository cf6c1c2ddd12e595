// Views of parts: split, array_split, hsplit, vsplit, dsplit, unstack.
#include <algorithm>

#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/scalar_object.h"

namespace rooftop::python {
namespace {

// Where the parts begin and end along the axis, as slices of one sequence have it; false for what NumPy should judge.
class Cuts {
 public:
  explicit Cuts(std::int64_t length) : length_(length) {}

  /// So many parts of one length, or, where that need not be, the first ones longer by one.
  bool read_count(Py_ssize_t count, bool must_be_equal) {
    if (count <= 0 || (must_be_equal && length_ % count != 0)) return false;
    count_ = count;
    return true;
  }
  /// Ends of all parts but the last.
  bool read_places(PyObject* sequence) {
    places_ = PySequence_Fast_ITEMS(sequence);
    count_ = PySequence_Fast_GET_SIZE(sequence) + 1;
    return std::all_of(places_, places_ + count_ - 1, [](PyObject* place) { return PyLong_CheckExact(place) != 0; });
  }

  Py_ssize_t count() const { return count_; }

  void part(Py_ssize_t i, Py_ssize_t& begin, Py_ssize_t& end) const {
    begin = i == 0 ? 0 : edge(i);
    end = i + 1 == count_ ? length_ : edge(i + 1);
    PySlice_AdjustIndices(length_, &begin, &end, 1);
    end = std::max(begin, end);
  }

 private:
  Py_ssize_t edge(Py_ssize_t i) const {
    if (places_ == nullptr) return i * (length_ / count_) + std::min(i, length_ % count_);
    return PyNumber_AsSsize_t(places_[i - 1], nullptr);  // cut to what an index holds
  }

  const std::int64_t length_;
  Py_ssize_t count_ = 0;
  PyObject* const* places_ = nullptr;
};

// A view of some of an array's elements, of the array's class.
PyObject* part_of(PyObject* array, const View& part) {
  return like_self(array, as_object(new_view(part, array, as_array(array)->has(kWriteable))));
}

Outcome split_along(PyObject* array, PyObject* cuts_given, int axis, bool must_be_equal, PyObject*& result) {
  ArrayObject* source = as_array(array);
  Cuts cuts(source->shape()[axis]);
  if (PyLong_CheckExact(cuts_given)) {
    const Py_ssize_t count = PyLong_AsSsize_t(cuts_given);
    if (!cuts.read_count(count, must_be_equal)) {
      PyErr_Clear();
      return Outcome::Delegate;
    }
  } else if (!(PyTuple_CheckExact(cuts_given) || PyList_CheckExact(cuts_given)) || !cuts.read_places(cuts_given)) {
    return Outcome::Delegate;
  }
  Ref list(PyList_New(cuts.count()));
  if (!list) return Outcome::Error;
  Extents extents(source->view());
  for (Py_ssize_t i = 0; i < cuts.count(); ++i) {
    Py_ssize_t begin = 0, end = 0;
    cuts.part(i, begin, end);
    extents.shape[axis] = end - begin;
    char* const data = source->data + (end > begin ? begin * extents.strides[axis] : 0);
    PyObject* part = part_of(array, extents.view(source->dtype, data));
    if (part == nullptr) return Outcome::Error;
    PyList_SET_ITEM(list.get(), i, part);
  }
  return made(list.release(), result);
}

template <bool MustBeEqual>
Outcome split(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
              PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"split", {"indices_or_sections", "axis"}, 2, 1};
  ArgumentReader<2>::Values values;
  const int rank = as_array(array)->rank;
  if (rank == 0 || !read_or_leave(kReader, arguments, given, keyword_names, values)) {
    return Outcome::Delegate;
  }
  int axis = 0;
  if (!read_axis_or_leave(values[1], rank, axis)) return Outcome::Delegate;
  return split_along(array, values[0], axis, MustBeEqual, result);
}

// hsplit cuts vectors along their only axis.
template <int Axis, int LeastRank>
Outcome split_axis(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                   PyObject*& result) {
  const int rank = as_array(array)->rank;
  if (given != 1 || keyword_names != nullptr || rank < LeastRank) return Outcome::Delegate;
  return split_along(array, arguments[0], std::min(Axis, rank - 1), true, result);
}

Outcome unstack(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"unstack", {"axis"}, 0};
  ArgumentReader<1>::Values values;
  ArrayObject* source = as_array(array);
  if (source->rank == 0 || !read_or_leave(kReader, arguments, given, keyword_names, values)) {
    return Outcome::Delegate;
  }
  int axis = 0;
  if (!read_axis_or_leave(values[0], source->rank, axis)) return Outcome::Delegate;
  Extents extents;
  for (int k = 0; k < source->rank; ++k) {
    if (k != axis) extents.push(source->shape()[k], source->strides()[k]);
  }
  const std::int64_t count = source->shape()[axis];
  Ref parts(PyTuple_New(count));
  if (!parts) return Outcome::Error;
  for (std::int64_t i = 0; i < count; ++i) {
    char* const data = source->data + i * source->strides()[axis];
    const View view = extents.view(source->dtype, data);
    PyObject* part = view.rank == 0 ? new_scalar(source->dtype, data) : part_of(array, view);
    if (part == nullptr) return Outcome::Error;
    PyTuple_SET_ITEM(parts.get(), i, part);
  }
  return made(parts.release(), result);
}

ROOFTOP_FUNCTION(split, split<true>)
ROOFTOP_FUNCTION(array_split, split<false>)
ROOFTOP_FUNCTION(hsplit, split_axis<1, 1>)
ROOFTOP_FUNCTION(vsplit, split_axis<0, 2>)
ROOFTOP_FUNCTION(dsplit, split_axis<2, 3>)
ROOFTOP_FUNCTION(unstack, unstack)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY(
        "split", split_function,
        "split(ary, indices_or_sections, axis=0)\n--\n\nViews of parts along an axis, all of one length where "
        "their number is given."),
    ROOFTOP_ENTRY("array_split", array_split_function,
                  "array_split(ary, indices_or_sections, axis=0)\n--\n\nAs split; where the length is no multiple of "
                  "the number, the first parts are longer by one."),
    ROOFTOP_ENTRY("hsplit", hsplit_function, "hsplit(ary, indices_or_sections)\n--\n\nAs split along axis 1."),
    ROOFTOP_ENTRY("vsplit", vsplit_function, "vsplit(ary, indices_or_sections)\n--\n\nAs split along axis 0."),
    ROOFTOP_ENTRY("dsplit", dsplit_function, "dsplit(ary, indices_or_sections)\n--\n\nAs split along axis 2."),
    ROOFTOP_ENTRY("unstack", unstack_function,
                  "unstack(x, /, *, axis=0)\n--\n\nViews of the rows along an axis, as a tuple."),
};

}  // namespace

std::span<PyMethodDef> splitting_functions() { return functions; }

}  // namespace rooftop::python
