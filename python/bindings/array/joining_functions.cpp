// where, and the functions that put arrays one behind the other: concatenate, stack, hstack, vstack, dstack,
// column_stack, append.
#include "rooftop/lib/joining.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "array/allocation.h"
#include "array/array_functions.h"
#include "array/array_list.h"
#include "array/dtype_object.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/scalar_object.h"
#include "core/without_gil.h"

namespace rooftop::python {
namespace {

/// Bytes from which others may run Python while parts are copied.
constexpr std::int64_t kReleasingBytes = 1 << 18;

Outcome where(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given != 3 || keyword_names != nullptr) return Outcome::Delegate;
  return where_arrays(arguments[0], arguments[1], arguments[2], result);
}

// Whether axis `inner` lies outside of `outer`, which stands before it, in the memory of every part that can tell.
bool lies_outside(std::span<const View> parts, int inner, int outer, bool& is_known) {
  is_known = false;
  bool is_outside = true;
  for (const View& part : parts) {
    if (part.shape[inner] == 1 || part.shape[outer] == 1) continue;
    is_known = true;
    is_outside &= std::abs(part.strides[inner]) > std::abs(part.strides[outer]);
  }
  return is_known && is_outside;
}

// A new array that has its axes in the order that all parts have in memory, as NumPy's.
ArrayObject* new_joined(DType dtype, const Extents& shape, std::span<const View> parts) {
  if (std::all_of(parts.begin(), parts.end(), array::is_row_major)) return new_array(dtype, shape.lengths());
  int order[array::kMaxRank];
  for (int axis = 0; axis < shape.rank; ++axis) {
    int place = axis;
    for (int before = axis; before-- > 0;) {
      bool is_known = false;
      if (lies_outside(parts, axis, order[before], is_known)) {
        place = before;
      } else if (is_known) {
        break;
      }
    }
    std::move_backward(order + place, order + axis, order + axis + 1);
    order[place] = axis;
  }
  // `new_like` takes the order from the strides of a view.
  Extents like(shape.lengths());
  for (int i = 0; i < shape.rank; ++i) like.strides[order[i]] = shape.rank - i;
  return new_like(like.view(dtype, nullptr), dtype);
}

// The common lengths; false where the parts do not fit, which NumPy describes.
bool joined_shape(std::span<const View> parts, int axis, Extents& shape) {
  shape.rank = parts[0].rank;
  std::copy_n(parts[0].shape, shape.rank, shape.shape);
  for (const View& part : parts.subspan(1)) {
    if (part.rank != shape.rank) return false;
    for (int k = 0; k < shape.rank; ++k) {
      if (k != axis && part.shape[k] != shape.shape[k]) return false;
    }
    if (__builtin_add_overflow(shape.shape[axis], part.shape[axis], &shape.shape[axis])) return false;
  }
  return true;
}

/// Arrays of a small result that are read where they are.
constexpr Py_ssize_t kFewParts = 16;

// Row-major arrays of one type in a tuple or list, one after the other along the first axis, or a new one (`is_stack`).
// Null without an exception for others and for results that are not small.
ArrayObject* join_few(PyObject* sequence, bool is_stack) {
  if (!is_list_or_tuple(sequence)) return nullptr;
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(sequence);
  PyObject* const* items = PySequence_Fast_ITEMS(sequence);
  if (count == 0 || count > kFewParts || !is_exact_array(items[0])) return nullptr;
  const ArrayObject* first = as_array(items[0]);
  const int added = is_stack ? 1 : 0, rank = first->rank + added;
  if (rank == 0 || rank > kInlineRank) return nullptr;
  std::int64_t shape[kInlineRank] = {};
  for (int i = 0; i < first->rank; ++i) shape[added + i] = first->shape()[i];
  shape[0] = is_stack ? count : 0;
  for (Py_ssize_t k = 0; k < count; ++k) {
    const ArrayObject* part = as_array(items[k]);
    if (!is_exact_array(items[k]) || part->dtype != first->dtype || part->rank != first->rank) return nullptr;
    if (!part->has(kSmall)) return nullptr;
    for (int i = 1 - added; i < first->rank; ++i) {
      if (part->shape()[i] != first->shape()[i]) return nullptr;
    }
    if (!is_stack) shape[0] += part->shape()[0];
  }
  ArrayObject* out = new_inline_array(first->dtype, {shape, static_cast<std::size_t>(rank)},
                                      static_cast<std::int64_t>(array::size_of(first->dtype)));
  if (out == nullptr) return nullptr;
  char* to = out->data;
  for (Py_ssize_t k = 0; k < count; ++k) {
    const auto bytes = static_cast<std::size_t>(as_array(items[k])->bytes());
    std::memcpy(to, as_array(items[k])->data, bytes);
    to += bytes;
  }
  return out;
}

// What stands beside the arrays and the axis.
struct JoinOptions {
  PyObject* out = nullptr;
  PyObject* dtype = nullptr;
  PyObject* casting = nullptr;
};

// The element type of the result, which all parts may be cast to. Conversions that lose more than a kind does are
// NumPy's: they warn.
bool find_type(const ArrayList& parts, const JoinOptions& options, DType& dtype) {
  dtype = parts.dtype();
  array::Casting casting = array::Casting::SameKind;
  if (is_given(options.casting)) {
    const char* name = PyUnicode_Check(options.casting) ? PyUnicode_AsUTF8(options.casting) : nullptr;
    const auto rule = name == nullptr ? std::nullopt : array::casting_from_name(name);
    if (!rule) return false;
    casting = std::min(*rule, casting);
  }
  if (is_given(options.dtype)) {
    if (is_given(options.out) || read_dtype(options.dtype, dtype) != DTypeName::Native) return false;
  } else if (is_given(options.out)) {
    dtype = as_array(options.out)->dtype;
  }
  return std::all_of(parts.views().begin(), parts.views().end(),
                     [&](const View& part) { return array::can_cast(part.dtype, dtype, casting); });
}

bool is_writeable_apart(const ArrayObject* out, const Extents& shape, std::span<const View> parts) {
  const View target = out->view();
  return out->has(kWriteable) && std::ranges::equal(target.lengths(), shape.lengths()) &&
         std::ranges::none_of(parts, [&](const View& part) { return array::may_overlap(target, part); });
}

Outcome join(const ArrayList& parts, Py_ssize_t axis, const JoinOptions& options, PyObject*& result) {
  const std::span<const View> views = parts.views();
  const int rank = views[0].rank;
  if (axis < 0) axis += rank;
  if (axis < 0 || axis >= rank) return Outcome::Delegate;
  if (is_given(options.out) && !is_exact_array(options.out)) return Outcome::Delegate;
  DType dtype{};
  Extents shape;
  if (!joined_shape(views, static_cast<int>(axis), shape) || !find_type(parts, options, dtype)) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  if (is_given(options.out) && !is_writeable_apart(as_array(options.out), shape, views)) return Outcome::Delegate;
  Ref out(is_given(options.out) ? Py_NewRef(options.out) : as_object(new_joined(dtype, shape, views)));
  if (!out) return Outcome::Error;
  ArrayObject* target = as_array(out.get());
  unsigned errors = 0;
  {
    const WithoutGil released(target->bytes() >= kReleasingBytes);
    errors = lib::join(target->view(), views, static_cast<int>(axis));
  }
  if (!report_cast_errors(errors)) return Outcome::Error;
  return made(out.release(), result);
}

Outcome concatenate(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given == 1 && keyword_names == nullptr) {
    result = as_object(join_few(arguments[0], false));
    if (result != nullptr || PyErr_Occurred()) return made(result, result);
  }
  static constexpr ArgumentReader<5> kReader{"concatenate", {nullptr, "axis", "out", "dtype", "casting"}, 3, 1};
  ArgumentReader<5>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  const bool is_flat = values[1] == Py_None;
  std::int64_t axis = 0;
  if (!is_flat && !read_int_or_leave(values[1], axis)) return Outcome::Delegate;
  ArrayList parts;
  const Outcome read = parts.read(values[0], is_flat ? Lift::Flat : Lift::None);
  return read == Outcome::Done ? join(parts, axis, {values[2], values[3], values[4]}, result) : read;
}

