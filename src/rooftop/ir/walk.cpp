// Children of every node kind, and the traversals built on them.
#include "rooftop/ir/walk.h"

#include <algorithm>

#include <bit>

#include "rooftop/base/errors.h"

namespace rooftop::ir {
namespace {

/// Maps a list in place; true when something changed.
bool map_list(std::vector<Expr>& list, const std::function<Expr(const Expr&)>& f) {
  bool changed = false;
  for (Expr& e : list) {
    Expr mapped = f(e);
    if (mapped == e) continue;
    e = std::move(mapped);
    changed = true;
  }
  return changed;
}

bool map_one(Expr& e, const std::function<Expr(const Expr&)>& f) {
  if (!e) return false;
  Expr mapped = f(e);
  if (mapped == e) return false;
  e = std::move(mapped);
  return true;
}

bool same_block(const Block& a, const Block& b) { return a == b; }

}  // namespace

Expr map_args(const Expr& e, const std::function<Expr(const Expr&)>& f) {
  ROOFTOP_CHECK(static_cast<bool>(e));
  if (e.args().empty()) return e;
  std::vector<Expr> args(e.args().begin(), e.args().end());
  if (!map_list(args, f)) return e;
  // Through the factories, so that a rewrite that changes lanes or an array's type gets its type derived anew.
  switch (e.kind()) {
    case ExprKind::Operation:
      switch (ops::info(e.op()).rule) {
        case ops::Rule::Target:
          return e.op() == Op::cast ? cast(args[0], e.dtype()) : bitcast(args[0], e.dtype());
        case ops::Rule::Widen:
          return e.op() == Op::ramp ? ramp(args[0], args[1], e.lanes()) : broadcast(args[0], e.lanes());
        case ops::Rule::Same:
        case ops::Rule::Test:
        case ops::Rule::Select:
        case ops::Rule::MakeComplex:
        case ops::Rule::Part:
        case ops::Rule::Zip:
        case ops::Rule::Blocks:
        case ops::Rule::Narrow:
          return operation(e.op(), std::move(args));
      }
      break;
    case ExprKind::Load: {
      const auto rank = static_cast<std::ptrdiff_t>(e.array().type().rank());
      std::vector<Expr> indices(args.begin() + 1, args.begin() + 1 + rank);
      return load(args[0], std::move(indices), e.has_mask() ? args.back() : Expr());
    }
    case ExprKind::Length:
      return length(args[0], e.dimension());
    case ExprKind::Stride:
      return stride(args[0], e.dimension());
    case ExprKind::View: {
      ExprNode node = *e.get();
      node.args = std::move(args);
      return view(view_parts(Expr(std::make_shared<const ExprNode>(std::move(node)))), e.type());
    }
    case ExprKind::Disjoint:
      return disjoint(args[0], args[1]);
    case ExprKind::Lookup:
      return lookup(e.table(), args[0]);
    case ExprKind::Constant:
    case ExprKind::Variable:
      break;
  }
  ROOFTOP_UNREACHABLE("an expression without arguments has none to map");
}

void for_each_expr(const Stmt& s, const std::function<void(const Expr&)>& f) {
  if (s->array) f(s->array);
  for (const Expr& e : s->exprs) f(e);
  if (s->value) f(s->value);
  if (s->mask) f(s->mask);
  for (const Expr& e : s->raise_arguments) f(e);
}

void for_each_block(const Stmt& s, const std::function<void(const Block&)>& f) {
  switch (s.kind()) {
    case StmtKind::If:
      f(s->body);
      f(s->else_body);
      return;
    case StmtKind::For:
      f(s->body);
      if (!s->else_body.empty()) f(s->else_body);
      return;
    case StmtKind::While:
      f(s->body);
      return;
    default:
      return;
  }
}

Stmt map_children(const Stmt& s, const std::function<Expr(const Expr&)>& on_expr,
                  const std::function<Block(const Block&)>& on_block) {
  StmtNode node = *s.get();
  bool changed = map_one(node.array, on_expr);
  changed |= map_list(node.exprs, on_expr);
  changed |= map_one(node.value, on_expr);
  changed |= map_one(node.mask, on_expr);
  changed |= map_list(node.raise_arguments, on_expr);
  for_each_block(s, [&](const Block& block) {
    Block mapped = on_block(block);
    if (same_block(mapped, block)) return;
    (&block == &s->body ? node.body : node.else_body) = std::move(mapped);
    changed = true;
  });
  return changed ? Stmt(std::make_shared<const StmtNode>(std::move(node))) : s;
}

Stmt map_blocks(const Stmt& s, const std::function<Block(const Block&)>& f) {
  return map_children(
      s, [](const Expr& e) { return e; }, f);
}

Expr Rewriter::rewrite(const Expr& e) {
  if (!e) return e;
  if (const auto found = memo_.find(e.get()); found != memo_.end()) return found->second.second;
  Expr result = rewrite_expression(map_args(e, [this](const Expr& a) { return rewrite(a); }));
  memo_.emplace(e.get(), std::pair(e, result));
  return result;
}

Block Rewriter::rewrite(const Block& block) {
  Block out;
  out.reserve(block.size());
  for (const Stmt& s : block) rewrite_statement(s, out);
  return out;
}

void Rewriter::rewrite_statement(const Stmt& s, Block& out) {
  out.push_back(map_children(
      s, [this](const Expr& e) { return rewrite(e); }, [this](const Block& b) { return rewrite(b); }));
}

Function Rewriter::rewrite(const Function& f) {
  Function result = f;
  result.body = rewrite(f.body);
  return result;
}

Expr Substitution::rewrite_expression(const Expr& e) {
  if (!e.is(ExprKind::Variable)) return e;
  const auto found = map_.find(e.var().get());
  return found == map_.end() ? e : found->second;
}

void for_each_statement(const Block& block, const std::function<void(const Stmt&)>& f) {
  for (const Stmt& s : block) {
    f(s);
    for_each_block(s, [&](const Block& b) { for_each_statement(b, f); });
  }
}

namespace {
void visit_nodes(const Expr& e, std::unordered_set<const ExprNode*>& seen, const std::function<void(const Expr&)>& f) {
  if (!e || !seen.insert(e.get()).second) return;
  for (const Expr& a : e.args()) visit_nodes(a, seen, f);
  f(e);
}
}  // namespace

void for_each_node(const Expr& e, const std::function<void(const Expr&)>& f) {
  std::unordered_set<const ExprNode*> seen;
  visit_nodes(e, seen, f);
}

bool same_expression(const Expr& a, const Expr& b) {
  if (a == b) return true;
  if (!a || !b || a.kind() != b.kind() || a.type() != b.type() || a.args().size() != b.args().size()) return false;
  const ExprNode& x = *a.get();
  const ExprNode& y = *b.get();
  switch (a.kind()) {
    case ExprKind::Constant:
      // By bits: 0.0 and -0.0 differ, a NaN equals itself.
      return x.constant.integer == y.constant.integer &&
             std::bit_cast<std::uint64_t>(x.constant.real) == std::bit_cast<std::uint64_t>(y.constant.real) &&
             std::bit_cast<std::uint64_t>(x.constant.imag) == std::bit_cast<std::uint64_t>(y.constant.imag);
    case ExprKind::Variable:
      return x.var == y.var;
    case ExprKind::Operation:
      if (x.op != y.op) return false;
      break;
    case ExprKind::Lookup:
      if (x.table != y.table) return false;
      break;
    case ExprKind::Load:
      if (x.masked != y.masked) return false;
      break;
    case ExprKind::Length:
    case ExprKind::Stride:
      if (x.dimension != y.dimension) return false;
      break;
    case ExprKind::View:
      if (x.view_dimensions != y.view_dimensions) return false;
      break;
    case ExprKind::Disjoint:
      break;
  }
  for (std::size_t i = 0; i < x.args.size(); ++i) {
    if (!same_expression(x.args[i], y.args[i])) return false;
  }
  return true;
}

bool reads(const Expr& e, const Var& var) {
  bool found = false;
  for_each_node(e, [&](const Expr& n) { found |= n.is(ExprKind::Variable) && n.var() == var; });
  return found;
}

bool has_own_jump(const Block& body, StmtKind kind) {
  return std::any_of(body.begin(), body.end(), [kind](const Stmt& s) {
    return s.is(kind) || (s.is(StmtKind::If) && (has_own_jump(s->body, kind) || has_own_jump(s->else_body, kind)));
  });
}

VarSet assigned_variables(const Block& block) {
  VarSet set;
  for_each_statement(block, [&](const Stmt& s) {
    if (s.is(StmtKind::Assign)) set.insert(s->var.get());
  });
  return set;
}

VarSet bound_variables(const Block& block) {
  VarSet set;
  for_each_statement(block, [&](const Stmt& s) {
    if (s->var && !s.is(StmtKind::Assign)) set.insert(s->var.get());
    for (const Var& v : s->results) set.insert(v.get());
  });
  return set;
}

}  // namespace rooftop::ir
