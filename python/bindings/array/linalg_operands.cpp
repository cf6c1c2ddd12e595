#include "array/linalg_operands.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include "array/creation.h"
#include "array/scalar_object.h"
#include "core/numpy_access.h"
#include "rooftop/lib/lapack.h"

namespace rooftop::python {
namespace {

bool is_supported(DType dtype) { return !array::is_half(dtype); }

// What rooftop._lapack.libraries() names; empty when that fails.
std::vector<std::string> libraries_of_numpy() {
  std::vector<std::string> names;
  Ref function(find_attribute("rooftop._lapack", "libraries"));
  Ref found(function ? PyObject_CallNoArgs(function.get()) : nullptr);
  Ref items(found ? PySequence_Fast(found.get(), "a list of names") : nullptr);
  for (Py_ssize_t i = 0; items && i < PySequence_Fast_GET_SIZE(items.get()); ++i) {
    const char* name = PyUnicode_AsUTF8(PySequence_Fast_GET_ITEM(items.get(), i));
    if (name != nullptr) names.emplace_back(name);
  }
  PyErr_Clear();
  return names;
}

}  // namespace

bool has_lapack() {
  static std::atomic<bool> was_looked_for{false};
  if (!was_looked_for.load(std::memory_order_acquire)) {
    lib::load_lapack(libraries_of_numpy());
    was_looked_for.store(true, std::memory_order_release);
  }
  return lib::lapack() != nullptr;
}

Outcome read_matrix(PyObject* object, int least_rank, MatrixOperand& operand) {
  if (is_exact_array(object)) {
    operand.held = Ref::borrow(object);
  } else if (PyList_CheckExact(object) || PyTuple_CheckExact(object) || Py_TYPE(object) == numpy.array_type) {
    operand.held = Ref(array_from_object(object, std::nullopt));
    if (!operand.held) return Outcome::Error;
    if (!is_exact_array(operand.held.get())) return Outcome::Delegate;
  } else {
    return Outcome::Delegate;
  }
  const ArrayObject* array = operand.array();
  if (!is_supported(array->dtype) || array->rank < least_rank || array->size == 0) return Outcome::Delegate;
  const auto is_countable = [](std::int64_t length) { return lib::lapack()->can_count(length); };
  return std::all_of(array->shape(), array->shape() + array->rank, is_countable) ? Outcome::Done : Outcome::Delegate;
}

Outcome read_square(PyObject* object, MatrixOperand& operand) {
  const Outcome outcome = read_matrix(object, 2, operand);
  if (outcome != Outcome::Done) return outcome;
  return operand.length(1) == operand.length(2) ? Outcome::Done : Outcome::Delegate;
}

LinalgTypes common_types(std::initializer_list<const MatrixOperand*> operands) {
  bool is_complex = false, is_single = true;
  for (const MatrixOperand* operand : operands) {
    const DType dtype = operand->array()->dtype;
    is_complex |= array::is_complex(dtype);
    is_single &= array::part_of(dtype) == DType::F32;
  }
  if (is_complex) return {DType::C128, is_single ? DType::C64 : DType::C128};
  return {DType::F64, is_single ? DType::F32 : DType::F64};
}

bool convert_operand(MatrixOperand& operand, DType dtype) {
  if (operand.array()->dtype == dtype && operand.array()->has(kAligned)) return true;
  operand.held = Ref(as_object(copied(operand.view(), dtype, Order::RowMajor)));
  return static_cast<bool>(operand.held);
}

PyObject* finished(Ref made, DType given) {
  if (!made) return nullptr;
  const bool is_same = as_array(made.get())->dtype == given;
  Ref converted_one(is_same ? made.release() : converted(as_array(made.get()), given));
  if (!converted_one || as_array(converted_one.get())->rank > 0) return converted_one.release();
  return new_scalar(given, as_array(converted_one.get())->data);
}

PyObject* named_result(const char* name, std::initializer_list<PyObject*> fields) {
  static PyObject* const known = PyDict_New();
  bool is_whole = known != nullptr;
  for (PyObject* field : fields) is_whole &= field != nullptr;
  PyObject* type = is_whole ? PyDict_GetItemString(known, name) : nullptr;
  if (is_whole && type == nullptr) {
    Ref found(find_attribute("numpy.linalg._linalg", name));
    if (found && PyDict_SetItemString(known, name, found.get()) == 0) type = found.get();
  }
  auto* const tuple_type = reinterpret_cast<PyTypeObject*>(type);
  PyObject* made = type == nullptr ? nullptr : tuple_type->tp_alloc(tuple_type, static_cast<Py_ssize_t>(fields.size()));
  Py_ssize_t place = 0;
  for (PyObject* field : fields) {
    if (made == nullptr) {
      Py_XDECREF(field);
    } else {
      PyTuple_SET_ITEM(made, place++, field);
    }
  }
  return made;
}

PyObject* find_attribute(const char* module_name, const char* name) {
  Ref module(PyImport_ImportModule(module_name));
  return module ? PyObject_GetAttrString(module.get(), name) : nullptr;
}

Outcome refuse_matrix(const char* message) {
  static PyObject* type = nullptr;
  if (type == nullptr) type = find_attribute("numpy.linalg", "LinAlgError");
  if (type != nullptr) PyErr_SetString(type, message);
  return Outcome::Error;
}

double cubic_work(const MatrixOperand& operand) {
  return static_cast<double>(operand.array()->size) *
         static_cast<double>(std::min(operand.length(1), operand.length(2)));
}

}  // namespace rooftop::python