Outcome stack(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given == 1 && keyword_names == nullptr) {
    result = as_object(join_few(arguments[0], true));
    if (result != nullptr || PyErr_Occurred()) return made(result, result);
  }
  static constexpr ArgumentReader<5> kReader{"stack", {"arrays", "axis", "out", "dtype", "casting"}, 3, 1};
  ArgumentReader<5>::Values values;
  std::int64_t axis = 0;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || !read_int_or_leave(values[1], axis)) {
    return Outcome::Delegate;
  }
  ArrayList parts;
  const Outcome read = parts.read(values[0], Lift::Insert, axis);
  return read == Outcome::Done ? join(parts, axis, {values[2], values[3], values[4]}, result) : read;
}

// hstack and vstack.
template <Lift Kind>
Outcome stack_along(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"vstack", {"tup", "dtype", "casting"}, 1, 1};
  ArgumentReader<3>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  ArrayList parts;
  const Outcome read = parts.read(values[0], Kind);
  if (read != Outcome::Done) return read;
  const int axis = Kind == Lift::Elements && parts.views()[0].rank > 1 ? 1 : 0;
  return join(parts, axis, {nullptr, values[1], values[2]}, result);
}

// dstack and column_stack.
template <Lift Kind, int Axis>
Outcome stack_lifted(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given != 1 || keyword_names != nullptr) return Outcome::Delegate;
  ArrayList parts;
  const Outcome read = parts.read(arguments[0], Kind);
  return read == Outcome::Done ? join(parts, Axis, {}, result) : read;
}

