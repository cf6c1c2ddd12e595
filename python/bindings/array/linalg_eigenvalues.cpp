// linalg.eig, eigvals, eigh and eigvalsh.
#include "array/creation.h"
#include "array/linalg_operands.h"
#include "array/method_tables.h"
#include "rooftop/lib/eigenvalues.h"

namespace rooftop::python {
namespace {

// A stack of matrices, and room for values and vectors.
struct Spectrum {
  MatrixOperand a;
  LinalgTypes types{};
  Ref values, vectors;

  Outcome prepare(PyObject* object, bool is_symmetric, bool takes_vectors) {
    if (const Outcome outcome = read_square(object, a); outcome != Outcome::Done) return outcome;
    types = common_types({&a});
    if (!convert_operand(a, types.computed)) return Outcome::Error;
    values = Ref(as_object(new_array(is_symmetric ? DType::F64 : DType::C128, a.stack(1))));
    if (takes_vectors) {
      vectors = Ref(as_object(new_array(is_symmetric ? types.computed : DType::C128, a.stack(0))));
    }
    return values && (vectors || !takes_vectors) ? Outcome::Done : Outcome::Error;
  }
  View value_view() const { return as_array(values.get())->view(); }
  View vector_view() const { return vectors ? as_array(vectors.get())->view() : View{}; }
};

Outcome handed_out(Spectrum& found, const char* type, DType values, DType vectors, PyObject*& result) {
  PyObject* const numbers = finished(std::move(found.values), values);
  return made(found.vectors ? named_result(type, {numbers, finished(std::move(found.vectors), vectors)}) : numbers,
              result);
}

// Results are real where no eigenvalue of the stack has an imaginary part.
bool make_real(Ref& array) {
  array = Ref(as_object(copied(as_array(array.get())->view(), DType::F64, Order::RowMajor)));
  return static_cast<bool>(array);
}

template <bool TakesVectors>
Outcome eig(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given != 1 || keyword_names != nullptr) return Outcome::Delegate;
  Spectrum found;
  const Outcome outcome = found.prepare(arguments[0], false, TakesVectors);
  if (outcome != Outcome::Done) return outcome;
  lib::Factored state{};
  const View values = found.value_view(), vectors = found.vector_view();
  if (!run_lapack(16 * cubic_work(found.a), state,
                  [&] { return lib::eig(found.a.view(), values, TakesVectors ? &vectors : nullptr); })) {
    return Outcome::Error;
  }
  if (state == lib::Factored::Failed) return Outcome::Delegate;
  DType type = found.types.given_part() == DType::F32 ? DType::C64 : DType::C128;
  if (found.types.computed == DType::F64 && lib::all_real(values)) {
    type = found.types.given;
    if (!make_real(found.values) || (TakesVectors && !make_real(found.vectors))) return Outcome::Error;
  }
  return handed_out(found, "EigResult", type, type, result);
}

// 'L' or 'U', of either case.
bool read_triangle(PyObject* object, bool& takes_upper) {
  if (object == nullptr) return true;
  if (!PyUnicode_CheckExact(object) || PyUnicode_GET_LENGTH(object) != 1) return false;
  const Py_UCS4 letter = PyUnicode_READ_CHAR(object, 0);
  takes_upper = letter == 'U' || letter == 'u';
  return takes_upper || letter == 'L' || letter == 'l';
}

template <bool TakesVectors>
Outcome eigh(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<2> kReader{"eigh", {"a", "UPLO"}, 2, 1};
  ArgumentReader<2>::Values values;
  bool takes_upper = false;
  if (!read_plainly(kReader, arguments, given, keyword_names, values) || !read_triangle(values[1], takes_upper)) {
    return Outcome::Delegate;
  }
  Spectrum found;
  const Outcome outcome = found.prepare(values[0], true, TakesVectors);
  if (outcome != Outcome::Done) return outcome;
  lib::Factored state{};
  const View numbers = found.value_view(), vectors = found.vector_view();
  if (!run_lapack(8 * cubic_work(found.a), state,
                  [&] { return lib::eigh(found.a.view(), takes_upper, numbers, TakesVectors ? &vectors : nullptr); })) {
    return Outcome::Error;
  }
  if (state == lib::Factored::Failed) return Outcome::Delegate;
  return handed_out(found, "EighResult", found.types.given_part(), found.types.given, result);
}

ROOFTOP_LINALG_FUNCTION(eig, eig<true>)
ROOFTOP_LINALG_FUNCTION(eigvals, eig<false>)
ROOFTOP_LINALG_FUNCTION(eigh, eigh<true>)
ROOFTOP_LINALG_FUNCTION(eigvalsh, eigh<false>)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("eig", eig_function,
                  "eig(a)\n--\n\nEigenvalues and eigenvectors (columns) of each of a stack of square matrices; real "
                  "where all eigenvalues are.\n\nLinAlgError where the iteration does not converge."),
    ROOFTOP_ENTRY("eigvals", eigvals_function, "eigvals(a)\n--\n\nThe eigenvalues alone, as eig gives them."),
    ROOFTOP_ENTRY("eigh", eigh_function,
                  "eigh(a, UPLO='L')\n--\n\nEigenvalues in rising order and eigenvectors (columns) of symmetric or "
                  "Hermitian matrices, of which one triangle is read."),
    ROOFTOP_ENTRY("eigvalsh", eigvalsh_function,
                  "eigvalsh(a, UPLO='L')\n--\n\nThe eigenvalues alone, as eigh gives them."),
};

}  // namespace

std::span<PyMethodDef> eigenvalue_functions() { return functions; }

}  // namespace rooftop::python
