// The methods of arrays and the functions of the module: a table for each concept, beside what it names.
#pragma once

#include <Python.h>

#include <span>

#include "array/argument_reader.h"

/// A row of a table: a function of vectorcall's arguments.
#define ROOFTOP_ENTRY(name, function, doc) \
  { name, as_c_function(function), METH_FASTCALL | METH_KEYWORDS, doc }

namespace rooftop::python {

// Methods of rooftop.ndarray.
std::span<PyMethodDef> shape_methods();
std::span<PyMethodDef> axis_methods();
std::span<PyMethodDef> conversion_methods();
std::span<PyMethodDef> reduction_methods();
std::span<PyMethodDef> clip_methods();
std::span<PyMethodDef> moment_methods();
std::span<PyMethodDef> cumulative_methods();
std::span<PyMethodDef> rounding_methods();
std::span<PyMethodDef> sorting_methods();
std::span<PyMethodDef> searching_methods();
std::span<PyMethodDef> rearranging_methods();
std::span<PyMethodDef> diagonal_methods();
std::span<PyMethodDef> gather_methods();
std::span<PyMethodDef> choice_methods();
std::span<PyMethodDef> product_methods();
std::span<PyMethodDef> complex_methods();
std::span<PyMethodDef> dlpack_methods();
std::span<PyMethodDef> delegated_methods();

// Functions of rooftop._core, and of rooftop where they have NumPy's names.
std::span<PyMethodDef> creation_functions();
std::span<PyMethodDef> sequence_functions();
std::span<PyMethodDef> shape_functions();
std::span<PyMethodDef> axis_functions();
std::span<PyMethodDef> reduction_functions();
std::span<PyMethodDef> clip_functions();
std::span<PyMethodDef> moment_functions();
std::span<PyMethodDef> cumulative_functions();
std::span<PyMethodDef> rounding_functions();
std::span<PyMethodDef> signal_functions();
std::span<PyMethodDef> joining_functions();
std::span<PyMethodDef> sorting_functions();
std::span<PyMethodDef> searching_functions();
std::span<PyMethodDef> set_functions();
std::span<PyMethodDef> quantile_functions();
std::span<PyMethodDef> counting_functions();
std::span<PyMethodDef> splitting_functions();
std::span<PyMethodDef> rearranging_functions();
std::span<PyMethodDef> diagonal_functions();
std::span<PyMethodDef> gather_functions();
std::span<PyMethodDef> product_functions();
std::span<PyMethodDef> tensor_functions();
std::span<PyMethodDef> vector_functions();
std::span<PyMethodDef> grid_functions();
std::span<PyMethodDef> inquiry_functions();
std::span<PyMethodDef> flag_functions();
std::span<PyMethodDef> padding_functions();
std::span<PyMethodDef> editing_functions();
std::span<PyMethodDef> choice_functions();
std::span<PyMethodDef> flat_place_functions();
std::span<PyMethodDef> type_functions();
std::span<PyMethodDef> dlpack_functions();

// Functions of rooftop.linalg.
std::span<PyMethodDef> linear_system_functions();
std::span<PyMethodDef> orthogonal_functions();
std::span<PyMethodDef> eigenvalue_functions();
std::span<PyMethodDef> norm_functions();

/// All methods, with the end that CPython looks for.
PyMethodDef* array_methods();
/// Adds all functions. Returns -1 with a Python exception.
int add_array_functions(PyObject* module);
/// Adds `_linalg`: a module with the functions of rooftop.linalg, which imports them from there.
int add_linalg(PyObject* module);
/// Adds `_delegated_methods`: the names of methods that are NumPy's, for rooftop.coverage().
int add_delegated_names(PyObject* module);

}  // namespace rooftop::python
