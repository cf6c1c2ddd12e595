// linalg.norm: the Euclidean norm of all elements here, the others in rooftop/_linalg_norms.py.
#include <cmath>

#include "array/creation.h"
#include "array/linalg_operands.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/scalar_object.h"
#include "core/without_gil.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/norms.h"

namespace rooftop::python {
namespace {

/// Elements from which others may run Python meanwhile.
constexpr std::int64_t kReleasingSize = 1 << 15;

// NumPy has it as the dot product of the elements with themselves: its errors are those of `dot`.
bool add_squares(DType part, const char* data, std::int64_t stride, std::int64_t n, double& sum) {
  lib::SquareSum found;
  {
    const WithoutGil released(n >= kReleasingSize);
    found = lib::sum_of_squares(part, data, stride, n);
  }
  sum = found.value;
  return report_errors_of("dot", found.errors);
}

// The squares of real and imaginary parts, rounded as their type is.
bool add_parts(DType part, double real, double imaginary, double& sum) {
  lib::clear_hardware_errors();
  sum = part == DType::F32 ? static_cast<double>(static_cast<float>(real) + static_cast<float>(imaginary))
                           : real + imaginary;
  return report_scalar_errors(ops::Ufunc::add, lib::hardware_errors());
}

Outcome euclidean(ArrayObject* array, PyObject*& result) {
  Ref dense;
  const bool is_inexact = array::is_complex(array->dtype) || array::is_float(array->dtype);
  if (!is_inexact || !array->has(kAligned) || !lib::is_dense(array->view())) {
    dense = Ref(as_object(copied(array->view(), is_inexact ? array->dtype : DType::F64, std::nullopt)));
    if (!dense) return Outcome::Error;
    array = as_array(dense.get());
  }
  const auto stride = static_cast<std::int64_t>(array::size_of(array->dtype));
  const DType part = array::part_of(array->dtype);
  double sum = 0;
  if (!add_squares(part, array->data, stride, array->size, sum)) return Outcome::Error;
  if (array::is_complex(array->dtype)) {
    double imaginary = 0;
    const char* const second = array->data + array::size_of(part);
    if (!add_squares(part, second, stride, array->size, imaginary)) return Outcome::Error;
    if (!add_parts(part, sum, imaginary, sum)) return Outcome::Error;
  }
  const double root = std::sqrt(sum);
  const float rounded = std::sqrt(static_cast<float>(sum));
  return made(part == DType::F64 ? new_float64(root) : new_scalar(part, &rounded), result);
}

// Whether the order is the Euclidean norm's for arrays of this rank.
bool is_euclidean(PyObject* order, int rank) {
  if (!is_given(order)) return true;
  if (rank == 1) return PyLong_CheckExact(order) && PyLong_AsLong(order) == 2;
  const bool is_text = rank == 2 && PyUnicode_CheckExact(order);
  return is_text &&
         (PyUnicode_CompareWithASCIIString(order, "fro") == 0 || PyUnicode_CompareWithASCIIString(order, "f") == 0);
}

Outcome norm(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<4> kReader{"norm", {"x", "ord", "axis", "keepdims"}, 4, 1};
  ArgumentReader<4>::Values values;
  if (!read_plainly(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  if (is_given(values[2]) || (values[3] != nullptr && values[3] != Py_False)) return Outcome::Delegate;
  MatrixOperand x;
  if (const Outcome outcome = read_matrix(values[0], 0, x); outcome != Outcome::Done) return outcome;
  return is_euclidean(values[1], x.rank()) ? euclidean(x.array(), result) : Outcome::Delegate;
}

PyObject* norm_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  PyObject* result = nullptr;
  if (has_lapack() && norm(arguments, given, keyword_names, result) != Outcome::Delegate) return result;
  PyErr_Clear();
  static PyObject* others = nullptr;
  if (others == nullptr) others = find_attribute("rooftop._linalg_norms", "norm");
  return others == nullptr ? nullptr
                           : PyObject_Vectorcall(others, arguments, static_cast<std::size_t>(given), keyword_names);
}

PyMethodDef functions[] = {
    ROOFTOP_ENTRY(
        "norm", norm_function,
        "norm(x, ord=None, axis=None, keepdims=False)\n--\n\nThe norm of a vector or matrix, or of many along "
        "axes: Euclidean, 'fro', 'nuc', inf, -inf, 0, 1, 2 or any other order."),
};

}  // namespace

std::span<PyMethodDef> norm_functions() { return functions; }

}  // namespace rooftop::python
