// Python's `ast` objects as the frontend's syntax tree.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <string>

#include "rooftop/frontend/syntax.h"

namespace rooftop::python {

/// Converts an ast node and all below it. Lines are those of the nodes, moved by `line_offset`.
std::shared_ptr<const frontend::Node> convert_tree(nanobind::handle node, const std::string& file, int line_offset = 0);

}  // namespace rooftop::python
