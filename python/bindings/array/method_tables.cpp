// The tables one after the other.
#include "array/method_tables.h"

#include <initializer_list>
#include <vector>

namespace rooftop::python {
namespace {

using Table = std::vector<PyMethodDef>;

Table joined(std::initializer_list<std::span<PyMethodDef>> tables) {
  Table all;
  for (std::span<PyMethodDef> table : tables) all.insert(all.end(), table.begin(), table.end());
  all.push_back({nullptr, nullptr, 0, nullptr});
  return all;
}

}  // namespace

PyMethodDef* array_methods() {
  static Table all =
      joined({shape_methods(), axis_methods(), conversion_methods(), reduction_methods(), clip_methods(),
              moment_methods(), cumulative_methods(), rounding_methods(), sorting_methods(), searching_methods(),
              rearranging_methods(), diagonal_methods(), gather_methods(), choice_methods(), product_methods(),
              complex_methods(), dlpack_methods(), delegated_methods()});
  return all.data();
}

int add_array_functions(PyObject* module) {
  static Table all =
      joined({creation_functions(),    sequence_functions(),   shape_functions(),   axis_functions(),
              reduction_functions(),   clip_functions(),       moment_functions(),  cumulative_functions(),
              rounding_functions(),    signal_functions(),     joining_functions(), splitting_functions(),
              rearranging_functions(), diagonal_functions(),   gather_functions(),  product_functions(),
              tensor_functions(),      vector_functions(),     grid_functions(),    inquiry_functions(),
              sorting_functions(),     searching_functions(),  set_functions(),     quantile_functions(),
              counting_functions(),    flag_functions(),       padding_functions(), editing_functions(),
              choice_functions(),      flat_place_functions(), type_functions(),    dlpack_functions()});
  return PyModule_AddFunctions(module, all.data());
}

int add_linalg(PyObject* module) {
  static Table all =
      joined({linear_system_functions(), orthogonal_functions(), eigenvalue_functions(), norm_functions()});
  static PyModuleDef definition = {
      .m_base = PyModuleDef_HEAD_INIT,
      .m_name = "rooftop.linalg",
      .m_doc = "Linear algebra by LAPACK.",
      .m_size = -1,
      .m_methods = all.data(),
  };
  Ref linalg(PyModule_Create(&definition));
  return linalg ? PyModule_AddObjectRef(module, "_linalg", linalg.get()) : -1;
}

}  // namespace rooftop::python
