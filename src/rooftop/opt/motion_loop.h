// What `motion` must know of one loop: what changes in it, which memory it writes, how it can be left.
#pragma once

#include <unordered_map>
#include <vector>

#include "rooftop/ir/stmt.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/memory_facts.h"
#include "rooftop/opt/view_bases.h"

namespace rooftop::opt {

class LoopFacts {
 public:
  LoopFacts(const ir::Stmt& loop, const MemoryFacts& memory, const ViewBases& bases);

  bool has_inner_loops() const { return inner_loops_; }
  /// By return, raise, a failed check, or a call that does one of these.
  bool may_be_abandoned() const { return abandoned_; }
  bool calls() const { return calls_; }
  const std::vector<ir::Stmt>& stores() const { return stores_; }
  const std::vector<ir::Expr>& loads() const { return loads_; }

  /// Whether the expression has the same value in each iteration.
  bool is_invariant(const ir::Expr& e);
  /// Whether an element of one array can be memory of the other.
  bool may_overlap(const ir::Var& a, const ir::Var& b) const;

 private:
  bool load_is_invariant(const ir::Expr& load) const;

  const MemoryFacts& memory_;
  const ViewBases& bases_;
  ir::VarSet changing_;
  std::vector<ir::Stmt> stores_;
  std::vector<ir::Expr> loads_;
  bool inner_loops_ = false;
  bool abandoned_ = false;
  bool calls_ = false;
  std::unordered_map<const ir::ExprNode*, std::pair<ir::Expr, bool>> invariant_;
};

/// Whether something in the block can end the iteration before what follows it.
bool may_jump(const ir::Stmt& s);

/// Whether the operation has a value for all arguments of the types that its constant ones leave open.
bool is_total(const ir::Expr& operation);

/// Whether the expression can be computed anywhere: reads no memory and has a value for all arguments.
bool is_speculatable(const ir::Expr& e);

}  // namespace rooftop::opt