Outcome append(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"append", {"arr", "values", "axis"}, 3, 2};
  ArgumentReader<3>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  std::int64_t axis = 0;
  if (is_given(values[2]) && !read_int_or_leave(values[2], axis)) return Outcome::Delegate;
  ArrayList parts;
  for (PyObject* part : {values[0], values[1]}) {
    const bool is_number = PyFloat_CheckExact(part) || PyLong_CheckExact(part) || is_scalar(part);
    const Lift lift = is_given(values[2]) ? Lift::None : is_number ? Lift::Elements : Lift::Flat;
    if (const Outcome outcome = parts.add(part, lift); outcome != Outcome::Done) return outcome;
  }
  parts.settle();
  return join(parts, axis, {}, result);
}

ROOFTOP_FREE_FUNCTION(where, where)
ROOFTOP_FREE_FUNCTION(concatenate, concatenate)
ROOFTOP_FREE_FUNCTION(stack, stack)
ROOFTOP_FREE_FUNCTION(hstack, stack_along<Lift::Elements>)
ROOFTOP_FREE_FUNCTION(vstack, stack_along<Lift::Rows>)
ROOFTOP_FREE_FUNCTION(dstack, stack_lifted<Lift::Depth, 2>)
ROOFTOP_FREE_FUNCTION(column_stack, stack_lifted<Lift::Columns, 1>)
ROOFTOP_FREE_FUNCTION(append, append)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("where", where_function,
                  "where(condition, x, y, /)\n--\n\nElements of x where the condition is true, else of y."),
    ROOFTOP_ENTRY("concatenate", concatenate_function,
                  "concatenate(arrays, /, axis=0, out=None, *, dtype=None, casting='same_kind')\n--\n\nThe arrays one "
                  "after the other along an axis."),
    ROOFTOP_ENTRY("concat", concatenate_function, "concat(arrays, /, axis=0)\n--\n\nAs concatenate."),
    ROOFTOP_ENTRY("stack", stack_function,
                  "stack(arrays, axis=0, out=None, *, dtype=None, casting='same_kind')\n--\n\nThe arrays one after the "
                  "other along a new axis."),
    ROOFTOP_ENTRY("hstack", hstack_function,
                  "hstack(tup, *, dtype=None, casting='same_kind')\n--\n\nThe arrays beside each other, along axis 1; "
                  "vectors along their only axis."),
    ROOFTOP_ENTRY("vstack", vstack_function,
                  "vstack(tup, *, dtype=None, casting='same_kind')\n--\n\nThe arrays below each other, along axis 0; "
                  "vectors are rows."),
    ROOFTOP_ENTRY("dstack", dstack_function, "dstack(tup)\n--\n\nThe arrays behind each other, along axis 2."),
    ROOFTOP_ENTRY("column_stack", column_stack_function,
                  "column_stack(tup)\n--\n\nThe arrays beside each other; vectors are columns."),
    ROOFTOP_ENTRY("append", append_function,
                  "append(arr, values, axis=None)\n--\n\nThe values behind the array; without an axis the elements of "
                  "both."),
};

}  // namespace

std::span<PyMethodDef> joining_functions() { return functions; }

}  // namespace rooftop::python
