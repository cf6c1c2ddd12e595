// _delete, the part of delete that takes few stretches out of an axis; rooftop/_editing.py does the rest.
#include <algorithm>

#include "array/axis_rows.h"
#include "array/creation.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "rooftop/lib/copy.h"

namespace rooftop::python {
namespace {

/// Places that are worth a copy of each stretch between them.
constexpr std::int64_t kFew = 16;

/// Ascending places on an axis, each once.
struct Places {
  std::int64_t places[kFew];  // NOLINT: the first `count`
  std::int64_t count = 0;

  void sort() {
    std::sort(places, places + count);
    count = std::unique(places, places + count) - places;
  }
};

// A stretch without gaps; false for others.
bool read_stretch(PyObject* slice, std::int64_t length, std::int64_t& begin, std::int64_t& end) {
  Py_ssize_t start = 0, stop = 0, step = 0;
  if (PySlice_Unpack(slice, &start, &stop, &step) != 0) {
    PyErr_Clear();
    return false;
  }
  const Py_ssize_t count = PySlice_AdjustIndices(length, &start, &stop, step);
  if (step != 1 && step != -1 && count > 1) return false;
  begin = step < 0 ? start - (count - 1) : start;
  end = begin + count;
  return count > 0;
}

// An int, or few of them for a vector; false for what others take or refuse.
bool read_few(PyObject* object, const ArrayObject* array, std::int64_t length, Places& found) {
  PyObject* const* items = &object;
  found.count = 1;
  if (PyList_CheckExact(object) && array->rank == 1) {
    items = PySequence_Fast_ITEMS(object);
    found.count = PyList_GET_SIZE(object);
  }
  if (found.count == 0 || found.count > kFew) return false;
  for (std::int64_t i = 0; i < found.count; ++i) {
    std::int64_t& place = found.places[i];
    if (!read_int_or_leave(items[i], place)) return false;
    if (place < 0) place += length;
    if (place < 0 || place >= length) return false;
  }
  found.sort();
  return true;
}

/// What is left of an axis, stretch by stretch.
class Remaining {
 public:
  Remaining(const ArrayObject* source, int axis, std::int64_t removed) : source_(source->view()), axis_(axis) {
    Extents shape(source_.lengths());
    shape.shape[axis] -= removed;
    const bool is_turned = source->has(kColumnMajor) && !source->has(kRowMajor);
    out_ = Ref(as_object(new_array(source_.dtype, shape.lengths(), is_turned ? Order::ColumnMajor : Order::RowMajor)));
  }
  explicit operator bool() const { return static_cast<bool>(out_); }

  void keep(std::int64_t begin, std::int64_t end) {
    if (begin == end) return;
    const View to = as_array(out_.get())->view();
    Extents lengths(source_.lengths());
    lengths.shape[axis_] = end - begin;
    lib::copy({to.data + kept_ * to.strides[axis_], to.dtype, to.rank, lengths.shape, to.strides},
              {source_.data + begin * source_.strides[axis_], to.dtype, to.rank, lengths.shape, source_.strides});
    kept_ += end - begin;
  }
  PyObject* release() { return out_.release(); }

 private:
  View source_;
  int axis_;
  std::int64_t kept_ = 0;
  Ref out_;
};

// Without the places; null with an exception, None where it is not done here.
PyObject* without(const ArrayObject* array, int axis, PyObject* object) {
  const std::int64_t length = array->shape()[axis];
  Places few;
  std::int64_t begin = 0, end = 0;
  const bool is_stretch = PySlice_Check(object);
  if (is_stretch ? !read_stretch(object, length, begin, end) : !read_few(object, array, length, few)) {
    Py_RETURN_NONE;
  }
  Remaining kept(array, axis, is_stretch ? end - begin : few.count);
  if (!kept) return nullptr;
  const Outcome outcome = run_without_gil(array->size, [&] {
    std::int64_t next = is_stretch ? end : 0;
    if (is_stretch) kept.keep(0, begin);
    for (std::int64_t i = 0; i < few.count; ++i) {
      kept.keep(next, few.places[i]);
      next = few.places[i] + 1;
    }
    kept.keep(next, length);
  });
  return outcome == Outcome::Done ? kept.release() : nullptr;
}

PyObject* delete_places(PyObject*, PyObject* const* arguments, Py_ssize_t given) {
  if (given != 3) return PyErr_Format(PyExc_TypeError, "_delete() takes an array, places and an axis");
  if (!is_exact_array(arguments[0])) Py_RETURN_NONE;
  const ArrayObject* array = as_array(arguments[0]);
  int axis = 0;
  const bool is_line = array->rank == 1 && arguments[2] == Py_None;
  if (!is_line && (arguments[2] == Py_None || !read_axis_or_leave(arguments[2], array->rank, axis))) Py_RETURN_NONE;
  return without(array, axis, arguments[1]);
}

PyMethodDef functions[] = {
    {"_delete", as_c_function(delete_places), METH_FASTCALL,
     "_delete(array, places, axis, /)\n--\n\nThe array without few places or a stretch; None for anything else."},
};

}  // namespace

std::span<PyMethodDef> editing_functions() { return functions; }

}  // namespace rooftop::python
