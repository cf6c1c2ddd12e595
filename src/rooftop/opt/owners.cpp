// Pairs first, blocks inside out; then owners without any other use.
#include "rooftop/opt/owners.h"

#include <algorithm>
#include <unordered_map>

#include "rooftop/ir/walk.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

bool is_count(const Stmt& s) { return s.is(StmtKind::Retain) || s.is(StmtKind::Release); }

bool is_jump(const Stmt& s) { return s.is(StmtKind::Return) || s.is(StmtKind::Break) || s.is(StmtKind::Continue); }

template <class Test>
bool contains(const Stmt& s, const Test& test) {
  bool found = test(s);
  ir::for_each_statement(s->body, [&](const Stmt& inner) { found |= test(inner); });
  ir::for_each_statement(s->else_body, [&](const Stmt& inner) { found |= test(inner); });
  return found;
}

/// Where the reference that statement `at` takes is let go of again, with nothing between that could let go of the
/// others; 0 when there is no such place.
std::size_t partner_of(const Block& block, std::size_t at, const ir::VarSet& assigned) {
  const Expr& owner = block[at]->exprs[0];
  if (owner.is(ExprKind::Variable) && assigned.contains(owner.var().get())) {
    // Another array's perhaps, unless nothing is in between.
    const bool next = at + 1 < block.size() && block[at + 1].is(StmtKind::Release);
    return next && ir::same_expression(block[at + 1]->exprs[0], owner) ? at + 1 : 0;
  }
  for (std::size_t i = at + 1; i < block.size(); ++i) {
    if (block[i].is(StmtKind::Release)) return ir::same_expression(block[i]->exprs[0], owner) ? i : 0;
    // Whoever leaves in between takes the reference along.
    if (contains(block[i], [](const Stmt& s) { return s.is(StmtKind::Release) || is_jump(s); })) return 0;
  }
  return 0;
}

class Pairs {
 public:
  explicit Pairs(const Block& body) : assigned_(ir::assigned_variables(body)) {}

  Block without(const Block& statements) const {
    Block out;
    for (const Stmt& s : statements) out.push_back(ir::map_blocks(s, [&](const Block& b) { return without(b); }));
    // From the back, so that what stands between a pair is without pairs already.
    for (std::size_t i = out.size(); i-- > 0;) {
      if (!out[i].is(StmtKind::Retain)) continue;
      const std::size_t partner = partner_of(out, i, assigned_);
      if (partner == 0) continue;
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(partner));
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return out;
  }

 private:
  const ir::VarSet assigned_;
};

/// Finds the owners that are only counted.
class Scopes {
 public:
  explicit Scopes(const Block& body) {
    ir::for_each_statement(body, [&](const Stmt& s) {
      if (s.is(StmtKind::Create)) created_[s->results[1].get()] = true;
    });
    ir::for_each_statement(body, [&](const Stmt& s) {
      if (is_count(s) && s->exprs[0].is(ExprKind::Variable)) return;
      ir::for_each_expr(s, [&](const Expr& e) {
        ir::for_each_node(e, [&](const Expr& n) {
          if (!n.is(ExprKind::Variable)) return;
          if (const auto found = created_.find(n.var().get()); found != created_.end()) found->second = false;
        });
      });
    });
    look(body);
  }

  Block rewritten(const Block& statements) const {
    Block out;
    for (const Stmt& s : statements) {
      if (s.is(StmtKind::Create) && ends_with_block(s->results[1].get())) {
        out.push_back(ir::allocate(s->results[0], s->exprs, s.location()));
      } else if (!is_count(s) || !counts_for_nothing(s->exprs[0])) {
        out.push_back(ir::map_blocks(s, [&](const Block& b) { return rewritten(b); }));
      }
    }
    return out;
  }

 private:
  bool ends_with_block(const ir::VarNode* owner) const {
    const auto found = created_.find(owner);
    return found != created_.end() && found->second;
  }
  bool counts_for_nothing(const Expr& owner) const {
    return owner.is(ExprKind::Variable) && ends_with_block(owner.var().get());
  }

  static bool is_small(const Stmt& create) {
    constexpr std::int64_t kSmall = 4096;
    std::int64_t size = 1;
    for (const Expr& length : create->exprs) {
      if (!length.is_constant() || length.constant().integer < 0 || length.constant().integer > kSmall) return false;
      size = std::min(size * length.constant().integer, kSmall + 1);
    }
    return size <= kSmall;
  }

  /// Whether nothing of weight runs after statement `at` before its block ends.
  static bool is_near_end(const Block& block, std::size_t at) {
    return std::all_of(block.begin() + static_cast<std::ptrdiff_t>(at), block.end(), [](const Stmt& s) {
      return s.is(StmtKind::Let) || s.is(StmtKind::Declare) || s.is(StmtKind::Assign) || is_count(s) || is_jump(s);
    });
  }

  /// Leaves out what its last release gives back long before the block ends.
  void look(const Block& block) {
    for (std::size_t i = 0; i < block.size(); ++i) {
      const Stmt& s = block[i];
      if (s.is(StmtKind::Create)) {
        if (is_small(s)) small_.insert(s->results[1].get());
        here_[s->results[1].get()] = &block;
      }
      if (s.is(StmtKind::Release) && s->exprs[0].is(ExprKind::Variable)) {
        const ir::VarNode* owner = s->exprs[0].var().get();
        const auto found = created_.find(owner);
        const auto at_home = here_.find(owner);
        const bool leaves = at_home != here_.end() && (at_home->second == &block || is_jump(block.back()));
        if (found != created_.end() && !small_.contains(owner) && !(leaves && is_near_end(block, i))) {
          found->second = false;
        }
      }
      ir::for_each_block(s, [&](const Block& b) { look(b); });
    }
  }

  std::unordered_map<const ir::VarNode*, bool> created_;  ///< owners, and whether they may end with their blocks
  std::unordered_map<const ir::VarNode*, const Block*> here_;
  ir::VarSet small_;
};

}  // namespace

ir::Module owners(const ir::Module& module, const PassContext&) {
  ir::Module result = module;
  for (ir::Function& f : result.functions) {
    f.body = Pairs(f.body).without(f.body);
    f.body = Scopes(f.body).rewritten(f.body);
  }
  return result;
}

}  // namespace rooftop::opt
