// Which statements of a loop may run in loops of their own: units that must stay together, and which unit's rounds have
// to come before another's.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/memory_facts.h"

namespace rooftop::opt {

/// A loop whose statements are divided into parts. Names for values that each part may compute for itself belong to
/// none.
class LoopParts {
 public:
  /// The loop in as many parts as there can be; nothing if its statements have to stay together, or nobody knows.
  static std::optional<LoopParts> match(const ir::Stmt& loop, const MemoryFacts& facts);

  std::size_t count() const { return parts_.size(); }
  /// Whether some round of part b needs what a round of a does first.
  bool must_precede(std::size_t a, std::size_t b) const { return before_[a][b]; }
  /// Whether the two may be one part: none that has to come between.
  bool can_join(std::size_t a, std::size_t b) const;
  void join(std::size_t a, std::size_t b);

  /// The loop with the statements of these parts alone.
  ir::Stmt loop(const std::set<std::size_t>& parts) const;
  /// Parts in an order in which they may run.
  std::vector<std::size_t> order() const;

 private:
  struct Leaf {
    ir::Stmt statement;
    std::vector<const ir::StmtNode*> loops;  ///< around it, the divided one first
  };

  bool collect(const ir::Block& block, std::vector<const ir::StmtNode*>& loops);
  bool is_free(const ir::Stmt& let) const;
  std::vector<std::vector<std::size_t>> linked_leaves() const;
  bool order_leaves(const MemoryFacts& facts, std::vector<std::vector<bool>>& before) const;
  void close();
  ir::Stmt restricted(const std::set<const ir::StmtNode*>& kept) const;

  ir::Stmt loop_;
  ir::VarSet written_, mutable_;                 ///< arrays, variables
  ir::VarSet glued_;                             ///< lets that belong to a unit
  std::set<const ir::StmtNode*> free_;           ///< lets that belong to none
  std::vector<Leaf> leaves_;                     ///< in the order of the text
  std::vector<std::vector<std::size_t>> parts_;  ///< leaves
  std::vector<std::vector<bool>> before_;        ///< of parts, and what follows from it
};

}  // namespace rooftop::opt
