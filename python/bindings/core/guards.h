// What lies outside a function and was compiled in: globals, the absence of globals, contents of closure cells.
// Checked before every call; while nothing has changed that costs a comparison or two.
#pragma once

#include <Python.h>

#include <cstdint>
#include <vector>

#include "ref.h"

namespace rooftop::python {

struct Guard {
  Ref owner;     ///< the dict of globals, or the cell
  Ref name;      ///< empty for a cell
  Ref expected;  ///< empty when the name must be absent, so that a builtin is meant

  bool holds() const;
};

class GuardList {
 public:
  /// Reads (dict, name), (dict, name, value) and (cell, value) tuples. False with an exception.
  bool read(PyObject* sequence);
  /// Whether everything is still as it was compiled in.
  bool hold() {
    for (const Guard& guard : cells_) {
      if (!guard.holds()) return false;
    }
    return names_.empty() || dicts_are_unchanged() || names_hold();
  }
  int visit(visitproc visit, void* argument) const;

 private:
  bool dicts_are_unchanged() const;
  bool names_hold();
  bool add_dict(PyObject* dict);

  std::vector<Guard> cells_;
  std::vector<Guard> names_;
  std::vector<PyObject*> dicts_;         ///< the different owners of names_
  std::vector<std::uint64_t> versions_;  ///< of dicts_ when names_ were last found to hold
};

}  // namespace rooftop::python
