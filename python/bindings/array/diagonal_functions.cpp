// Diagonals and triangles: diagonal, trace, diag, diagflat, fill_diagonal, eye, identity, tri, tril, triu.
#include <algorithm>

#include "array/creation.h"
#include "array/dtype_object.h"
#include "array/index.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/reductions.h"
#include "core/without_gil.h"
#include "rooftop/lib/rearranging.h"

namespace rooftop::python {
namespace {

/// Bytes from which others may run Python while elements are copied.
constexpr std::int64_t kReleasingBytes = 1 << 18;

// NumPy's offsets are of 32 bits: it refuses others.
bool read_offset(PyObject* object, std::int64_t& offset) {
  return read_int_or_leave(object, offset) && offset == static_cast<std::int32_t>(offset);
}

// Those of triangles are differences of lengths, which must not overflow there.
bool read_distance(PyObject* object, std::int64_t& distance) {
  constexpr std::int64_t kMost = INT64_MAX / 2;
  return read_int_or_leave(object, distance) && distance <= kMost && distance >= -kMost;
}

// The diagonal of two axes, which becomes the last one. `offset` counts to the right.
View diagonal_of(const View& view, int row_axis, int column_axis, std::int64_t offset, Extents& storage) {
  storage.rank = 0;
  for (int axis = 0; axis < view.rank; ++axis) {
    if (axis != row_axis && axis != column_axis) storage.push(view.shape[axis], view.strides[axis]);
  }
  std::int64_t rows = view.shape[row_axis], columns = view.shape[column_axis];
  char* data = view.data;
  std::int64_t& shortened = offset < 0 ? rows : columns;
  const std::int64_t skipped = offset < 0 ? (offset < -shortened ? shortened : -offset) : std::min(offset, shortened);
  shortened -= skipped;
  const std::int64_t length = std::min(rows, columns);
  if (length > 0) data += skipped * view.strides[offset < 0 ? row_axis : column_axis];
  storage.push(length, view.strides[row_axis] + view.strides[column_axis]);
  return storage.view(view.dtype, data);
}

// Where a diagonal lies: axis1, axis2 and offset as arguments.
struct Diagonal {
  std::int64_t offset = 0;
  int row_axis = 0, column_axis = 1;

  bool read(PyObject* offset_given, PyObject* row_given, PyObject* column_given, int rank) {
    return rank >= 2 && read_offset(offset_given, offset) && read_axis_or_leave(row_given, rank, row_axis) &&
           read_axis_or_leave(column_given, rank, column_axis) && row_axis != column_axis;
  }
};

Outcome diagonal(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                 PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"diagonal", {"offset", "axis1", "axis2"}};
  ArgumentReader<3>::Values values;
  Diagonal place;
  const View view = as_array(array)->view();
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) ||
      !place.read(values[0], values[1], values[2], view.rank)) {
    return Outcome::Delegate;
  }
  Extents storage;
  const View found = diagonal_of(view, place.row_axis, place.column_axis, place.offset, storage);
  return made(new_view(found, array, false), result);
}

Outcome trace(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
              PyObject*& result) {
  static constexpr ArgumentReader<5> kReader{"trace", {"offset", "axis1", "axis2", "dtype", "out"}};
  ArgumentReader<5>::Values values;
  Diagonal place;
  const View view = as_array(array)->view();
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) ||
      !place.read(values[0], values[1], values[2], view.rank) || is_given(values[3]) || is_given(values[4])) {
    return Outcome::Delegate;
  }
  Extents storage;
  Ref line(
      as_object(new_view(diagonal_of(view, place.row_axis, place.column_axis, place.offset, storage), array, false)));
  Ref last(line ? PyLong_FromLong(-1) : nullptr);
  if (!last) return Outcome::Error;
  ReduceOptions options;
  options.axis = last.get();
  return reduce_array(ops::Ufunc::add, line.get(), options, result);
}

// A square matrix with the elements of a vector on a diagonal.
ArrayObject* matrix_of(const View& vector, std::int64_t offset) {
  const std::uint64_t skipped =
      offset < 0 ? 0 - static_cast<std::uint64_t>(offset) : static_cast<std::uint64_t>(offset);
  const std::int64_t side = static_cast<std::int64_t>(
      std::min<std::uint64_t>(static_cast<std::uint64_t>(vector.size()) + skipped, INT64_MAX));
  const std::int64_t shape[] = {side, side};
  ArrayObject* matrix = new_zeros(vector.dtype, shape);
  if (matrix == nullptr) return nullptr;
  Extents storage;
  if (!convert_elements(diagonal_of(matrix->view(), 0, 1, offset, storage), vector)) Py_CLEAR(matrix);
  return matrix;
}

