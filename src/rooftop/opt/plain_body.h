// Bodies of loops that schedules may move as a whole: nothing jumps, raises or changes what is not theirs but elements.
#pragma once

#include <algorithm>

#include "rooftop/ir/walk.h"

namespace rooftop::opt {

/// Names, stores, choices and loops over them, with variables of their own alone.
inline bool is_plain(const ir::Block& body, const ir::VarSet& own) {
  return std::all_of(body.begin(), body.end(), [&](const ir::Stmt& s) {
    switch (s.kind()) {
      case ir::StmtKind::Let:
      case ir::StmtKind::Declare:
        return s->var->type.is_scalar();
      case ir::StmtKind::Assign:
        return own.contains(s->var.get());
      case ir::StmtKind::Store:
        return !s->mask;
      case ir::StmtKind::If:
        return is_plain(s->body, own) && is_plain(s->else_body, own);
      case ir::StmtKind::For:
        return s->loop == ir::LoopKind::Serial && is_plain(s->body, own);
      default:
        return false;
    }
  });
}

}  // namespace rooftop::opt
