// The part of a round that its checks need: names that conditions read, and what those read.
#include "rooftop/opt/inspection.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/dependence.h"
#include "rooftop/opt/motion_loop.h"
#include "rooftop/opt/spare.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

/// What the checks may cost, as a share of the whole round.
constexpr double kWorthwhileShare = 0.7;
/// What inner loops count for; for checks more, since starting a loop of a few dozen rounds takes as long as its
/// checks.
constexpr double kRounds = 8, kRoundsOfChecks = 12;

bool raises(const Stmt& s) { return s.is(StmtKind::Check) || s.is(StmtKind::Raise); }

bool names_a_value(const Stmt& s) { return s.is(StmtKind::Let) || s.is(StmtKind::Declare) || s.is(StmtKind::Assign); }

class Slice {
 public:
  explicit Slice(const Block& body) {
    std::size_t before = 0;
    do {
      before = needed_.size();
      mark(body);
    } while (needed_.size() != before);
    kept_ = keep(body);
  }

  const Block& kept() const { return kept_; }

 private:
  void need(const Expr& e) {
    ir::for_each_node(e, [&](const Expr& n) {
      if (n.is(ir::ExprKind::Variable)) needed_.insert(n.var().get());
    });
  }

  /// Whether the block has anything that matters.
  bool mark(const Block& block) {
    bool any = false;
    for (const Stmt& s : block) {
      bool matters = raises(s);
      matters |= names_a_value(s) && needed_.contains(s->var.get());
      ir::for_each_block(s, [&](const Block& b) { matters |= mark(b); });
      if (matters) ir::for_each_expr(s, [&](const Expr& e) { need(e); });
      any |= matters;
    }
    return any;
  }

  Block keep(const Block& block) {
    Block out;
    for (const Stmt& s : block) {
      if (raises(s) || (names_a_value(s) && needed_.contains(s->var.get()))) out.push_back(s);
      if (!s.is(StmtKind::If) && !s.is(StmtKind::For) && !s.is(StmtKind::While)) continue;
      Stmt inner = ir::map_blocks(s, [&](const Block& b) { return keep(b); });
      if (!inner->body.empty() || !inner->else_body.empty()) out.push_back(std::move(inner));
    }
    return out;
  }

  ir::VarSet needed_;
  Block kept_;
};

/// Whether everything in the statements has a value wherever they stand.
bool is_harmless(std::span<const Stmt> statements) {
  return std::all_of(statements.begin(), statements.end(), [](const Stmt& s) {
    bool good = s.is(StmtKind::Check) || names_a_value(s);
    ir::for_each_expr(s, [&](const Expr& e) { good = good && is_speculatable(e); });
    return good;
  });
}

/// The statements with each exception noted in a variable; what follows a check that failed is not looked at if it may
/// not exist then.
Block noting(std::span<const Stmt> statements, const ir::Var& failed) {
  Block out;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Stmt& s = statements[i];
    const auto fail_if = [&](const Expr& bad) {
      return ir::assign(failed, ir::operation(Op::bit_or, {ir::variable(failed), bad}), s.location());
    };
    const Stmt fail = fail_if(ir::int_constant(1));
    if (s.is(StmtKind::Raise)) {
      out.push_back(fail);
      return out;
    }
    if (s.is(StmtKind::For)) {
      // No place of the source: what passes do with this loop is nothing that the user wrote.
      out.push_back(ir::for_loop(s->var, s->begin(), s->end(), s->step, noting(s->body, failed)));
      continue;
    }
    if (!s.is(StmtKind::Check)) {
      out.push_back(ir::map_blocks(s, [&](const Block& b) { return noting(b, failed); }));
      continue;
    }
    const auto rest = statements.subspan(i + 1);
    if (!is_harmless(rest)) {
      out.push_back(ir::if_then(s->condition(), noting(rest, failed), {fail}, s.location()));
      return out;
    }
    const Expr bad = ir::operation(Op::select, {s->condition(), ir::int_constant(0), ir::int_constant(1)});
    out.push_back(fail_if(bad));
  }
  return out;
}

Block without_checks(const Block& block) {
  Block out;
  for (const Stmt& s : block) {
    if (raises(s)) continue;
    out.push_back(ir::map_blocks(s, [&](const Block& b) { return without_checks(b); }));
  }
  return out;
}

/// A rough cost: statements and operations, those of inner loops several times, those of a case that is hardly ever met
/// not at all.
double cost_of(const Block& block, double rounds) {
  double cost = 0;
  for (const Stmt& s : block) {
    double own = 0;
    ir::for_each_expr(s, [&](const Expr& e) {
      ir::for_each_node(e, [&](const Expr& n) {
        if (n.is(ir::ExprKind::Load)) own += 2;
        if (n.is(ir::ExprKind::Operation)) own += std::max<double>(1, ops::info(n.op()).flops);
      });
    });
    if (s.is(StmtKind::Store)) own += 2;
    ir::for_each_block(s, [&](const Block& b) { own += is_spare(s, b) ? 0 : cost_of(b, rounds); });
    cost += s.is(StmtKind::For) || s.is(StmtKind::While) ? rounds * own : own;
  }
  return cost;
}

bool contains(const Block& block, std::initializer_list<StmtKind> kinds) {
  bool found = false;
  ir::for_each_statement(
      block, [&](const Stmt& s) { found |= std::find(kinds.begin(), kinds.end(), s.kind()) != kinds.end(); });
  return found;
}

/// Whether a round may write what the checks read.
bool writes_what_is_read(const Block& body, const Block& checks, const MemoryFacts& facts, std::string& why_not) {
  const auto written = accesses_in(without_checks(body), why_not);
  const auto read = accesses_in(checks, why_not);
  if (!written || !read) return true;
  for (const ArrayAccess& w : *written) {
    for (const ArrayAccess& r : *read) {
      if (!w.is_store || (w.array != r.array && facts.disjoint(w.array, r.array))) continue;
      why_not = "its checks read '" + r.array->name + "', which its rounds may write";
      return true;
    }
  }
  return false;
}

}  // namespace

bool may_raise(const Block& body) { return contains(body, {StmtKind::Check, StmtKind::Raise}); }

std::optional<Inspection> inspection_of(const Stmt& loop, const MemoryFacts& facts, std::string& why_not) {
  // A jump would have to be part of what the checks need, and an array of the round's own holds what it computes.
  if (contains(loop->body, {StmtKind::Break, StmtKind::Continue, StmtKind::Allocate, StmtKind::Create, StmtKind::Retain,
                            StmtKind::Release}))
    return std::nullopt;
  const Slice slice(loop->body);
  if (contains(slice.kept(), {StmtKind::While})) {
    why_not = "whether a round raises is known only when it has run";
    return std::nullopt;
  }
  const double share = cost_of(slice.kept(), kRoundsOfChecks) / cost_of(loop->body, kRounds);
  if (share > kWorthwhileShare) {
    why_not = "to find out whether a round raises takes about as long as the round";
    return std::nullopt;
  }
  if (writes_what_is_read(loop->body, slice.kept(), facts, why_not)) return std::nullopt;
  Inspection found;
  found.share = share;
  found.failed = ir::make_var("failed", ir::kI64);
  found.checks = noting(slice.kept(), found.failed);
  found.loop = ir::with_body(loop, without_checks(loop->body));
  return found;
}

}  // namespace rooftop::opt
