// The printer's parts: names that are visible at a point, and expressions with as few parentheses as read back exactly.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "rooftop/ir/expr.h"

namespace rooftop::ir {

/// Gives each variable a name that no other visible variable has. A variable without a binding gets one for good.
class VisibleNames {
 public:
  /// The name for a variable bound here, until `release` of a mark taken before.
  const std::string& bind(const Var& var);
  const std::string& name(const Var& var);
  std::size_t mark() const { return bound_.size(); }
  void release(std::size_t mark);

 private:
  std::string choose(const Var& var) const;

  std::unordered_map<const VarNode*, std::string> names_;
  std::unordered_set<std::string> visible_;
  std::vector<const VarNode*> bound_;
};

class ExprPrinter {
 public:
  explicit ExprPrinter(VisibleNames& names) : names_(names) {}

  /// Decides which parts of these expressions print as `#n` from now on; returns their definitions, one a line.
  std::vector<std::string> share(std::span<const Expr> roots);
  std::string text(const Expr& e);
  /// A name of its own for the table; nothing when it has one already.
  std::optional<std::string> name_table(const std::shared_ptr<const Table>& table);

 private:
  void print(const Expr& e, int context);
  void print_node(const Expr& e, int context);
  void operation(const Expr& e, int context);
  void list(std::span<const Expr> exprs);
  void load(const Expr& e);
  void view(const Expr& e);
  std::string table_name(const Table& table) const;

  VisibleNames& names_;
  std::string out_;
  std::unordered_map<const ExprNode*, int> shared_;
  std::unordered_map<const Table*, std::string> tables_;
  std::unordered_set<std::string> table_names_;
};

/// `table @name: f64 = [ … ]` with its line end.
std::string table_text(const Table& table, const std::string& name);

}  // namespace rooftop::ir
