// Texts, lists of labels, options, paths. Whatever is unusual or wrong is left to NumPy.
#include "array/einsum_arguments.h"

#include <algorithm>
#include <cstdint>

#include "array/argument_reader.h"
#include "array/dtype_object.h"
#include "array/native_call.h"
#include "rooftop/lib/einsum.h"

namespace rooftop::python {
namespace {

using lib::ContractionStep;

/// Labels as a list has them: 0 is 'A', 26 is 'a', Ellipsis the dots.
bool append_labels(PyObject* labels, std::string& text) {
  if (!is_list_or_tuple(labels)) return false;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(labels); ++i) {
    PyObject* label = PySequence_Fast_GET_ITEM(labels, i);
    if (label == Py_Ellipsis) {
      text += "...";
      continue;
    }
    std::int64_t number = -1;
    if (!read_int_or_leave(label, number) || number < 0 || number >= 52) return false;
    text += static_cast<char>(number < 26 ? 'A' + number : 'a' + number - 26);
  }
  return true;
}

bool read_step(PyObject* places, int& left, ContractionStep& step) {
  if (!is_list_or_tuple(places) || PySequence_Fast_GET_SIZE(places) == 0) return false;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(places); ++i) {
    std::int64_t place = -1;
    if (!read_int_or_leave(PySequence_Fast_GET_ITEM(places, i), place) || place < 0 || place >= left) return false;
    if (std::find(step.begin(), step.end(), place) != step.end()) return false;
    step.push_back(static_cast<int>(place));
  }
  left -= static_cast<int>(step.size()) - 1;
  return true;
}

/// As einsum_path gives it: its name, then the places of each step.
bool read_path(PyObject* steps, int operands, std::vector<ContractionStep>& path) {
  if (!PyList_CheckExact(steps) || PyList_GET_SIZE(steps) < 2) return false;
  if (text_of(PyList_GET_ITEM(steps, 0)) != "einsum_path") return false;
  int left = operands;
  for (Py_ssize_t k = 1; k < PyList_GET_SIZE(steps); ++k) {
    if (!read_step(PyList_GET_ITEM(steps, k), left, path.emplace_back())) return false;
  }
  return left == 1;
}

}  // namespace

bool EinsumCall::read(PyObject* const* arguments, Py_ssize_t given) {
  const bool has_text = given > 0 && PyUnicode_Check(arguments[0]);
  return (has_text ? read_text(arguments, given) : read_lists(arguments, given)) && count > 0;
}

bool EinsumCall::add(PyObject* operand) {
  if (count == array::kMaxTerms) return false;
  operands[count++] = operand;
  return true;
}

bool EinsumCall::read_text(PyObject* const* arguments, Py_ssize_t given) {
  const std::string_view subscripts = text_of(arguments[0]);
  text = subscripts;
  if (text.empty() && PyUnicode_GET_LENGTH(arguments[0]) > 0) return false;
  for (Py_ssize_t i = 1; i < given; ++i) {
    if (!add(arguments[i])) return false;
  }
  return true;
}

bool EinsumCall::read_lists(PyObject* const* arguments, Py_ssize_t given) {
  for (Py_ssize_t i = 0; i + 1 < given; i += 2) {
    if (i > 0) text += ',';
    if (!add(arguments[i]) || !append_labels(arguments[i + 1], text)) return false;
  }
  if (given % 2 == 0) return true;
  text += "->";
  return append_labels(arguments[given - 1], text);
}

bool EinsumOptions::read(PyObject* const* values, PyObject* names, int operands) {
  for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i) {
    if (!read_one(PyTuple_GET_ITEM(names, i), values[i], operands)) return false;
  }
  return true;
}

bool EinsumOptions::read_one(PyObject* name, PyObject* value, int operands) {
  const std::string_view option = text_of(name);
  if (option == "out") {
    out = is_given(value) ? value : nullptr;
    return out == nullptr || is_exact_array(out);
  }
  if (option == "dtype") {
    if (!is_given(value)) return true;
    DType wanted{};
    if (read_dtype(value, wanted) != DTypeName::Native) {
      PyErr_Clear();
      return false;
    }
    dtype = wanted;
    return true;
  }
  if (option == "casting") {
    const auto rule = array::casting_from_name(text_of(value));
    casting = rule.value_or(casting);
    return rule.has_value();
  }
  if (option == "order") order = value;
  return option == "order" || (option == "optimize" && read_optimize(value, operands));
}

// Every way to contract gives the result: ours is as good as NumPy's, but where the caller names one.
bool EinsumOptions::read_optimize(PyObject* value, int operands) {
  is_optimised = value != Py_False;
  if (!is_optimised || value == Py_True) return true;
  if (PyUnicode_Check(value)) {
    is_optimal = operands > 2 && text_of(value) == "optimal";
    return text_of(value) == "greedy" || (text_of(value) == "optimal" && operands <= lib::kMostOptimal);
  }
  path.emplace();
  return read_path(value, operands, *path);
}

bool einsum_extents(PyObject* order, const array::AxisLabels& labels, std::span<const View> operands, DType dtype,
                    Extents& extents) {
  const std::size_t item_size = array::size_of(dtype);
  const std::string_view name = order == nullptr ? "K" : text_of(order);
  lib::set_einsum_shape(labels, extents);
  if (!array::checked_bytes(extents.lengths(), item_size)) return false;
  if (name == "K") {
    lib::set_einsum_layout(labels, operands, item_size, extents);
    return true;
  }
  const bool has_columns = std::all_of(operands.begin(), operands.end(), array::is_column_major);
  const bool is_by_columns = name == "F" || (name == "A" && has_columns);
  is_by_columns ? extents.set_column_major(item_size) : extents.set_row_major(item_size);
  return is_by_columns || name == "C" || name == "A";
}

}  // namespace rooftop::python
