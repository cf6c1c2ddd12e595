// Conditions become linear inequalities over the iteration domain; their extreme values become the test.
#include "rooftop/opt/guards_nest.h"

#include <algorithm>
#include <unordered_set>

#include "rooftop/opt/simplify_expr.h"

namespace rooftop::opt {
namespace {

using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;
using ir::Var;

Expr negated(const Expr& e) { return simplify_node(ir::operation(Op::bit_not, {e})); }
Expr either(const Expr& a, const Expr& b) { return a ? simplify_node(ir::operation(Op::bit_or, {a, b})) : b; }
Expr both(const Expr& a, const Expr& b) { return a ? simplify_node(ir::operation(Op::bit_and, {a, b})) : b; }

void add(std::vector<Var>& list, const Var& var) {
  if (std::find(list.begin(), list.end(), var) == list.end()) list.push_back(var);
}

bool is_relation(const Expr& e) {
  switch (e.op()) {
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
    case Op::eq:
    case Op::ne:
      return e.arg(0).type() == ir::kI64;
    default:
      return false;
  }
}

}  // namespace

bool NestAnalysis::Atom::operator==(const Atom& other) const {
  if (static_cast<bool>(condition) != static_cast<bool>(other.condition)) return false;
  if (condition) return ir::same_expression(condition, other.condition);
  return alternatives == other.alternatives && computable_only == other.computable_only;
}

NestAnalysis::NestAnalysis(const Stmt& nest, const ViewBases& bases) : nest_(nest), bases_(bases), domain_(nest) {
  atoms_.resize(1);
  walk(nest->body, 0);
  for (const auto& [node, goes] : checks_) removable_ += goes;
  find_pairs();
}

void NestAnalysis::walk(const ir::Block& block, int loop) {
  for (const Stmt& s : block) {
    touch(s);
    use_subscripts(s);
    switch (s.kind()) {
      case StmtKind::Let:
        let(s, loop);
        break;
      case StmtKind::Check:
        check(s, loop);
        break;
      case StmtKind::For: {
        use_lets(s->begin());
        use_lets(s->end());
        const int inner = domain_.add_loop(s, loop);
        atoms_.resize(static_cast<std::size_t>(inner) + 1);
        walk(s->body, inner);
        break;
      }
      default:
        ir::for_each_block(s, [&](const ir::Block& b) { walk(b, loop); });
    }
  }
}

void NestAnalysis::let(const Stmt& s, int loop) {
  const Expr& value = s->exprs[0];
  let_values_[s->var.get()] = value;
  const Expr expanded = simplify_expression(domain_.expand(value));
  Needs needs;
  if (expanded.is_op(Op::select) && value.is_op(Op::select) && !domain_.is_fixed(expanded) &&
      resolve(expanded.arg(0), false, loop, needs)) {
    unwrapped_[s->var.get()] = {std::move(needs), value.arg(2)};
    domain_.add_let(s->var, expanded.arg(2));
    return;
  }
  domain_.add_let(s->var, value);
}

void NestAnalysis::check(const Stmt& s, int loop) {
  Needs needs;
  const bool resolved = resolve(simplify_expression(domain_.expand(s->condition())), true, loop, needs);
  const auto [at, fresh] = checks_.emplace(s.get(), resolved);
  at->second = at->second && resolved;  // a node may stand in two places
  if (!resolved) {
    if (loop == 0) kept_.push_back({s, "its condition depends on values that the loop computes"});
    return;
  }
  commit(needs);
  use_lets(s->condition());
}

/// Subscripts whose check is gone already still wrap: unwrapped they are contiguous, which later passes look for.
void NestAnalysis::use_subscripts(const Stmt& s) {
  if (s.is(StmtKind::Store)) {
    for (const Expr& i : s->exprs) use_lets(i);
  }
  ir::for_each_expr(s, [&](const Expr& e) {
    ir::for_each_node(e, [&](const Expr& n) {
      if (!n.is(ExprKind::Load)) return;
      for (const Expr& i : n.indices()) use_lets(i);
    });
  });
}

/// The needs of lets that the expression looks through become the nest's.
void NestAnalysis::use_lets(const Expr& e) {
  ir::for_each_node(e, [&](const Expr& n) {
    if (!n.is(ExprKind::Variable)) return;
    const auto value = let_values_.find(n.var().get());
    if (value == let_values_.end()) return;
    if (const auto u = unwrapped_.find(n.var().get()); u != unwrapped_.end()) {
      if (u->second.used) return;
      u->second.used = true;
      commit(u->second.needs);
    }
    use_lets(value->second);
  });
}

void NestAnalysis::commit(const Needs& needs) {
  for (const auto& [loop, atom] : needs) {
    // What is asked for around the loop already need not be asked again.
    bool known = false;
    for (int outer = loop; outer >= 0 && !known; outer = domain_.loop(outer).parent) {
      const auto& list = atoms_[static_cast<std::size_t>(outer)];
      known = std::find(list.begin(), list.end(), atom) != list.end();
    }
    if (!known) atoms_[static_cast<std::size_t>(loop)].push_back(atom);
  }
}

bool NestAnalysis::resolve(const Expr& condition, bool holds, int loop, Needs& needs) {
  if (domain_.is_fixed(condition)) {
    const Expr wanted = holds ? condition : negated(condition);
    if (ir::is_int_constant(wanted, 0)) return false;
    if (!wanted.is_constant()) needs.push_back({loop, {.condition = wanted}});
    return true;
  }
  if (!condition.is(ExprKind::Operation)) return false;
  switch (condition.op()) {
    case Op::bit_not:
      return resolve(condition.arg(0), !holds, loop, needs);
    case Op::bit_and:
    case Op::bit_or: {
      if (holds == condition.is_op(Op::bit_and)) {
        return resolve(condition.arg(0), holds, loop, needs) && resolve(condition.arg(1), holds, loop, needs);
      }
      // Either part would do; which one is chosen without trying.
      Needs first;
      if (resolve(condition.arg(0), holds, loop, first)) {
        needs.insert(needs.end(), first.begin(), first.end());
        return true;
      }
      return resolve(condition.arg(1), holds, loop, needs);
    }
    case Op::add_overflows:
    case Op::sub_overflows:
    case Op::mul_overflows: {
      if (holds || condition.arg(0).type() != ir::kI64) return false;
      const Op op = condition.is_op(Op::add_overflows)   ? Op::add
                    : condition.is_op(Op::sub_overflows) ? Op::sub
                                                         : Op::mul;
      const auto a = domain_.form(condition.arg(0));
      const auto b = domain_.form(condition.arg(1));
      const auto result = domain_.form(ir::operation(op, {condition.arg(0), condition.arg(1)}));
      return a && b && result && need_fit(*a, loop, needs) && need_fit(*b, loop, needs) &&
             need_fit(*result, loop, needs);
    }
    default:
      return is_relation(condition) &&
             resolve_relation(condition.op(), condition.arg(0), condition.arg(1), holds, loop, needs);
  }
}

bool NestAnalysis::resolve_relation(Op op, const Expr& a, const Expr& b, bool holds, int loop, Needs& needs) {
  const auto x = domain_.form(a);
  const auto y = domain_.form(b);
  const auto up = x && y ? y->minus(*x) : std::nullopt;    // y - x
  const auto down = x && y ? x->minus(*y) : std::nullopt;  // x - y
  if (!up || !down) return false;
  // The forms are the values themselves only within 64 bits.
  if (!need_fit(*x, loop, needs) || !need_fit(*y, loop, needs)) return false;
  const auto strictly = [](const Linear& f) { return *f.plus(Linear(-1)); };
  switch (op) {
    case Op::lt:
      return need_nonnegative({holds ? strictly(*up) : *down}, loop, needs);
    case Op::le:
      return need_nonnegative({holds ? *up : strictly(*down)}, loop, needs);
    case Op::gt:
      return need_nonnegative({holds ? strictly(*down) : *up}, loop, needs);
    case Op::ge:
      return need_nonnegative({holds ? *down : strictly(*up)}, loop, needs);
    default:
      if (holds == (op == Op::ne)) return need_nonnegative({strictly(*up), strictly(*down)}, loop, needs);
      return need_nonnegative({*up}, loop, needs) && need_nonnegative({*down}, loop, needs);
  }
}

/// That one of the forms is at least 0 in every iteration.
bool NestAnalysis::need_nonnegative(const std::vector<Linear>& forms, int loop, Needs& needs) {
  Atom atom;
  for (const Linear& form : forms) {
    for (const Linear& bound : domain_.lower_bounds(form, loop)) {
      if (!bound.is_constant()) {
        atom.alternatives.push_back(bound);
      } else if (bound.constant() >= 0) {
        return need_bounds(loop, needs);
      }
    }
  }
  if (atom.alternatives.empty()) return false;
  needs.emplace_back(loop, std::move(atom));
  return need_bounds(loop, needs);
}

/// That the form never leaves 64 bits.
bool NestAnalysis::need_fit(const Linear& form, int loop, Needs& needs) {
  return domain_.is_exact(form) || (need_extremes(form, loop, needs) && need_bounds(loop, needs));
}

/// That the form's smallest and largest values do not leave 64 bits.
bool NestAnalysis::need_extremes(const Linear& form, int loop, Needs& needs) {
  for (const Wide sign : {1, -1}) {
    const auto directed = form.times(sign);
    const std::vector<Linear> bounds = directed ? domain_.lower_bounds(*directed, loop) : std::vector<Linear>();
    const auto extreme = bounds.empty() ? std::nullopt : bounds.front().times(sign);
    if (!extreme) return false;
    if (extreme->is_constant()) {
      if (extreme->constant() < INT64_MIN || extreme->constant() > INT64_MAX) return false;
    } else if (!domain_.is_exact(*extreme)) {
      needs.push_back({loop, {.condition = {}, .alternatives = {*extreme}, .computable_only = true}});
    }
  }
  return true;
}

/// That the loops' own bounds are what their forms say.
bool NestAnalysis::need_bounds(int loop, Needs& needs) {
  for (int l = loop; l > 0; l = domain_.loop(l).parent) {
    const DomainLoop& d = domain_.loop(l);
    for (const Linear& form : d.must_fit) {
      if (!need_extremes(form, d.parent, needs)) return false;
    }
  }
  return true;
}

Var NestAnalysis::root_of(const Expr& array) const {
  if (array.is(ExprKind::View)) return root_of(array.array());
  if (!array.is(ExprKind::Variable)) return nullptr;
  const auto value = let_values_.find(array.var().get());
  return value == let_values_.end() ? array.var() : root_of(value->second);
}

void NestAnalysis::touch(const Stmt& s) {
  if (s->array) {
    if (const Var root = root_of(s->array)) {
      add(written_, root);
      add(touched_, root);
    }
  }
  ir::for_each_expr(s, [&](const Expr& e) {
    ir::for_each_node(e, [&](const Expr& n) {
      if (!n.is(ExprKind::Load)) return;
      if (const Var root = root_of(n.array())) add(touched_, root);
    });
  });
}

void NestAnalysis::find_pairs() {
  const auto is_outer = [&](const Var& v) { return domain_.is_fixed(ir::variable(v)); };
  for (const Var& w : written_) {
    for (const Var& t : touched_) {
      if (t == w || !is_outer(w) || !is_outer(t)) continue;
      // Views of one array are the dependence tests' work, not a run-time test's.
      if (bases_.base_of(w) == bases_.base_of(t)) continue;
      const bool known =
          std::any_of(pairs_.begin(), pairs_.end(), [&](const ArrayPair& p) { return p.written == t && p.other == w; });
      if (!known) pairs_.push_back({w, t});
    }
  }
}

Expr NestAnalysis::condition_of(const Atom& atom) const {
  if (atom.condition) return atom.condition;
  Expr any;
  for (const Linear& form : atom.alternatives) {
    Expr all;
    if (atom.computable_only) {
      for (const Expr& c : domain_.evaluate(form).conditions) all = both(all, c);
    } else {
      all = domain_.is_nonnegative(form);
    }
    any = either(any, all ? all : ir::bool_constant(true));
  }
  return any;
}

/// That an inner loop around the place runs no iteration, so that what is needed there does not matter. Of the nest's
/// own loop this needs no test: without iterations both versions do nothing.
Expr NestAnalysis::may_be_skipped(int loop) const {
  Expr any;
  for (int l = loop; l > 0; l = domain_.loop(l).parent) {
    if (domain_.loop(l).empty) any = either(any, domain_.loop(l).empty);
  }
  return any;
}

std::vector<Expr> NestAnalysis::conditions() const {
  std::vector<Expr> result;
  for (std::size_t loop = 0; loop < atoms_.size(); ++loop) {
    const Expr skipped = may_be_skipped(static_cast<int>(loop));
    Expr all;
    for (const Atom& atom : atoms_[loop]) {
      const Expr c = condition_of(atom);
      if (ir::is_int_constant(c, 1)) continue;
      if (skipped) {
        all = both(all, c);
      } else {
        result.push_back(c);
      }
    }
    if (all) result.push_back(either(skipped, all));
  }
  return result;
}

Stmt NestAnalysis::without_checks() const {
  std::function<ir::Block(const ir::Block&)> rewrite = [&](const ir::Block& block) {
    ir::Block out;
    out.reserve(block.size());
    for (const Stmt& s : block) {
      if (s.is(StmtKind::Check) && checks_.at(s.get())) continue;
      if (s.is(StmtKind::Let)) {
        const auto u = unwrapped_.find(s->var.get());
        if (u != unwrapped_.end() && u->second.used) {
          out.push_back(ir::let(s->var, u->second.value, s.location()));
          continue;
        }
      }
      out.push_back(ir::map_blocks(s, rewrite));
    }
    return out;
  };
  return ir::with_body(nest_, rewrite(nest_->body));
}

}  // namespace rooftop::opt
