// The iteration domain of a nest for `guards`: linear forms over its loop variables and over values that are fixed
// before it, and the extreme values of such forms.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "rooftop/ir/stmt.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/linear.h"

namespace rooftop::opt {

/// A loop of the nest. Inside its body each of `lower` is at most, each of `upper` at least the loop's variable.
struct DomainLoop {
  const ir::StmtNode* loop = nullptr;
  int parent = -1;  ///< index of the loop around it; -1 for the nest's own
  Symbol variable = -1;
  std::vector<Linear> lower;
  std::vector<Linear> upper;
  std::vector<Linear> must_fit;  ///< what `lower` and `upper` were made of: they hold if these stay within 64 bits
  ir::Expr empty;                ///< the loop runs no iteration; unset when that changes during the nest
};

class Domain {
 public:
  /// `nest` is the outermost loop; its bounds must be evaluable before it.
  explicit Domain(const ir::Stmt& nest);

  /// Adds a loop inside of loop `parent`.
  int add_loop(const ir::Stmt& loop, int parent);
  const DomainLoop& loop(int index) const { return loops_[static_cast<std::size_t>(index)]; }

  /// Looks through the lets of the nest: call for each on the way.
  void add_let(const ir::Var& var, const ir::Expr& value);
  ir::Expr expand(const ir::Expr& e) { return lets_.rewrite(e); }

  /// Whether the expanded expression has one value during the nest and can be evaluated before it.
  bool is_fixed(const ir::Expr& e);
  /// A form equal to the expanded i64 expression modulo 2^64, over loop variables and fixed values.
  std::optional<Linear> form(const ir::Expr& e);
  bool is_exact(const Linear& form) const;  ///< is a single value or constant, so never leaves 64 bits

  /// Forms over fixed values only, each a lower bound of `form` inside of the loop. Best first; none when unbounded.
  std::vector<Linear> lower_bounds(const Linear& form, int loop) const;

  /// Conditions that hold together exactly if the form of fixed values is computed without overflow, and its value.
  struct Evaluation {
    std::vector<ir::Expr> conditions;
    ir::Expr value;
  };
  Evaluation evaluate(const Linear& fixed_form) const;
  /// That the form of fixed values is at least 0; false too where it cannot be computed without overflow.
  ir::Expr is_nonnegative(const Linear& fixed_form) const;

 private:
  struct Value {
    ir::Expr expr;       ///< of a fixed value
    ir::Expr condition;  ///< what must hold for `expr` to mean what it should; may be unset
    int loop = -1;       ///< of a loop variable
  };
  Symbol fixed_symbol(const ir::Expr& e, const ir::Expr& condition = {});
  void add_bounds(DomainLoop& d, const ir::Expr& bound, bool is_lower, Wide offset);
  Symbol last_value(const ir::Expr& begin, const ir::Expr& end, std::int64_t step);
  void eliminate(const Linear& form, int loop, std::vector<Linear>& out) const;
  Interval range(Symbol s) const;

  ir::VarSet changing_;  ///< bound or assigned in the nest
  ir::Substitution lets_;
  std::vector<DomainLoop> loops_;
  std::vector<Value> values_;
  std::unordered_map<const ir::VarNode*, Symbol> loop_symbols_;
  std::unordered_map<const ir::ExprNode*, std::pair<ir::Expr, bool>> fixed_memo_;
  std::unordered_map<const ir::ExprNode*, std::pair<ir::Expr, std::optional<Linear>>> form_memo_;
};

}  // namespace rooftop::opt
