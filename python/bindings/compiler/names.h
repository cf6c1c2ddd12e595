// What names outside the compiled function stand for: closure cells, globals, builtins and module attributes as
// frontend values.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "rooftop/frontend/value.h"

namespace rooftop::python {

/// Something outside the function that its compiled code depends on; the code is valid only while it stays.
struct Guard {
  nanobind::object owner;   ///< a dict, or a closure's cell
  nanobind::object name;    ///< in the dict; None for a cell
  nanobind::object object;  ///< what is there; a null object when the name must be absent

  /// As rooftop._core takes it: (dict, name, value), (dict, name) or (cell, value).
  nanobind::tuple as_tuple() const;
};

/// The Python objects of one compilation: converts them to values and remembers which names were looked up.
class Names {
 public:
  /// The function as the frontend compiles it. Throws CompileError when its source cannot be had.
  std::shared_ptr<const frontend::FunctionSource> function(nanobind::handle python_function);

  /// The value of any object: constants, functions, modules; anything else as an unsupported entity.
  frontend::Value value(nanobind::handle object);

  /// A function of NumPy, by its canonical name, that is written in Python and compiled along.
  std::optional<frontend::Value> library_value(const std::string& name);
  /// The same of methods of arrays.
  std::shared_ptr<const frontend::NameScope> methods();

  void depend(nanobind::handle owner, nanobind::handle name, nanobind::handle object);
  const std::vector<Guard>& guards() const { return guards_; }

 private:
  /// A function that was jitted with fp_model="strict".
  std::shared_ptr<const frontend::FunctionSource> strict_function(nanobind::handle python_function);

  std::unordered_map<PyObject*, std::shared_ptr<const frontend::FunctionSource>> functions_;
  nanobind::object library_ = nanobind::none();
  std::vector<nanobind::object> kept_;  ///< objects whose addresses serve as identities
  std::vector<Guard> guards_;
};

}  // namespace rooftop::python
