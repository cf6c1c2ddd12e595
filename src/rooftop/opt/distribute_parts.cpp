// Statements that share a variable are a unit. Between units, any pair of accesses that the new order may exchange must
// never be one element.
#include "rooftop/opt/distribute_parts.h"

#include <algorithm>
#include <map>

#include "rooftop/opt/dependence.h"
#include "rooftop/opt/meeting.h"
#include "rooftop/opt/motion_loop.h"

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

namespace {

/// Loops with more statements are not looked into: each pair is a question.
constexpr std::size_t kMostLeaves = 12;

/// Straight statements and loops that stay together: choices.
bool is_plain(const Block& body) {
  return std::all_of(body.begin(), body.end(), [](const Stmt& s) {
    switch (s.kind()) {
      case StmtKind::Let:
      case StmtKind::Declare:
        return s->var->type.is_scalar();
      case StmtKind::Assign:
        return s->var->type.is_scalar();
      case StmtKind::Store:
        return !s->mask;
      case StmtKind::If:
        return is_plain(s->body) && is_plain(s->else_body);
      case StmtKind::For:
        return s->loop == ir::LoopKind::Serial && is_plain(s->body);
      default:
        return false;
    }
  });
}

void for_each_read(const Stmt& s, const std::function<void(const ir::Var&)>& f) {
  const auto own = [&](const Stmt& inner) {
    ir::for_each_expr(inner, [&](const Expr& e) {
      ir::for_each_node(e, [&](const Expr& n) {
        if (n.is(ExprKind::Variable)) f(n.var());
      });
    });
  };
  own(s);
  ir::for_each_block(s, [&](const Block& b) { ir::for_each_statement(b, own); });
}

/// Variables that the statement binds or assigns for others to read.
std::vector<const ir::VarNode*> given_by(const Stmt& s) {
  std::vector<const ir::VarNode*> vars;
  if (s.is(StmtKind::Let) || s.is(StmtKind::Declare) || s.is(StmtKind::Assign)) vars.push_back(s->var.get());
  ir::for_each_block(s, [&](const Block& b) {
    for (const ir::VarNode* v : ir::assigned_variables(b)) vars.push_back(v);
  });
  return vars;
}

/// The block with what `kept` has and the names that this needs, from its end to its begin.
Block restricted_block(const Block& block, const std::set<const ir::StmtNode*>& kept,
                       const std::set<const ir::StmtNode*>& free, ir::VarSet& used) {
  Block out;
  const auto take = [&](const Stmt& s) {
    for_each_read(s, [&](const ir::Var& v) { used.insert(v.get()); });
    out.push_back(s);
  };
  for (auto s = block.rbegin(); s != block.rend(); ++s) {
    if (free.contains(s->get()) ? used.contains((*s)->var.get()) : kept.contains(s->get())) take(*s);
    if (!s->is(StmtKind::For)) continue;
    Block inner = restricted_block((*s)->body, kept, free, used);
    if (!inner.empty()) take(ir::with_body(*s, std::move(inner)));
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

std::optional<LoopParts> LoopParts::match(const Stmt& loop, const MemoryFacts& facts) {
  if (!loop.is(StmtKind::For) || loop->loop != ir::LoopKind::Serial || !is_plain(loop->body)) return std::nullopt;
  LoopParts parts;
  parts.loop_ = loop;
  ir::for_each_statement(loop->body, [&](const Stmt& s) {
    if (s.is(StmtKind::Store) && s->array.is(ExprKind::Variable)) parts.written_.insert(s->array.var().get());
    if (s.is(StmtKind::Declare) || s.is(StmtKind::Assign)) parts.mutable_.insert(s->var.get());
  });
  std::vector<const ir::StmtNode*> loops = {loop.get()};
  if (!parts.collect(loop->body, loops) || parts.leaves_.size() < 2) return std::nullopt;
  parts.parts_ = parts.linked_leaves();
  std::vector<std::vector<bool>> before;
  if (parts.parts_.size() < 2 || !parts.order_leaves(facts, before)) return std::nullopt;
  parts.before_.assign(parts.count(), std::vector<bool>(parts.count()));
  for (std::size_t a = 0; a < parts.count(); ++a) {
    for (std::size_t b = 0; b < parts.count(); ++b) {
      if (a == b) continue;
      for (const std::size_t u : parts.parts_[a]) {
        for (const std::size_t v : parts.parts_[b]) parts.before_[a][b] = parts.before_[a][b] || before[u][v];
      }
    }
  }
  parts.close();
  // Parts that wait for each other are one.
  for (std::size_t a = 0; a < parts.count(); ++a) {
    for (std::size_t b = a + 1; b < parts.count();) {
      if (parts.before_[a][b] && parts.before_[b][a]) {
        parts.join(a, b);
        b = a + 1;
      } else {
        ++b;
      }
    }
  }
  return parts.count() < 2 ? std::nullopt : std::optional(std::move(parts));
}

bool LoopParts::collect(const Block& block, std::vector<const ir::StmtNode*>& loops) {
  for (const Stmt& s : block) {
    if (s.is(StmtKind::For)) {
      bool fixed = true;
      for (const Expr& bound : s->exprs) {
        fixed = fixed && is_speculatable(bound);
        ir::for_each_node(bound, [&](const Expr& n) {
          fixed &= !n.is(ExprKind::Load) &&
                   !(n.is(ExprKind::Variable) && (mutable_.contains(n.var().get()) || glued_.contains(n.var().get())));
        });
      }
      if (!fixed) return false;
      loops.push_back(s.get());
      if (!collect(s->body, loops)) return false;
      loops.pop_back();
    } else if (s.is(StmtKind::Let) && is_free(s)) {
      free_.insert(s.get());
    } else {
      if (s.is(StmtKind::Let)) glued_.insert(s->var.get());
      if (leaves_.size() == kMostLeaves) return false;
      leaves_.push_back({s, loops});
    }
  }
  return true;
}

/// Whether each part may compute it for itself, at any time.
bool LoopParts::is_free(const Stmt& let) const {
  bool free = true;
  ir::for_each_node(let->exprs[0], [&](const Expr& n) {
    if (n.is(ExprKind::Variable)) free &= !mutable_.contains(n.var().get()) && !glued_.contains(n.var().get());
    if (n.is(ExprKind::View)) free = false;
    if (n.is(ExprKind::Load))
      free = free && n.array().is(ExprKind::Variable) && !written_.contains(n.array().var().get());
  });
  return free;
}

std::vector<std::vector<std::size_t>> LoopParts::linked_leaves() const {
  std::vector<std::size_t> unit(leaves_.size());
  std::map<const ir::VarNode*, std::size_t> owner;
  for (std::size_t l = 0; l < leaves_.size(); ++l) {
    unit[l] = l;
    const auto link = [&](const ir::VarNode* var) {
      if (!mutable_.contains(var) && !glued_.contains(var)) return;
      const auto [at, is_new] = owner.emplace(var, l);
      if (is_new || unit[at->second] == unit[l]) return;
      const std::size_t from = unit[l], to = unit[at->second];
      std::replace(unit.begin(), unit.begin() + static_cast<std::ptrdiff_t>(l) + 1, from, to);
    };
    for_each_read(leaves_[l].statement, [&](const ir::Var& v) { link(v.get()); });
    for (const ir::VarNode* v : given_by(leaves_[l].statement)) link(v);
  }
  std::map<std::size_t, std::vector<std::size_t>> units;
  for (std::size_t l = 0; l < leaves_.size(); ++l) units[unit[l]].push_back(l);
  std::vector<std::vector<std::size_t>> out;
  for (auto& [first, leaves] : units) out.push_back(std::move(leaves));
  return out;
}

/// before[u][v]: a round of leaf u may have to come before a later one of v.
bool LoopParts::order_leaves(const MemoryFacts& facts, std::vector<std::vector<bool>>& before) const {
  std::string unused;
  std::vector<std::vector<ArrayAccess>> touched;
  for (const Leaf& leaf : leaves_) {
    auto found = accesses_in({restricted({leaf.statement.get()})}, unused);
    if (!found) return false;
    touched.push_back(std::move(*found));
  }
  ir::VarSet changing = ir::bound_variables(loop_->body);
  changing.merge(ir::assigned_variables(loop_->body));
  ir::for_each_statement(loop_->body, [&](const Stmt& s) {
    if (s.is(StmtKind::For)) changing.erase(s->var.get());
  });
  before.assign(leaves_.size(), std::vector<bool>(leaves_.size()));
  for (std::size_t u = 0; u < leaves_.size(); ++u) {
    for (std::size_t v = 0; v < leaves_.size(); ++v) {
      if (u == v) continue;
      const auto& x = leaves_[u].loops;
      const auto& y = leaves_[v].loops;
      const auto common =
          static_cast<std::size_t>(std::mismatch(x.begin(), x.end(), y.begin(), y.end()).first - x.begin());
      for (const ArrayAccess& a : touched[u]) {
        for (const ArrayAccess& b : touched[v]) {
          if (!(a.is_store || b.is_store)) continue;
          if (a.array != b.array) {
            if (!facts.disjoint(a.array, b.array)) return false;
            continue;
          }
          if (!facts.has_distinct_elements(a.array)) return false;
          if (before[u][v]) continue;
          // What a loop's bounds read is read outside of it.
          const std::size_t around = std::min({common, a.loops.size(), b.loops.size()});
          const std::span<const Stmt> loops(a.loops.data(), around);
          std::vector<Order> orders(around, Order::Same);
          if (u < v && may_meet(a, b, loops, orders, facts, changing)) before[u][v] = true;
          for (std::size_t k = around; k-- > 0 && !before[u][v];) {
            orders.assign(around, Order::Any);
            std::fill(orders.begin(), orders.begin() + static_cast<std::ptrdiff_t>(k), Order::Same);
            orders[k] = Order::Before;
            if (may_meet(a, b, loops, orders, facts, changing)) before[u][v] = true;
          }
        }
      }
    }
  }
  return true;
}

void LoopParts::close() {
  for (std::size_t via = 0; via < count(); ++via) {
    for (std::size_t a = 0; a < count(); ++a) {
      for (std::size_t b = 0; b < count(); ++b) {
        if (before_[a][via] && before_[via][b]) before_[a][b] = true;
      }
    }
  }
}

bool LoopParts::can_join(std::size_t a, std::size_t b) const {
  for (std::size_t between = 0; between < count(); ++between) {
    if (between == a || between == b) continue;
    if ((before_[a][between] && before_[between][b]) || (before_[b][between] && before_[between][a])) return false;
  }
  return true;
}

void LoopParts::join(std::size_t a, std::size_t b) {
  if (b < a) std::swap(a, b);
  parts_[a].insert(parts_[a].end(), parts_[b].begin(), parts_[b].end());
  std::sort(parts_[a].begin(), parts_[a].end());
  for (std::size_t p = 0; p < count(); ++p) {
    before_[a][p] = before_[a][p] || before_[b][p];
    before_[p][a] = before_[p][a] || before_[p][b];
  }
  before_[a][a] = false;
  const auto at = static_cast<std::ptrdiff_t>(b);
  parts_.erase(parts_.begin() + at);
  before_.erase(before_.begin() + at);
  for (auto& row : before_) row.erase(row.begin() + at);
  close();
}

Stmt LoopParts::loop(const std::set<std::size_t>& parts) const {
  std::set<const ir::StmtNode*> kept;
  for (const std::size_t p : parts) {
    for (const std::size_t l : parts_[p]) kept.insert(leaves_[l].statement.get());
  }
  return restricted(kept);
}

Stmt LoopParts::restricted(const std::set<const ir::StmtNode*>& kept) const {
  ir::VarSet used;
  return ir::with_body(loop_, restricted_block(loop_->body, kept, free_, used));
}

std::vector<std::size_t> LoopParts::order() const {
  std::vector<std::size_t> order;
  std::vector<bool> done(count());
  while (order.size() < count()) {
    for (std::size_t p = 0; p < count(); ++p) {
      bool ready = !done[p];
      for (std::size_t q = 0; q < count(); ++q) ready = ready && (done[q] || q == p || !before_[q][p]);
      if (!ready) continue;
      done[p] = true;
      order.push_back(p);
      break;
    }
  }
  return order;
}

}  // namespace rooftop::opt
