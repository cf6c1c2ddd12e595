// Blocks that hardly ever run, on the other side of a choice that is likely: what makes code longer is not for them.
#pragma once

#include <functional>

#include "rooftop/ir/walk.h"

namespace rooftop::opt {

/// Whether `block` of the statement is such a block. What follows an exception in a parallel loop is one, too.
inline bool is_spare(const ir::Stmt& s, const ir::Block& block) {
  return &block == &s->else_body && (s.is(ir::StmtKind::For) || s->condition().is_op(ir::Op::likely));
}

/// The statement with its blocks mapped, all but the spare one.
inline ir::Stmt with_usual_blocks(const ir::Stmt& s, const std::function<ir::Block(const ir::Block&)>& map) {
  return ir::map_blocks(s, [&](const ir::Block& block) { return is_spare(s, block) ? block : map(block); });
}

}  // namespace rooftop::opt
