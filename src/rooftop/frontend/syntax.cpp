// Field lookup of syntax nodes and the table of kinds.
#include "rooftop/frontend/syntax.h"

#include <unordered_map>

namespace rooftop::frontend {
namespace {

NodeKind kind_from(std::string_view name) {
  static const std::unordered_map<std::string_view, NodeKind> kinds = {
#define KIND(k) {#k, NodeKind::k}
      KIND(FunctionDef), KIND(Lambda), KIND(arguments), KIND(arg),   KIND(keyword),  KIND(Assign), KIND(AugAssign),
      KIND(AnnAssign),   KIND(Expr),   KIND(Return),    KIND(Raise), KIND(Assert),   KIND(Pass),   KIND(Break),
      KIND(Continue),    KIND(If),     KIND(For),       KIND(While), KIND(BoolOp),   KIND(BinOp),  KIND(UnaryOp),
      KIND(Compare),     KIND(IfExp),  KIND(NamedExpr), KIND(Call),  KIND(Constant), KIND(Name),   KIND(Attribute),
      KIND(Subscript),   KIND(Slice),  KIND(Tuple),     KIND(List),  KIND(Starred),
#undef KIND
  };
  const auto found = kinds.find(name);
  return found == kinds.end() ? NodeKind::Other : found->second;
}

template <class Pairs>
auto find(Pairs& pairs, std::string_view field) {
  auto it = pairs.begin();
  while (it != pairs.end() && it->first != field) ++it;
  return it;
}

}  // namespace

Node::Node(std::string kind_name, SourceLocation location)
    : kind_name_(std::move(kind_name)), kind_(kind_from(kind_name_)), location_(location) {}

const Node* Node::child(std::string_view field) const {
  const auto it = find(fields_, field);
  return it == fields_.end() || it->second.empty() ? nullptr : it->second.front().get();
}

const std::vector<NodePtr>& Node::list(std::string_view field) const {
  static const std::vector<NodePtr> none;
  const auto it = find(fields_, field);
  return it == fields_.end() ? none : it->second;
}

const std::string& Node::text(std::string_view field) const {
  static const std::string none;
  const auto it = find(texts_, field);
  return it == texts_.end() ? none : it->second;
}

void Node::add_child(std::string_view field, NodePtr node) {
  std::vector<NodePtr> one;
  one.push_back(std::move(node));
  fields_.emplace_back(field, std::move(one));
}

void Node::add_list(std::string_view field, std::vector<NodePtr> nodes) {
  fields_.emplace_back(field, std::move(nodes));
}

void Node::add_text(std::string_view field, std::string text) { texts_.emplace_back(field, std::move(text)); }

}  // namespace rooftop::frontend
