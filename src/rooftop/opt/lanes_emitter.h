// The body of a loop for several rounds at once: control flow that differs between the rounds becomes masks.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "rooftop/opt/divergence.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {

/// What a strip of rounds needs from the loop around the strips.
struct Strip {
  ir::Expr first;  ///< the round of lane 0
  ir::Expr on;     ///< the lanes that have a round
  int lanes;
  ir::Var retry_from{};  ///< set to `first` where a check fails in some lane; null without checks
  ir::Var failed{};      ///< set to true there
};

class LanesEmitter {
 public:
  LanesEmitter(const ir::Stmt& loop, const Divergence& divergence, const Strip& strip);

  ir::Block body();
  /// What `body` needs to stand before the strips.
  const ir::Block& before() const { return before_; }

  /// The value of a variable at the end of the body, in all lanes; null when it is the same in all.
  ir::Expr lanes_of(const ir::Var& var) {
    if (!divergence_.varies(var)) return {};
    return wide(ir::variable(var), {strip_.on, 0});
  }

 private:
  /// The lanes that are on: a value that nothing assigns.
  struct Mask {
    ir::Expr lanes;
    int number;  ///< the same number, the same lanes
  };
  /// A loop around the statement; the outermost is the loop that became strips.
  struct Loop {
    const ir::Stmt* loop;
    int entry;          ///< the number of the lanes at the start of an iteration
    ir::Var live;       ///< lanes that have not left the loop; null when all leave it together
    ir::Var iterating;  ///< lanes that have not left this iteration; null when none leaves before the others
  };
  struct WideVariable {
    ir::Var var;
    int declared_under;  ///< the number of the lanes that were on
  };

  void block(const ir::Block& list, Mask& mask, ir::Block& out);
  void statements(const ir::Block& list, std::size_t at, Mask& mask, ir::Block& out);
  void statement(const ir::Stmt& s, Mask& mask, ir::Block& out);
  void let(const ir::Stmt& s, const Mask& mask, ir::Block& out);
  void declare(const ir::Stmt& s, const Mask& mask, ir::Block& out);
  void assign(const ir::Stmt& s, const Mask& mask, ir::Block& out);
  void store(const ir::Stmt& s, const Mask& mask, ir::Block& out);

  void check(const ir::Stmt& s, const Mask& mask, ir::Block& out);
  void bad_lanes(const ir::Expr& bad, const ir::Stmt& s, ir::Block& out);
  void settle_checks(ir::Block& out);

  void branch(const ir::Stmt& s, Mask& mask, ir::Block& out);
  ir::VarSet assigned_by_others(const ir::Stmt& s, const Mask& mask) const;
  bool part(const ir::Block& list, const ir::Expr& lanes, const ir::Stmt& s, ir::Block& out);
  Mask still_iterating(const Mask& mask, const SourceLocation& at, ir::Block& out);
  void jump(const ir::Stmt& s, Mask& mask, ir::Block& out);

  void inner_loop(const ir::Stmt& s, const Mask& mask, ir::Block& out);
  void pack(const ir::Stmt& repeating, const Mask& mask, ir::Block& out);
  void uniform_loop(const ir::Stmt& s, const Mask& mask, ir::Block& out);
  void counted_loop(const ir::Stmt& s, const Mask& mask, ir::Block& out);
  void own_index_loop(const ir::Stmt& s, const Mask& mask, ir::Block& out);
  void while_loop(const ir::Stmt& s, const Mask& mask, ir::Block& out);
  void iteration(const ir::Stmt& s, const ir::Var& live, const ir::Expr& on, ir::Block& out);

  ir::Expr wide(const ir::Expr& e, const Mask& mask);
  ir::Expr named(const std::string& name, const ir::Expr& value, const SourceLocation& at, ir::Block& out) const;
  ir::Var mask_variable(const std::string& name, const ir::Expr& lanes, const SourceLocation& at, ir::Block& out) const;
  static ir::Expr any(const ir::Expr& mask) { return ir::operation(ir::Op::reduce_or, {mask}); }
  static ir::Expr negated(const ir::Expr& mask) { return ir::operation(ir::Op::bit_not, {mask}); }
  static ir::Expr both(const ir::Expr& a, const ir::Expr& b) { return ir::operation(ir::Op::bit_and, {a, b}); }
  /// Whether the statements from `at` on may, or should, run only while some lane is on.
  bool needs_lanes(const ir::Block& list, std::size_t at) const;

  const ir::Stmt& loop_;
  const Divergence& divergence_;
  const Strip& strip_;
  Widener widener_;
  std::unordered_map<const ir::VarNode*, WideVariable> variables_;  ///< mutable ones that differ between lanes
  /// Where a repeated read finds what was read: rows of lanes, one for each round of the inner loop.
  struct Packed {
    ir::Var rows;
    ir::Expr row;
  };
  std::unordered_map<const ir::ExprNode*, Packed> packed_;
  ir::Block before_;
  /// Under the lanes of this number, assignments to these variables may change all lanes: those of the others get their
  /// values next.
  struct Free {
    int number = -1;
    ir::VarSet variables;
  };
  Free free_;
  std::vector<Loop> loops_;
  int next_ = 0;
  ir::Expr bad_;  ///< lanes in which a check failed since the last exit; null if there was none
  SourceLocation bad_at_;
};

}  // namespace rooftop::opt
