// The backward pass. A loop is repeated until its header's set stops growing; two rounds are enough.
#include "rooftop/frontend/liveness.h"

#include <algorithm>
#include <functional>

namespace rooftop::frontend {

void NameSet::insert(int name) {
  const auto word = static_cast<std::size_t>(name) / 64;
  if (word >= words_.size()) words_.resize(word + 1);
  words_[word] |= std::uint64_t{1} << (name % 64);
}

void NameSet::erase(int name) {
  const auto word = static_cast<std::size_t>(name) / 64;
  if (word < words_.size()) words_[word] &= ~(std::uint64_t{1} << (name % 64));
}

bool NameSet::merge(const NameSet& other) {
  if (other.words_.size() > words_.size()) words_.resize(other.words_.size());
  bool grew = false;
  for (std::size_t i = 0; i < other.words_.size(); ++i) {
    grew |= (other.words_[i] & ~words_[i]) != 0;
    words_[i] |= other.words_[i];
  }
  return grew;
}

namespace {

/// Calls `f` on each Name that a target binds.
void for_each_bound(const Node& target, const std::function<void(const Node&)>& f) {
  switch (target.kind()) {
    case NodeKind::Name:
      f(target);
      return;
    case NodeKind::Tuple:
    case NodeKind::List:
      for (const NodePtr& e : target.list("elts")) for_each_bound(*e, f);
      return;
    case NodeKind::Starred:
      for_each_bound(*target.child("value"), f);
      return;
    default:
      return;
  }
}

/// The targets that a statement binds itself, not those of nested statements.
std::vector<const Node*> targets_of(const Node& node) {
  std::vector<const Node*> targets;
  if (node.is(NodeKind::Assign)) {
    for (const NodePtr& t : node.list("targets")) targets.push_back(t.get());
  } else if (node.is(NodeKind::AugAssign) || node.is(NodeKind::AnnAssign) || node.is(NodeKind::For) ||
             node.is(NodeKind::NamedExpr)) {
    if (!node.is(NodeKind::AnnAssign) || node.child("value") != nullptr) targets.push_back(node.child("target"));
  }
  return targets;
}

}  // namespace

Liveness::Liveness(const Node& function) {
  const Node& arguments = *function.child("args");
  for (const char* field : {"posonlyargs", "args", "kwonlyargs", "vararg", "kwarg"}) {
    for (const NodePtr& a : arguments.list(field)) {
      if (a) bind(*a);
    }
  }
  if (function.is(NodeKind::Lambda)) {
    collect(*function.child("body"));
    return;
  }
  for (const NodePtr& s : function.list("body")) collect(*s);
  block(function.list("body"), {}, {});
}

void Liveness::bind(const Node& target) {
  const std::string& name = target.is(NodeKind::arg) ? target.text("arg") : target.text("id");
  if (indices_.emplace(name, static_cast<int>(names_.size())).second) names_.push_back(name);
}

void Liveness::collect(const Node& node) {
  if (node.is(NodeKind::Lambda) || node.is(NodeKind::FunctionDef)) return;
  for (const Node* t : targets_of(node)) for_each_bound(*t, [this](const Node& n) { bind(n); });
  node.for_each_child([this](const Node& c) { collect(c); });
}

int Liveness::index(const std::string& name) const {
  const auto found = indices_.find(name);
  return found == indices_.end() ? -1 : found->second;
}

bool Liveness::live_after(const Node& statement, const std::string& name) const {
  const auto found = after_.find(&statement);
  return found != after_.end() && is_local(name) && found->second.contains(index(name));
}

bool Liveness::live_at_header(const Node& loop, const std::string& name) const {
  const auto found = header_.find(&loop);
  return found != header_.end() && is_local(name) && found->second.contains(index(name));
}

std::vector<std::string> Liveness::bound_in(const Node& statement) const {
  std::vector<std::string> bound;
  const std::function<void(const Node&)> visit = [&](const Node& node) {
    if (node.is(NodeKind::Lambda)) return;
    for (const Node* t : targets_of(node)) {
      for_each_bound(*t, [&](const Node& n) {
        const std::string& name = n.text("id");
        if (std::find(bound.begin(), bound.end(), name) == bound.end()) bound.push_back(name);
      });
    }
    node.for_each_child(visit);
  };
  visit(statement);
  return bound;
}

void Liveness::kill(const Node& target, NameSet& live) const {
  for_each_bound(target, [&](const Node& n) {
    if (const int i = index(n.text("id")); i >= 0) live.erase(i);
  });
  // Subscripts and attributes of a target are reads.
  if (target.is(NodeKind::Subscript) || target.is(NodeKind::Attribute)) use(target, live);
  if (target.is(NodeKind::Tuple) || target.is(NodeKind::List)) {
    for (const NodePtr& e : target.list("elts")) {
      if (!e->is(NodeKind::Name)) kill(*e, live);
    }
  }
}

void Liveness::use(const Node& expression, NameSet& live) const {
  if (expression.is(NodeKind::Name)) {
    if (const int i = index(expression.text("id")); i >= 0) live.insert(i);
    return;
  }
  expression.for_each_child([&](const Node& c) { use(c, live); });
}

NameSet Liveness::block(const std::vector<NodePtr>& statements, NameSet live, const Exits& exits) {
  for (auto it = statements.rbegin(); it != statements.rend(); ++it) live = statement(**it, std::move(live), exits);
  return live;
}

NameSet Liveness::statement(const Node& node, NameSet live, const Exits& exits) {
  switch (node.kind()) {
    case NodeKind::If: {
      after_[&node].merge(live);
      NameSet then_live = block(node.list("body"), live, exits);
      then_live.merge(block(node.list("orelse"), live, exits));
      use(*node.child("test"), then_live);
      return then_live;
    }
    case NodeKind::For:
    case NodeKind::While:
      return loop(node, live, exits);
    case NodeKind::Break:
      return exits.at_break;
    case NodeKind::Continue:
      return exits.at_continue;
    case NodeKind::Return: {
      NameSet fresh;
      if (const Node* value = node.child("value")) use(*value, fresh);
      return fresh;
    }
    case NodeKind::Raise: {
      NameSet fresh;
      node.for_each_child([&](const Node& c) { use(c, fresh); });
      return fresh;
    }
    case NodeKind::AugAssign:
      use(*node.child("value"), live);
      use(*node.child("target"), live);
      return live;
    case NodeKind::Assign:
    case NodeKind::AnnAssign:
      for (const Node* t : targets_of(node)) kill(*t, live);
      if (const Node* value = node.child("value")) use(*value, live);
      return live;
    default:
      use(node, live);
      return live;
  }
}

NameSet Liveness::loop(const Node& node, const NameSet& after, const Exits& exits) {
  after_[&node].merge(after);
  const NameSet exhausted = block(node.list("orelse"), after, exits);
  NameSet& header = header_[&node];
  header.merge(exhausted);
  const bool is_for = node.is(NodeKind::For);
  do {
    NameSet iteration = block(node.list("body"), header, {.at_break = after, .at_continue = header});
    if (is_for) {
      kill(*node.child("target"), iteration);
    } else {
      use(*node.child("test"), iteration);
    }
    if (!header.merge(iteration)) break;
  } while (true);
  NameSet before = header;
  if (is_for) use(*node.child("iter"), before);
  return before;
}

}  // namespace rooftop::frontend
