// linalg.qr, svd, svdvals and lstsq.
#include <algorithm>
#include <limits>

#include "array/creation.h"
#include "array/linalg_operands.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/scalar_object.h"
#include "rooftop/lib/orthogonal.h"

namespace rooftop::python {
namespace {

// A new array in front of which the operand's stack stands.
Ref new_stacked(DType dtype, const MatrixOperand& a, std::initializer_list<std::int64_t> core) {
  Extents shape(a.stack(2));
  for (std::int64_t length : core) shape.push(length, 0);
  return Ref(as_object(new_array(dtype, shape.lengths())));
}

View view_of(const Ref& array) { return as_array(array.get())->view(); }

// Failures are rare, and NumPy's words for them are NumPy's.
Outcome outcome_of(lib::Factored state, PyObject* result) {
  if (state == lib::Factored::Failed) return Outcome::Delegate;
  return result == nullptr ? Outcome::Error : Outcome::Done;
}

bool is_text(PyObject* object, const char* text) {
  return PyUnicode_Check(object) && PyUnicode_CompareWithASCIIString(object, text) == 0;
}

bool read_flag(PyObject* object, bool& flag) {
  if (object != nullptr && !PyBool_Check(object)) return false;
  if (object != nullptr) flag = object == Py_True;
  return true;
}

// --- QR

// The factors as LAPACK has them: those of `a` itself, transposed, in the memory order that a copy of it has.
Outcome raw_factors(const MatrixOperand& a, const LinalgTypes& types, PyObject*& result) {
  Ref factors(as_object(new_like(a.view(), types.computed)));
  Ref tau = new_stacked(types.computed, a, {std::min(a.length(2), a.length(1))});
  if (!factors || !tau) return Outcome::Error;
  lib::Factored state{};
  const View out = view_of(factors), lengths = view_of(tau);
  if (!run_lapack(cubic_work(a), state, [&] { return lib::qr_raw(a.view(), out, lengths); })) return Outcome::Error;
  Ref given(finished(std::move(factors), types.given)), scales(finished(std::move(tau), types.given));
  if (!given || !scales) return Outcome::Error;
  Extents transposed(view_of(given));
  std::swap(transposed.shape[transposed.rank - 2], transposed.shape[transposed.rank - 1]);
  std::swap(transposed.strides[transposed.rank - 2], transposed.strides[transposed.rank - 1]);
  const View place = transposed.view(types.given, as_array(given.get())->data);
  Ref view(as_object(new_view(place, given.get(), true)));
  return made(view ? PyTuple_Pack(2, view.get(), scales.get()) : nullptr, result);
}

Outcome qr(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"qr", {"a", "mode"}, 2, 1};
  ArgumentReader<2>::Values values;
  MatrixOperand a;
  if (!read_plainly(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  PyObject* const mode = values[1];
  const bool is_whole = mode != nullptr && is_text(mode, "complete");
  const bool is_raw = mode != nullptr && is_text(mode, "raw"), wants_q = mode == nullptr || !is_text(mode, "r");
  if (wants_q && !is_whole && !is_raw && mode != nullptr && !is_text(mode, "reduced")) return Outcome::Delegate;
  if (const Outcome outcome = read_matrix(values[0], 2, a); outcome != Outcome::Done) return outcome;
  const LinalgTypes types = common_types({&a});
  if (is_raw) {
    // LAPACK's form keeps the order of memory, so that is what conversion must do.
    if (a.array()->dtype != types.computed || !a.array()->has(kAligned)) {
      a.held = Ref(as_object(copied(a.view(), types.computed, std::nullopt)));
    }
    return a.held ? raw_factors(a, types, result) : Outcome::Error;
  }
  if (!convert_operand(a, types.computed)) return Outcome::Error;
  const std::int64_t m = a.length(2), n = a.length(1), k = is_whole ? m : std::min(m, n);
  Ref r = new_stacked(types.computed, a, {k, n}), q;
  if (wants_q) q = new_stacked(types.computed, a, {m, k});
  if (!r || (wants_q && !q)) return Outcome::Error;
  lib::Factored state{};
  const View upper = view_of(r), orthogonal = wants_q ? view_of(q) : View{};
  if (!run_lapack(2 * cubic_work(a), state,
                  [&] { return lib::qr(a.view(), wants_q ? &orthogonal : nullptr, upper); })) {
    return Outcome::Error;
  }
  PyObject* const triangle = finished(std::move(r), types.given);
  result = wants_q ? named_result("QRResult", {finished(std::move(q), types.given), triangle}) : triangle;
  return outcome_of(state, result);
}

// --- Singular values

Outcome singular_values(const MatrixOperand& a, const LinalgTypes& types, PyObject*& result) {
  Ref s = new_stacked(DType::F64, a, {std::min(a.length(2), a.length(1))});
  if (!s) return Outcome::Error;
  lib::Factored state{};
  const View values = view_of(s);
  if (!run_lapack(4 * cubic_work(a), state, [&] { return lib::svd(a.view(), values, nullptr); })) {
    return Outcome::Error;
  }
  if (state == lib::Factored::Failed) return Outcome::Delegate;
  result = finished(std::move(s), types.given_part());
  return outcome_of(state, result);
}

Outcome singular_vectors(const MatrixOperand& a, const LinalgTypes& types, bool takes_all, PyObject*& result) {
  const std::int64_t m = a.length(2), n = a.length(1), least = std::min(m, n);
  Ref u = new_stacked(types.computed, a, {m, takes_all ? m : least});
  Ref vh = new_stacked(types.computed, a, {takes_all ? n : least, n});
  Ref s = new_stacked(DType::F64, a, {least});
  if (!u || !vh || !s) return Outcome::Error;
  lib::Factored state{};
  const View left = view_of(u), right = view_of(vh), values = view_of(s);
  const lib::SingularVectors vectors{left, right, takes_all};
  if (!run_lapack(8 * cubic_work(a), state, [&] { return lib::svd(a.view(), values, &vectors); })) {
    return Outcome::Error;
  }
  if (state == lib::Factored::Failed) return Outcome::Delegate;
  result = named_result("SVDResult", {finished(std::move(u), types.given), finished(std::move(s), types.given_part()),
                                      finished(std::move(vh), types.given)});
  return outcome_of(state, result);
}

Outcome svd_of(PyObject* object, bool takes_vectors, bool takes_all, PyObject*& result) {
  MatrixOperand a;
  if (const Outcome outcome = read_matrix(object, 2, a); outcome != Outcome::Done) return outcome;
  const LinalgTypes types = common_types({&a});
  if (!convert_operand(a, types.computed)) return Outcome::Error;
  return takes_vectors ? singular_vectors(a, types, takes_all, result) : singular_values(a, types, result);
}

Outcome svd(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<4> kReader{"svd", {"a", "full_matrices", "compute_uv", "hermitian"}, 4, 1};
  ArgumentReader<4>::Values values;
  bool takes_all = true, takes_vectors = true, is_hermitian = false;
  const bool is_plain = read_plainly(kReader, arguments, given, keyword_names, values) &&
                        read_flag(values[1], takes_all) && read_flag(values[2], takes_vectors) &&
                        read_flag(values[3], is_hermitian);
  return is_plain && !is_hermitian ? svd_of(values[0], takes_vectors, takes_all, result) : Outcome::Delegate;
}

Outcome svdvals(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given != 1 || keyword_names != nullptr) return Outcome::Delegate;
  return svd_of(arguments[0], false, false, result);
}

// --- Least squares

// A vector is a matrix of one column.
View as_columns(const MatrixOperand& operand, std::int64_t (&shape)[2], std::int64_t (&strides)[2]) {
  View view = operand.view();
  shape[0] = view.shape[0];
  strides[0] = view.strides[0];
  shape[1] = view.rank == 2 ? view.shape[1] : 1;
  strides[1] = view.rank == 2 ? view.strides[1] : 0;
  view.rank = 2;
  view.shape = shape;
  view.strides = strides;
  return view;
}

bool read_rcond(PyObject* object, const MatrixOperand& a, double& rcond) {
  if (!is_given(object)) {
    rcond = std::numeric_limits<double>::epsilon() * static_cast<double>(std::max(a.length(1), a.length(2)));
    return true;
  }
  if (!PyFloat_CheckExact(object) && !PyLong_CheckExact(object)) return false;
  rcond = PyFloat_AsDouble(object);
  return PyErr_Occurred() == nullptr;
}

Outcome lstsq(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"lstsq", {"a", "b", "rcond"}, 3, 2};
  ArgumentReader<3>::Values values;
  MatrixOperand a, b;
  double rcond = 0;
  if (!read_plainly(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  if (const Outcome outcome = read_matrix(values[0], 2, a); outcome != Outcome::Done) return outcome;
  if (const Outcome outcome = read_matrix(values[1], 1, b); outcome != Outcome::Done) return outcome;
  const std::int64_t m = a.length(2), n = a.length(1);
  if (a.rank() > 2 || b.rank() > 2 || b.array()->shape()[0] != m) return Outcome::Delegate;
  if (!read_rcond(values[2], a, rcond)) return Outcome::Delegate;
  const LinalgTypes types = common_types({&a, &b});
  if (!convert_operand(a, types.computed) || !convert_operand(b, types.computed)) return Outcome::Error;

  std::int64_t shapes[2][2], strides[2][2];
  const View right = as_columns(b, shapes[0], strides[0]);
  const std::int64_t columns = right.shape[1], x_shape[] = {n, columns}, s_shape[] = {std::min(m, n)};
  MatrixOperand x{Ref(as_object(new_array(types.computed, {x_shape, static_cast<std::size_t>(b.rank())})))};
  Ref s(as_object(new_array(DType::F64, s_shape)));
  Ref residuals(as_object(new_array(DType::F64, {&columns, 1})));
  if (!x.held || !s || !residuals) return Outcome::Error;
  const View solution = as_columns(x, shapes[1], strides[1]), singular = view_of(s), squares = view_of(residuals);
  lib::Fit fit;
  if (!run_lapack(4 * cubic_work(a), fit,
                  [&] { return lib::least_squares(a.view(), right, rcond, solution, singular, squares); })) {
    return Outcome::Error;
  }
  if (fit.state == lib::Factored::Failed) return Outcome::Delegate;
  if (fit.rank != n || m <= n) {
    const std::int64_t none = 0;
    residuals = Ref(as_object(new_array(DType::F64, {&none, 1})));
  }
  const auto rank = static_cast<std::int32_t>(fit.rank);
  Ref fields[] = {Ref(finished(std::move(x.held), types.given)),
                  Ref(finished(std::move(residuals), types.given_part())), Ref(new_scalar(DType::I32, &rank)),
                  Ref(finished(std::move(s), types.given_part()))};
  if (std::any_of(std::begin(fields), std::end(fields), [](const Ref& field) { return !field; })) return Outcome::Error;
  result = PyTuple_Pack(4, fields[0].get(), fields[1].get(), fields[2].get(), fields[3].get());
  return outcome_of(fit.state, result);
}

ROOFTOP_LINALG_FUNCTION(qr, qr)
ROOFTOP_LINALG_FUNCTION(svd, svd)
ROOFTOP_LINALG_FUNCTION(svdvals, svdvals)
ROOFTOP_LINALG_FUNCTION(lstsq, lstsq)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("qr", qr_function,
                  "qr(a, mode='reduced')\n--\n\nOrthogonal columns Q and the triangle R of a = Q R; mode 'complete' "
                  "gives all columns, 'r' the triangle alone, 'raw' LAPACK's own form."),
    ROOFTOP_ENTRY(
        "svd", svd_function,
        "svd(a, full_matrices=True, compute_uv=True, hermitian=False)\n--\n\nSingular values S and vectors of "
        "a = U diag(S) Vh, for each of a stack of matrices.\n\nLinAlgError where the iteration does not "
        "converge."),
    ROOFTOP_ENTRY("svdvals", svdvals_function, "svdvals(x, /)\n--\n\nThe singular values, the largest first."),
    ROOFTOP_ENTRY("lstsq", lstsq_function,
                  "lstsq(a, b, rcond=None)\n--\n\nThe shortest x that makes |b - a x| least, the squares of what is "
                  "left, the rank of a and its singular values."),
};

}  // namespace

std::span<PyMethodDef> orthogonal_functions() { return functions; }

}  // namespace rooftop::python
