// The user's function as Python's own `ast` sees it, free of Python objects: nodes with named fields.
// The bindings build it; names of kinds and fields are those of the `ast` module.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rooftop/base/source_location.h"

namespace rooftop::frontend {

/// Kinds that the compiler knows; every other class of `ast` is `Other` and keeps its name in `kind_name`.
enum class NodeKind : std::uint8_t {
  FunctionDef,
  Lambda,
  arguments,
  arg,
  keyword,
  Assign,
  AugAssign,
  AnnAssign,
  Expr,
  Return,
  Raise,
  Assert,
  Pass,
  Break,
  Continue,
  If,
  For,
  While,
  BoolOp,
  BinOp,
  UnaryOp,
  Compare,
  IfExp,
  NamedExpr,
  Call,
  Constant,
  Name,
  Attribute,
  Subscript,
  Slice,
  Tuple,
  List,
  Starred,
  Other,
};

/// The value of a Constant node. An integer beyond 64 bits is a `BigInteger` with its decimal text.
struct NoneLiteral {};
struct EllipsisLiteral {};
struct BigInteger {
  std::string text;
};
struct ComplexLiteral {
  double real, imag;
};
struct OtherLiteral {
  std::string type_name;
};
using Literal = std::variant<NoneLiteral, EllipsisLiteral, bool, std::int64_t, BigInteger, double, ComplexLiteral,
                             std::string, OtherLiteral>;

class Node;
using NodePtr = std::unique_ptr<Node>;

class Node {
 public:
  Node(std::string kind_name, SourceLocation location);

  NodeKind kind() const { return kind_; }
  bool is(NodeKind k) const { return kind_ == k; }
  const std::string& kind_name() const { return kind_name_; }  ///< "BinOp"; operators are nodes of kind Other: "Add"
  const SourceLocation& location() const { return location_; }

  /// The one node of a field, or null when it is None or absent.
  const Node* child(std::string_view field) const;
  /// The nodes of a list field; empty when absent. A None inside a list (as in kw_defaults) is a null pointer.
  const std::vector<NodePtr>& list(std::string_view field) const;
  /// An identifier or string field, such as Name.id; empty when None or absent.
  const std::string& text(std::string_view field) const;
  const Literal& literal() const { return literal_; }

  void add_child(std::string_view field, NodePtr node);
  void add_list(std::string_view field, std::vector<NodePtr> nodes);
  void add_text(std::string_view field, std::string text);
  void set_literal(Literal literal) { literal_ = std::move(literal); }

  /// Every direct child, in field order.
  template <class F>
  void for_each_child(F&& f) const {
    for (const auto& [name, nodes] : fields_) {
      for (const NodePtr& n : nodes) {
        if (n) f(*n);
      }
    }
  }

 private:
  std::string kind_name_;
  NodeKind kind_;
  SourceLocation location_;
  std::vector<std::pair<std::string, std::vector<NodePtr>>> fields_;
  std::vector<std::pair<std::string, std::string>> texts_;
  Literal literal_;
};

}  // namespace rooftop::frontend