Outcome diag(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
             PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"diag", {"k"}};
  ArgumentReader<1>::Values values;
  std::int64_t offset = 0;
  const View view = as_array(array)->view();
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || !read_offset(values[0], offset)) {
    return Outcome::Delegate;
  }
  if (view.rank == 1 && is_exact_array(array)) return made(matrix_of(view, offset), result);
  if (view.rank != 2) return Outcome::Delegate;
  Extents storage;
  return made(new_view(diagonal_of(view, 0, 1, offset, storage), array, false), result);
}

Outcome diagflat(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                 PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"diagflat", {"k"}};
  ArgumentReader<1>::Values values;
  std::int64_t offset = 0;
  if (!is_exact_array(array) || !read_or_leave(kReader, arguments, given, keyword_names, values) ||
      !read_offset(values[0], offset)) {
    return Outcome::Delegate;
  }
  ArrayObject* source = as_array(array);
  Ref dense(as_object(copied(source->view(), source->dtype, Order::RowMajor)));
  if (!dense) return Outcome::Error;
  Extents flat;
  flat.push(source->size, static_cast<std::int64_t>(array::size_of(source->dtype)));
  return made(matrix_of(flat.view(source->dtype, as_array(dense.get())->data), offset), result);
}

Outcome fill_diagonal(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                      PyObject*& result) {
  ArrayObject* target = as_array(array);
  const View view = target->view();
  const bool is_number = given == 1 && (PyFloat_CheckExact(arguments[0]) || PyLong_CheckExact(arguments[0]));
  if (!is_number || keyword_names != nullptr || view.rank < 2 || target->size == 0 || !target->has(kWriteable)) {
    return Outcome::Delegate;
  }
  Extents line;
  line.push(view.shape[0], 0);
  for (int axis = 0; axis < view.rank; ++axis) {
    if (view.rank > 2 && view.shape[axis] != view.shape[0]) return Outcome::Delegate;
    line.shape[0] = std::min(line.shape[0], view.shape[axis]);
    line.strides[0] += view.strides[axis];
  }
  if (!assign(line.view(view.dtype, view.data), arguments[0])) return Outcome::Error;
  return made(Py_NewRef(Py_None), result);
}

// --- Matrices of ones

// The element type that is asked for; float64 where nothing is. False for types that are not native.
bool read_type(PyObject* object, DType& dtype) {
  if (!is_given(object)) return true;
  const bool is_native = read_dtype(object, dtype) == DTypeName::Native;
  PyErr_Clear();
  return is_native;
}

Outcome eye(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<4> kReader{"eye", {"N", "M", "k", "dtype"}, 4, 1};
  ArgumentReader<4>::Values values;
  std::int64_t shape[2] = {}, offset = 0;
  DType dtype = DType::F64;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || !read_int_or_leave(values[0], shape[0]) ||
      !read_int_or_leave(is_given(values[1]) ? values[1] : values[0], shape[1]) ||
      !read_int_or_leave(values[2], offset) || !read_type(values[3], dtype)) {
    return Outcome::Delegate;
  }
  Ref matrix(as_object(new_zeros(dtype, shape)));
  Ref one(matrix ? PyLong_FromLong(1) : nullptr);
  if (!one) return Outcome::Error;
  Extents storage;
  if (!assign(diagonal_of(as_array(matrix.get())->view(), 0, 1, offset, storage), one.get())) return Outcome::Error;
  return made(matrix.release(), result);
}

Outcome identity(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"identity", {"n", "dtype"}, 2, 1};
  ArgumentReader<2>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  Ref zero(PyLong_FromLong(0));
  PyObject* const all[] = {values[0], Py_None, zero.get(), values[1] == nullptr ? Py_None : values[1]};
  return zero ? eye(all, 4, nullptr, result) : Outcome::Error;
}

Outcome triangle(ArrayObject* out, const View& source, bool is_lower, std::int64_t offset, PyObject*& result) {
  if (out == nullptr) return Outcome::Error;
  Ref guard(as_object(out));
  const WithoutGil released(out->bytes() >= kReleasingBytes);
  lib::copy_triangle(out->view(), source, is_lower, offset);
  return made(guard.release(), result);
}

