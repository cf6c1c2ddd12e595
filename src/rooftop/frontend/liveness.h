// Which local names are still read later: decides which of them need a variable where control flow joins.
// A backward analysis over the syntax tree; names are interned to small integers.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "rooftop/frontend/syntax.h"

namespace rooftop::frontend {

/// A set of local names.
class NameSet {
 public:
  bool contains(int name) const {
    const auto word = static_cast<std::size_t>(name) / 64;
    return word < words_.size() && ((words_[word] >> (name % 64)) & 1) != 0;
  }
  void insert(int name);
  void erase(int name);
  /// True when the set grew.
  bool merge(const NameSet& other);

 private:
  std::vector<std::uint64_t> words_;
};

class Liveness {
 public:
  /// Analyses a FunctionDef or Lambda.
  explicit Liveness(const Node& function);

  /// Names that the function binds anywhere (parameters included): Python's locals.
  const std::vector<std::string>& locals() const { return names_; }
  bool is_local(const std::string& name) const { return indices_.contains(name); }

  /// Whether `name` may be read after the statement, before being bound again. `statement` is an If, For or While.
  bool live_after(const Node& statement, const std::string& name) const;
  /// Whether `name` may be read when the loop's next iteration begins (or the loop ends) as the last one left it.
  bool live_at_header(const Node& loop, const std::string& name) const;
  /// Local names bound inside the loop or branch, in order of first binding.
  std::vector<std::string> bound_in(const Node& statement) const;

 private:
  struct Exits {
    NameSet at_break, at_continue;
  };

  void collect(const Node& node);
  void bind(const Node& target);
  int index(const std::string& name) const;
  NameSet block(const std::vector<NodePtr>& statements, NameSet live, const Exits& exits);
  NameSet statement(const Node& node, NameSet live, const Exits& exits);
  NameSet loop(const Node& node, const NameSet& after, const Exits& exits);
  void kill(const Node& target, NameSet& live) const;
  void use(const Node& expression, NameSet& live) const;

  std::vector<std::string> names_;
  std::unordered_map<std::string, int> indices_;
  std::unordered_map<const Node*, NameSet> after_;
  std::unordered_map<const Node*, NameSet> header_;
};

}  // namespace rooftop::frontend
