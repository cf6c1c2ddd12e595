// Which values and which jumps differ between the rounds of a loop that run side by side as lanes.
#pragma once

#include <unordered_map>
#include <unordered_set>

#include "rooftop/ir/walk.h"

namespace rooftop::opt {

/// A value is uniform when every lane that is on has the same one. A jump is uniform when all lanes of the loop that it
/// means take it at once.
class Divergence {
 public:
  /// For the rounds of `loop`.
  explicit Divergence(const ir::Stmt& loop);

  bool varies(const ir::Var& var) const { return varying_.contains(var.get()); }
  bool varies(const ir::Expr& e) const;

  /// For an inner loop: whether lanes leave it at different iterations.
  bool leaves_apart(const ir::Stmt& loop) const { return leaves_apart_.contains(loop.get()); }
  /// For an inner loop, or the loop itself: whether a `continue` (in an inner loop also a `break`) is taken by some of
  /// the lanes only.
  bool jumps_apart(const ir::Stmt& loop) const { return jumps_apart_.contains(loop.get()); }

 private:
  /// The lanes that are on have a number: equal numbers, equal lanes.
  struct Loop {
    const ir::StmtNode* loop;
    int lanes;  ///< at the start of an iteration
  };

  void block(const ir::Block& statements, int& lanes);
  void statement(const ir::Stmt& s, int& lanes);
  void branch(const ir::Stmt& s, int& lanes);
  void inner_loop(const ir::Stmt& s, int lanes);
  void jump(const ir::Stmt& s, int lanes);
  void mark(const ir::Var& var) { changed_ |= varying_.insert(var.get()).second; }

  ir::VarSet varying_;
  std::unordered_set<const ir::StmtNode*> leaves_apart_, jumps_apart_;
  std::unordered_map<const ir::VarNode*, int> declared_;  ///< the lanes that were on there
  std::vector<Loop> loops_;
  int next_ = 0;
  bool jumped_ = false;  ///< some lanes left the iteration in what was walked last
  bool changed_ = true;
};

}  // namespace rooftop::opt
