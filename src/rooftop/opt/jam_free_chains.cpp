// What stands before the inner loop moves behind it: it must write nothing that the inner loop reads.
#include "rooftop/opt/jam_free_chains.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "rooftop/ir/walk.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

/// x such that op(x, y) is y for all y; integers wrap, so sums may be taken in any order too.
std::optional<Expr> neutral(Op op, const ir::Type& type) {
  const int bits = 8 * static_cast<int>(array::size_of(type.dtype()));
  const bool is_signed = array::is_signed(type.dtype());
  const std::int64_t least = is_signed ? std::numeric_limits<std::int64_t>::min() >> (64 - bits) : 0;
  switch (op) {
    case Op::add:
    case Op::bit_or:
    case Op::bit_xor:
      return ir::int_constant(0, type);
    case Op::mul:
      return ir::int_constant(1, type);
    case Op::bit_and:
      return ir::int_constant(-1, type);
    case Op::max:
      return ir::int_constant(least, type);
    case Op::min:
      return ir::int_constant(is_signed ? -(least + 1) : -1, type);
    default:
      return std::nullopt;
  }
}

/// The operation of a chain: the loop's body is lets and one assignment `variable := op(variable, …)`.
struct Chain {
  ir::Var variable;
  Op op{};

  static std::optional<Chain> of(const Stmt& loop) {
    if (loop->body.empty() || !loop->body.back().is(StmtKind::Assign)) return std::nullopt;
    const ir::Var& variable = loop->body.back()->var;
    if (!variable->type.is_scalar() || variable->type.lanes() != 1 || !array::is_integer(variable->type.dtype())) {
      return std::nullopt;
    }
    // A let that is the step's result, under another name.
    Expr step = loop->body.back()->exprs[0];
    ir::Var named;
    for (auto s = loop->body.begin(); s != loop->body.end() - 1; ++s) {
      if (!s->is(StmtKind::Let)) return std::nullopt;
      if (step.is(ExprKind::Variable) && step.var() == (*s)->var) {
        step = (*s)->exprs[0];
        named = (*s)->var;
      } else if (ir::reads((*s)->exprs[0], variable) || (named && ir::reads((*s)->exprs[0], named))) {
        return std::nullopt;
      }
    }
    if (!step.is(ExprKind::Operation) || step.args().size() != 2 || !neutral(step.op(), variable->type)) {
      return std::nullopt;
    }
    const auto is_it = [&](const Expr& e) { return e.is(ExprKind::Variable) && e.var() == variable; };
    const Expr &a = step.arg(0), &b = step.arg(1);
    if (is_it(a) == is_it(b) || ir::reads(is_it(a) ? b : a, variable)) return std::nullopt;
    return Chain{variable, step.op()};
  }
};

}  // namespace

Stmt with_free_chain(const Stmt& loop) {
  if (!loop.is(StmtKind::For)) return loop;
  const auto inner =
      std::find_if(loop->body.begin(), loop->body.end(), [](const Stmt& s) { return s.is(StmtKind::For); });
  if (inner == loop->body.end() || inner == loop->body.begin()) return loop;
  const auto chain = Chain::of(*inner);
  if (!chain) return loop;
  const Block before(loop->body.begin(), inner);
  ir::VarSet bound = ir::bound_variables(before);
  if (!bound.contains(chain->variable.get())) return loop;
  bool good = true;
  ir::for_each_statement(
      before, [&](const Stmt& s) { good &= !s.is(StmtKind::Store) && !s.is(StmtKind::Allocate) && !s.is_opaque(); });
  bound.erase(chain->variable.get());
  ir::for_each_statement({*inner}, [&](const Stmt& s) {
    ir::for_each_expr(s, [&](const Expr& e) {
      ir::for_each_node(e, [&](const Expr& n) { good &= !n.is(ExprKind::Variable) || !bound.contains(n.var().get()); });
    });
  });
  if (!good) return loop;
  const ir::Var own = ir::make_var("chain", chain->variable->type);
  ir::Substitution renamed;
  renamed.set(chain->variable, ir::variable(own));
  Block steps = renamed.rewrite((*inner)->body);
  steps.back() = ir::assign(own, steps.back()->exprs[0], steps.back().location());
  Block body = {ir::declare(own, *neutral(chain->op, own->type), inner->location()), ir::with_body(*inner, steps)};
  body.insert(body.end(), before.begin(), before.end());
  const Expr all = ir::operation(chain->op, {ir::variable(chain->variable), ir::variable(own)});
  body.push_back(ir::assign(chain->variable, all, inner->location()));
  body.insert(body.end(), inner + 1, loop->body.end());
  return ir::with_body(loop, std::move(body));
}

}  // namespace rooftop::opt
