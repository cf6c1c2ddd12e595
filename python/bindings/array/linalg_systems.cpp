// linalg.solve, inv, det, slogdet and cholesky.
#include "array/linalg_operands.h"
#include "array/method_tables.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/lib/linear_systems.h"

namespace rooftop::python {
namespace {

constexpr const char* kSingular = "Singular matrix";

// A square operand of the one argument, in the type to compute in.
Outcome read_only_square(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, MatrixOperand& operand,
                         LinalgTypes& types) {
  if (given != 1 || keyword_names != nullptr) return Outcome::Delegate;
  const Outcome outcome = read_square(arguments[0], operand);
  if (outcome != Outcome::Done) return outcome;
  types = common_types({&operand});
  return convert_operand(operand, types.computed) ? Outcome::Done : Outcome::Error;
}

Outcome handed_out(Ref found, DType given, PyObject*& result) {
  return made(finished(std::move(found), given), result);
}

Ref new_result(DType dtype, std::span<const std::int64_t> shape) { return Ref(as_object(new_array(dtype, shape))); }

Outcome inv(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  MatrixOperand a;
  LinalgTypes types{};
  const Outcome outcome = read_only_square(arguments, given, keyword_names, a, types);
  if (outcome != Outcome::Done) return outcome;
  Ref inverse = new_result(types.computed, a.stack(0));
  if (!inverse) return Outcome::Error;
  lib::Factored state{};
  const View out = as_array(inverse.get())->view();
  if (!run_lapack(2 * cubic_work(a), state, [&] { return lib::invert(a.view(), out); })) return Outcome::Error;
  if (state == lib::Factored::Failed) return refuse_matrix(kSingular);
  return handed_out(std::move(inverse), types.given, result);
}

Outcome cholesky(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"cholesky", {nullptr, "upper"}, 1, 1};
  ArgumentReader<2>::Values values;
  if (!read_plainly(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  if (values[1] != nullptr && !PyBool_Check(values[1])) return Outcome::Delegate;
  MatrixOperand a;
  LinalgTypes types{};
  const Outcome outcome = read_only_square(values.data(), 1, nullptr, a, types);
  if (outcome != Outcome::Done) return outcome;
  Ref factor = new_result(types.computed, a.stack(0));
  if (!factor) return Outcome::Error;
  lib::Factored state{};
  const View out = as_array(factor.get())->view();
  const bool takes_upper = values[1] == Py_True;
  if (!run_lapack(cubic_work(a), state, [&] { return lib::cholesky(a.view(), takes_upper, out); })) {
    return Outcome::Error;
  }
  if (state == lib::Factored::Failed) return refuse_matrix("Matrix is not positive definite");
  return handed_out(std::move(factor), types.given, result);
}

Outcome det(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  MatrixOperand a;
  LinalgTypes types{};
  const Outcome outcome = read_only_square(arguments, given, keyword_names, a, types);
  if (outcome != Outcome::Done) return outcome;
  Ref found = new_result(types.computed, a.stack(2));
  if (!found) return Outcome::Error;
  lib::StackResult done;
  const View out = as_array(found.get())->view();
  if (!run_lapack(cubic_work(a), done, [&] { return lib::determinant(a.view(), out); })) return Outcome::Error;
  if (!report_errors_of("det", done.errors)) return Outcome::Error;
  return handed_out(std::move(found), types.given, result);
}

Outcome slogdet(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  MatrixOperand a;
  LinalgTypes types{};
  const Outcome outcome = read_only_square(arguments, given, keyword_names, a, types);
  if (outcome != Outcome::Done) return outcome;
  Ref sign = new_result(types.computed, a.stack(2)), log = new_result(DType::F64, a.stack(2));
  if (!sign || !log) return Outcome::Error;
  lib::StackResult done;
  const View signs = as_array(sign.get())->view(), logs = as_array(log.get())->view();
  if (!run_lapack(cubic_work(a), done, [&] { return lib::sign_and_log(a.view(), signs, logs); })) {
    return Outcome::Error;
  }
  if (!report_errors_of("slogdet", done.errors)) return Outcome::Error;
  return made(named_result("SlogdetResult",
                           {finished(std::move(sign), types.given), finished(std::move(log), types.given_part())}),
              result);
}

// Vectors as matrices of one column.
View as_columns(const View& view, bool is_vector, Extents& storage) {
  storage = Extents(view);
  if (is_vector) storage.push(1, 0);
  return storage.view(view.dtype, view.data);
}

Outcome solve(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"solve", {"a", "b"}, 2, 2};
  ArgumentReader<2>::Values values;
  MatrixOperand a, b;
  if (!read_plainly(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  if (const Outcome outcome = read_square(values[0], a); outcome != Outcome::Done) return outcome;
  if (const Outcome outcome = read_matrix(values[1], 1, b); outcome != Outcome::Done) return outcome;
  const bool is_vector = b.rank() == 1;
  if (b.length(is_vector ? 1 : 2) != a.length(1)) return Outcome::Delegate;
  const LinalgTypes types = common_types({&a, &b});
  if (!convert_operand(a, types.computed) || !convert_operand(b, types.computed)) return Outcome::Error;

  Extents shape(a.stack(2)), left_storage, right_storage, out_storage, columns_storage;
  const View columns = as_columns(b.view(), is_vector, columns_storage);
  if (!is_vector && !array::broadcast_shape(shape, b.stack(2))) return Outcome::Delegate;
  if (shape.rank + 2 > array::kMaxRank) return Outcome::Delegate;
  const int leading = shape.rank;
  shape.push(a.length(1), 0);
  shape.push(a.length(1), 0);
  const View left = array::broadcast_view(a.view(), shape.lengths(), left_storage);
  shape.shape[leading + 1] = columns.shape[columns.rank - 1];
  const View right = array::broadcast_view(columns, shape.lengths(), right_storage);
  if (is_vector) --shape.rank;
  Ref made = new_result(types.computed, shape.lengths());
  if (!made) return Outcome::Error;
  const ArrayObject* solution = as_array(made.get());
  const View x = as_columns(solution->view(), is_vector, out_storage);
  lib::Factored state{};
  const double work = cubic_work(a) + static_cast<double>(solution->size) * static_cast<double>(a.length(1));
  if (!run_lapack(work, state, [&] { return lib::solve(left, right, x); })) return Outcome::Error;
  if (state == lib::Factored::Failed) return refuse_matrix(kSingular);
  return handed_out(std::move(made), types.given, result);
}

ROOFTOP_LINALG_FUNCTION(solve, solve)
ROOFTOP_LINALG_FUNCTION(inv, inv)
ROOFTOP_LINALG_FUNCTION(det, det)
ROOFTOP_LINALG_FUNCTION(slogdet, slogdet)
ROOFTOP_LINALG_FUNCTION(cholesky, cholesky)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("solve", solve_function,
                  "solve(a, b)\n--\n\nThe solution of a x = b, for each of a stack of matrices.\n\nLinAlgError where a "
                  "matrix is singular."),
    ROOFTOP_ENTRY("inv", inv_function,
                  "inv(a)\n--\n\nThe inverse of each of a stack of matrices.\n\nLinAlgError where one is singular."),
    ROOFTOP_ENTRY("det", det_function, "det(a)\n--\n\nThe determinant of each of a stack of matrices."),
    ROOFTOP_ENTRY("slogdet", slogdet_function,
                  "slogdet(a)\n--\n\nThe sign of the determinant, and the logarithm of its size."),
    ROOFTOP_ENTRY("cholesky", cholesky_function,
                  "cholesky(a, /, *, upper=False)\n--\n\nThe lower factor L of a = L L^H, or the upper U of a = U^H "
                  "U.\n\nLinAlgError where a matrix is not positive definite."),
};

}  // namespace

std::span<PyMethodDef> linear_system_functions() { return functions; }

}  // namespace rooftop::python
