// Which array each view of a function looks into: two views of one array may overlap whatever else is known of them.
#pragma once

#include <unordered_map>

#include "rooftop/ir/walk.h"

namespace rooftop::opt {

class ViewBases {
 public:
  explicit ViewBases(const ir::Block& body) {
    ir::for_each_statement(body, [this](const ir::Stmt& s) {
      if (!s.is(ir::StmtKind::Let) || !s->exprs[0].type().is_array()) return;
      if (ir::Var base = variable_of(s->exprs[0])) bases_[s->var.get()] = std::move(base);
    });
  }

  /// The variable below all views, or the array itself.
  ir::Var below(ir::Var array) const {
    for (auto found = bases_.find(array.get()); found != bases_.end(); found = bases_.find(array.get()))
      array = found->second;
    return array;
  }
  const ir::VarNode* base_of(const ir::Var& array) const { return below(array).get(); }

  /// The variable that an array expression is, or is a view of.
  static ir::Var variable_of(ir::Expr array) {
    while (array.is(ir::ExprKind::View)) array = array.array();
    return array.is(ir::ExprKind::Variable) ? array.var() : nullptr;
  }

 private:
  std::unordered_map<const ir::VarNode*, ir::Var> bases_;
};

}  // namespace rooftop::opt
