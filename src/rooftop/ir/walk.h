// Walking and rewriting: the one place that knows where a node keeps its children.
// Rewrites share what they do not change and visit a shared expression once.
#pragma once

#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "rooftop/ir/stmt.h"

namespace rooftop::ir {

/// The expression with each argument replaced by `f(argument)`; the same handle when nothing changed.
Expr map_args(const Expr& e, const std::function<Expr(const Expr&)>& f);

/// Calls `f` on each expression that the statement itself holds (not those of nested blocks), in evaluation order.
void for_each_expr(const Stmt& s, const std::function<void(const Expr&)>& f);

/// Calls `f` on the statement's nested blocks.
void for_each_block(const Stmt& s, const std::function<void(const Block&)>& f);

/// The statement with its own expressions and nested blocks mapped; the same handle when nothing changed.
Stmt map_children(const Stmt& s, const std::function<Expr(const Expr&)>& on_expr,
                  const std::function<Block(const Block&)>& on_block);

/// The same with its expressions as they are.
Stmt map_blocks(const Stmt& s, const std::function<Block(const Block&)>& f);

/// Rewrites expressions bottom-up and statements in order. Override what the rewrite changes.
class Rewriter {
 public:
  virtual ~Rewriter() = default;

  Expr rewrite(const Expr& e);
  /// By default the concatenation of `rewrite_statement` of each.
  virtual Block rewrite(const Block& block);
  Function rewrite(const Function& f);

 protected:
  /// Called with the arguments already rewritten. Must depend on the expression alone while the memo stands.
  virtual Expr rewrite_expression(const Expr& e) { return e; }
  /// Appends what replaces `s`. By default its children rewritten.
  virtual void rewrite_statement(const Stmt& s, Block& out);
  /// Forgets rewritten expressions: call when the meaning of a rewrite changes (a new substitution, say).
  void forget() { memo_.clear(); }

 private:
  std::unordered_map<const ExprNode*, std::pair<Expr, Expr>> memo_;  ///< keeps the original alive with its result
};

/// Replaces variables by expressions.
class Substitution : public Rewriter {
 public:
  using Rewriter::rewrite;
  void set(const Var& var, Expr value) {
    map_[var.get()] = std::move(value);
    forget();
  }

 protected:
  Expr rewrite_expression(const Expr& e) override;

 private:
  std::unordered_map<const VarNode*, Expr> map_;
};

/// Every statement of the block and of nested blocks, outer before inner.
void for_each_statement(const Block& block, const std::function<void(const Stmt&)>& f);

/// Every expression node reachable from `e`, each once, arguments first.
void for_each_node(const Expr& e, const std::function<void(const Expr&)>& f);

/// Same structure, variables, constants: the two compute the same value at the same point.
bool same_expression(const Expr& a, const Expr& b);

/// Whether the expression reads the variable.
bool reads(const Expr& e, const Var& var);

/// Whether a loop's body has a `break` or `continue` (the kind given) that means this loop.
bool has_own_jump(const Block& body, StmtKind kind);

using VarSet = std::unordered_set<const VarNode*>;

/// Variables assigned (Assign) anywhere in the block.
VarSet assigned_variables(const Block& block);

/// Variables bound in the block: Let, Declare, For, Call results, Allocate, nested blocks included.
VarSet bound_variables(const Block& block);

}  // namespace rooftop::ir