Outcome tri(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<4> kReader{"tri", {"N", "M", "k", "dtype"}, 4, 1};
  ArgumentReader<4>::Values values;
  std::int64_t shape[2] = {}, offset = 0;
  DType dtype = DType::F64;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || !read_int_or_leave(values[0], shape[0]) ||
      !read_int_or_leave(is_given(values[1]) ? values[1] : values[0], shape[1]) || !read_distance(values[2], offset) ||
      !read_type(values[3], dtype) || shape[0] < 0 || shape[1] < 0) {
    return Outcome::Delegate;
  }
  Operand one;
  Ref number(PyLong_FromLong(1));
  if (!number || read_operand(number.get(), one) != Reading::Ok || !one.settle(dtype)) return Outcome::Error;
  static constexpr std::int64_t kRepeated[] = {0, 0};
  return triangle(new_array(dtype, shape), {one.view.data, dtype, 2, shape, kRepeated}, true, offset, result);
}

template <bool IsLower>
Outcome triangle_of(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                    PyObject*& result) {
  static constexpr ArgumentReader<1> kReader{"tril", {"k"}};
  ArgumentReader<1>::Values values;
  const View view = as_array(array)->view();
  std::int64_t offset = 0;
  // Of several matrices in another order NumPy's copies have an order of their own.
  const bool is_plain = is_exact_array(array) && (view.rank == 2 || as_array(array)->has(kRowMajor));
  if (!is_plain || view.rank < 2 || !read_or_leave(kReader, arguments, given, keyword_names, values) ||
      !read_distance(values[0], offset)) {
    return Outcome::Delegate;
  }
  return triangle(new_array(view.dtype, view.lengths()), view, IsLower, offset, result);
}

ROOFTOP_METHOD_AND_FUNCTION(diagonal, diagonal)
ROOFTOP_METHOD_AND_FUNCTION(trace, trace)
ROOFTOP_FUNCTION(diag, diag)
ROOFTOP_FUNCTION(diagflat, diagflat)
ROOFTOP_WRITING_FUNCTION(fill_diagonal, fill_diagonal)
ROOFTOP_FUNCTION(tril, triangle_of<true>)
ROOFTOP_FUNCTION(triu, triangle_of<false>)
ROOFTOP_FREE_FUNCTION(eye, eye)
ROOFTOP_FREE_FUNCTION(identity, identity)
ROOFTOP_FREE_FUNCTION(tri, tri)

PyMethodDef methods[] = {
    ROOFTOP_ENTRY(
        "diagonal", diagonal_method,
        "diagonal(offset=0, axis1=0, axis2=1)\n--\n\nA view of the elements with equal indices, which can't be "
        "written."),
    ROOFTOP_ENTRY("trace", trace_method,
                  "trace(offset=0, axis1=0, axis2=1, dtype=None, out=None)\n--\n\nThe sum along a diagonal."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("diagonal", diagonal_function, "diagonal(a, offset=0, axis1=0, axis2=1)\n--\n\nAs ndarray.diagonal."),
    ROOFTOP_ENTRY("trace", trace_function,
                  "trace(a, offset=0, axis1=0, axis2=1, dtype=None, out=None)\n--\n\nAs ndarray.trace."),
    ROOFTOP_ENTRY("diag", diag_function,
                  "diag(v, k=0)\n--\n\nA matrix with a vector on its diagonal, or a matrix's diagonal."),
    ROOFTOP_ENTRY("diagflat", diagflat_function,
                  "diagflat(v, k=0)\n--\n\nA matrix with all elements of an array on its diagonal."),
    ROOFTOP_ENTRY("fill_diagonal", fill_diagonal_function,
                  "fill_diagonal(a, val, wrap=False)\n--\n\nWrites to the elements with equal indices."),
    ROOFTOP_ENTRY("eye", eye_function,
                  "eye(N, M=None, k=0, dtype=float, order='C', *, device=None, like=None)\n--\n\nOnes on a diagonal, "
                  "zeros elsewhere."),
    ROOFTOP_ENTRY("identity", identity_function, "identity(n, dtype=None, *, like=None)\n--\n\nAs eye(n)."),
    ROOFTOP_ENTRY("tri", tri_function,
                  "tri(N, M=None, k=0, dtype=float, *, like=None)\n--\n\nOnes at a diagonal and below, zeros above."),
    ROOFTOP_ENTRY("tril", tril_function, "tril(m, k=0)\n--\n\nA copy with zeros above a diagonal."),
    ROOFTOP_ENTRY("triu", triu_function, "triu(m, k=0)\n--\n\nA copy with zeros below a diagonal."),
};

}  // namespace

std::span<PyMethodDef> diagonal_methods() { return methods; }
std::span<PyMethodDef> diagonal_functions() { return functions; }

}  // namespace rooftop::python
