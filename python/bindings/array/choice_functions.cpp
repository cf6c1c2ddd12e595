// choose as a method of arrays and as a function.
#include "array/argument_reader.h"
#include "array/axis_rows.h"
#include "array/creation.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/outside_mode.h"
#include "array/scalar_object.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/lib/choice.h"

namespace rooftop::python {
namespace {

/// The arrays to choose from, of one type.
struct Choices {
  std::vector<Operand> operands;
  std::vector<Ref> kept;
  DType dtype{};

  // Delegate for what only NumPy takes.
  Outcome read(PyObject* sequence) {
    const auto count = static_cast<std::size_t>(PySequence_Fast_GET_SIZE(sequence));
    operands = std::vector<Operand>(count);
    bool has_strong = false;
    array::Weak widest = array::Weak::None;
    for (std::size_t i = 0; i < count; ++i) {
      Operand& operand = operands[i];
      const Outcome read = read_input(PySequence_Fast_GET_ITEM(sequence, i), operand);
      if (read != Outcome::Done) return read;
      if (operand.is_weak()) {
        widest = std::max(widest, operand.weak);
      } else {
        dtype = has_strong ? array::promote(dtype, operand.view.dtype) : operand.view.dtype;
        has_strong = true;
      }
    }
    dtype = has_strong ? array::promote_weak(dtype, widest) : array::default_type(widest);
    return convert();
  }

 private:
  Outcome convert() {
    for (Operand& operand : operands) {
      if (!operand.settle(dtype)) {
        PyErr_Clear();  // NumPy wraps it
        return Outcome::Delegate;
      }
      if (operand.view.dtype == dtype) continue;
      kept.emplace_back(as_object(copied(operand.view, dtype, std::nullopt)));
      if (!kept.back()) return Outcome::Error;
      operand.view = as_array(kept.back().get())->view();
    }
    return Outcome::Done;
  }
};

Outcome choose(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
               PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"choose", {"choices", "out", "mode"}, 3, 1};
  ArgumentReader<3>::Values values;
  lib::OutsideMode mode{};
  const ArrayObject* source = as_array(array);
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || is_given(values[1]) ||
      !read_outside_mode(values[2], mode) || !is_list_or_tuple(values[0]) || PySequence_Fast_GET_SIZE(values[0]) == 0 ||
      !array::can_cast(source->dtype, DType::I64, array::Casting::Safe)) {
    return Outcome::Delegate;
  }
  Choices choices;
  if (const Outcome read = choices.read(values[0]); read != Outcome::Done) return read;
  Extents shape(source->view().lengths());
  for (const Operand& operand : choices.operands) {
    if (!array::broadcast_shape(shape, operand.view.lengths())) return Outcome::Delegate;
  }
  Ref places(as_object(copied(source->view(), DType::I64, Order::RowMajor)));
  Ref out(places ? as_object(new_array(choices.dtype, shape.lengths())) : nullptr);
  if (!out) return Outcome::Error;
  const View to = as_array(out.get())->view(), from = as_array(places.get())->view();
  const auto count = static_cast<std::int64_t>(choices.operands.size());
  if (!lib::bring_inside(reinterpret_cast<std::int64_t*>(from.data), from.size(), count, mode)) {
    PyErr_SetString(PyExc_ValueError, "invalid entry in choice array");
    return Outcome::Error;
  }
  std::vector<Extents> storage(choices.operands.size() + 1);
  std::vector<View> views;
  for (std::size_t i = 0; i < choices.operands.size(); ++i) {
    views.push_back(array::broadcast_view(choices.operands[i].view, shape.lengths(), storage[i + 1]));
  }
  const Outcome outcome = run_without_gil(
      to.size(), [&] { lib::choose(to, array::broadcast_view(from, shape.lengths(), storage[0]), views); });
  if (outcome != Outcome::Done) return outcome;
  return made(shape.rank == 0 && is_exact_array(array) ? new_scalar(to.dtype, to.data) : out.release(), result);
}

ROOFTOP_METHOD_AND_FUNCTION(choose, choose)

PyMethodDef methods[] = {
    ROOFTOP_ENTRY("choose", choose_method,
                  "choose(choices, out=None, mode='raise')\n--\n\nEach element from the choice that its number names."),
};

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("choose", choose_function, "choose(a, choices, out=None, mode='raise')\n--\n\nAs ndarray.choose."),
};

}  // namespace

std::span<PyMethodDef> choice_methods() { return methods; }
std::span<PyMethodDef> choice_functions() { return functions; }

}  // namespace rooftop::python
