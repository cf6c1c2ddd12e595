// Generic conversion over `_fields`: nothing here knows a kind of node except Constant.
#include "syntax_tree.h"

#include "rooftop/base/source_location.h"

namespace nb = nanobind;

namespace rooftop::python {
namespace {

using frontend::Literal;
using frontend::Node;
using frontend::NodePtr;

class Converter {
 public:
  Converter(const std::string& file, int line_offset)
      : file_(intern(file)), line_offset_(line_offset), ast_type_(nb::module_::import_("ast").attr("AST")) {}

  NodePtr convert(nb::handle node) const {
    auto result = std::make_unique<Node>(nb::cast<std::string>(node.type().attr("__name__")), location(node));
    for (nb::handle field : nb::borrow<nb::tuple>(node.attr("_fields"))) {
      const auto name = nb::cast<std::string>(field);
      if (!nb::hasattr(node, name.c_str())) continue;
      const nb::object value = node.attr(name.c_str());
      if (name == "value" && result->is(frontend::NodeKind::Constant)) {
        result->set_literal(literal(value));
      } else if (is_node(value)) {
        result->add_child(name, convert(value));
      } else if (nb::isinstance<nb::list>(value)) {
        result->add_list(name, convert_list(value));
      } else if (nb::isinstance<nb::str>(value)) {
        result->add_text(name, nb::cast<std::string>(value));
      }
    }
    return result;
  }

 private:
  bool is_node(nb::handle object) const { return PyObject_IsInstance(object.ptr(), ast_type_.ptr()) == 1; }

  std::vector<NodePtr> convert_list(nb::handle list) const {
    std::vector<NodePtr> nodes;
    for (nb::handle item : nb::borrow<nb::list>(list)) nodes.push_back(is_node(item) ? convert(item) : nullptr);
    return nodes;
  }

  SourceLocation location(nb::handle node) const {
    if (!nb::hasattr(node, "lineno")) return {};
    const auto number = [&](const char* name, int missing) {
      const nb::object value = nb::getattr(node, name, nb::none());
      return value.is_none() ? missing : nb::cast<int>(value);
    };
    const int line = number("lineno", 0), column = number("col_offset", 0);
    return {file_, line + line_offset_, column, number("end_lineno", line) + line_offset_,
            number("end_col_offset", column)};
  }

  static Literal literal(nb::handle value) {
    PyObject* object = value.ptr();
    if (object == Py_None) return frontend::NoneLiteral{};
    if (object == Py_Ellipsis) return frontend::EllipsisLiteral{};
    if (PyBool_Check(object)) return object == Py_True;
    if (PyLong_Check(object)) {
      int overflow = 0;
      const long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
      if (overflow == 0) return static_cast<std::int64_t>(number);
      return frontend::BigInteger{nb::cast<std::string>(nb::str(value))};
    }
    if (PyFloat_Check(object)) return PyFloat_AS_DOUBLE(object);
    if (PyComplex_Check(object)) {
      return frontend::ComplexLiteral{PyComplex_RealAsDouble(object), PyComplex_ImagAsDouble(object)};
    }
    if (PyUnicode_Check(object)) return nb::cast<std::string>(value);
    return frontend::OtherLiteral{nb::cast<std::string>(value.type().attr("__name__"))};
  }

  const std::string* file_;
  int line_offset_;
  nb::object ast_type_;
};

}  // namespace

std::shared_ptr<const Node> convert_tree(nb::handle node, const std::string& file, int line_offset) {
  return Converter(file, line_offset).convert(node);
}

}  // namespace rooftop::python
