// What one round of a nest makes of a value that it carries along: assignments, choices and lets as one expression.
#pragma once

#include <optional>
#include <vector>

#include "rooftop/ir/stmt.h"
#include "rooftop/ir/walk.h"

namespace rooftop::opt {

/// The statements of a block that act, its lets written out. Assumptions are dropped.
class PlainBlock {
 public:
  /// `lets` takes up the block's lets; `read` the loads that they evaluate.
  PlainBlock(const ir::Block& block, ir::Substitution& lets, std::vector<ir::Expr>& read);

  const std::vector<ir::Stmt>& statements() const { return statements_; }
  std::size_t size() const { return statements_.size(); }
  const ir::Stmt& operator[](std::size_t i) const { return statements_[i]; }

 private:
  std::vector<ir::Stmt> statements_;
};

/// The update that a round makes: the same element or variable on all of its ways.
struct Update {
  ir::Expr array;                 ///< a store's array, or
  std::vector<ir::Expr> indices;  ///< (lets written out)
  ir::Var variable;               ///< the variable that is assigned
  ir::Expr value;                 ///< reads the old value as the load or the variable itself
  SourceLocation location;
};

/// The block as an update; nothing when it does anything else, or when a choice guards what it reads: computed always,
/// a load must have been one always. Those of `read` are.
std::optional<Update> update_of(const ir::Block& block, const ir::Substitution& lets,
                                const std::vector<ir::Expr>& read = {});

/// The distinct loads of an expression.
std::vector<ir::Expr> loads_of(const ir::Expr& e);

/// The expression with loads equal to `element` replaced.
ir::Expr with_element(const ir::Expr& e, const ir::Expr& element, const ir::Expr& replacement);

}  // namespace rooftop::opt
