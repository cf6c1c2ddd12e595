// The pattern, from the outside in: loops, then one update of an element or of a variable, with what stands before and
// after its loops. Then what makes it legal.
#include "rooftop/opt/contraction.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/contraction_conditions.h"
#include "rooftop/opt/contraction_step.h"
#include "rooftop/opt/motion_loop.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::StmtKind;

namespace {

/// A step of more operations is no contraction: its registers would not hold the elements.
constexpr int kLargestStep = 24;

bool reads_memory(const Expr& e) { return !loads_of(e).empty(); }

bool is_loop(const ir::Stmt& s) { return s.is(StmtKind::For); }
bool is_plain_loop(const ir::Stmt& loop) { return loop->step == 1 && loop->loop == ir::LoopKind::Serial; }

class Matcher {
 public:
  Matcher(const MemoryFacts& facts, std::string& why_not) : facts_(facts), why_not_(why_not) {}

  std::optional<Contraction> match(const ir::Stmt& outer) {
    if (!descend(outer)) return std::nullopt;
    return legal() ? std::optional(std::move(result_)) : std::nullopt;
  }

 private:
  bool no(const std::string& why) {
    why_not_ = why;
    return false;
  }

  bool descend(const ir::Stmt& loop) {
    if (!add_loop(loop)) return false;
    if (reads_a_start(loop->body)) return false;
    const ir::Substitution outside = lets_;
    std::vector<Expr> read;
    const PlainBlock body(loop->body, lets_, read);
    if (body.size() == 1 && is_loop(body[0])) return remember(read), descend(body[0]);
    if (body.size() < 2) return body.size() == 1 && in_place(loop->body, outside);
    if (body[0].is(StmtKind::Declare)) {
      remember(read);
      if (body.size() < 3 || !is_loop(body[1])) return false;
      const auto at = std::find(loop->body.begin(), loop->body.end(), body[1]);
      return accumulator(body[0], body[1], update_of({at + 1, loop->body.end()}, lets_, read));
    }
    return body.size() <= 3 && is_loop(body[1]) && framed(loop->body, body);
  }

  /// Lets of outer blocks are computed before the terms: what they read of the target is not the value so far.
  void remember(const std::vector<Expr>& read) { read_early_.insert(read_early_.end(), read.begin(), read.end()); }

  /// What lets of the block read and other statements than its first one, the start, use.
  void remember_uses(const ir::Block& block, const ir::Stmt& start) {
    for (const ir::Stmt& l : block) {
      if (!l.is(StmtKind::Let) || l->var->type.is_array() || !reads_memory(l->exprs[0])) continue;
      bool used = false;
      for (const ir::Stmt& s : block) {
        if (s == start || s == l) continue;
        ir::for_each_statement({s}, [&](const ir::Stmt& inner) {
          ir::for_each_expr(inner, [&](const Expr& e) { used |= ir::reads(e, l->var); });
        });
      }
      if (used) remember(loads_of(l->exprs[0]));
    }
  }

  /// Whether a let between the accumulator's declaration and its loop reads it: written out after the loop it would be
  /// another value.
  static bool reads_a_start(const ir::Block& block) {
    ir::Var declared;
    for (const ir::Stmt& s : block) {
      if (s.is(StmtKind::Declare)) declared = s->var;
      if (is_loop(s)) declared = nullptr;
      if (declared && s.is(StmtKind::Let) && ir::reads(s->exprs[0], declared)) return true;
    }
    return false;
  }

  bool add_loop(const ir::Stmt& loop) {
    if (!is_plain_loop(loop)) return false;
    const Expr begin = lets_.rewrite(loop->begin()), end = lets_.rewrite(loop->end());
    // They are evaluated more than once, those of inner loops before the outermost loop, which may not run at all.
    for (const Expr& bound : {begin, end}) {
      if (rounds_.loops().empty() ? reads_memory(bound) : !is_speculatable(bound)) {
        return no("the bounds of a loop read memory or may not exist");
      }
    }
    return rounds_.add(loop->var, begin, end) || no("the bounds of a loop are no sums of other loops' variables");
  }

  /// C[…] = f(C[…])
  bool in_place(const ir::Block& body, const ir::Substitution& lets) {
    const auto update = update_of(body, lets);
    if (!update || update->variable) return false;
    if (result_.target && !ir::same_expression(own_element(), ir::load(update->array, update->indices))) return false;
    result_.target = update->array;
    indices_ = update->indices;
    result_.location = update->location;
    result_.accumulator = ir::make_var("value", update->array.type().element());
    result_.step = with_element(update->value, own_element(), ir::variable(result_.accumulator));
    for (const Expr& l : read_early_) {
      if (result_.is_of_target(l)) return no("an element of the target is read before the terms");
    }
    return true;
  }

  /// A start before the loops over terms, an end after them: C[…] = initial; for … { C[…] = f(C[…]) }; C[…] = g(C[…]).
  /// Both may be loops of their own over the elements of a row.
  bool framed(const ir::Block& block, const PlainBlock& body) {
    const ir::Substitution outside = lets_;
    remember_uses(block, body[0]);
    const std::size_t outer = rounds_.loops().size();
    if (!inside(body[1], [this](const ir::Block& b, const ir::Substitution& l) { return in_place(b, l); }))
      return false;
    const auto start = store_of(body[0], outer, outside);
    if (!start || reads_target_elsewhere(*start)) return false;
    if (!ir::same_expression(*start, own_element())) result_.initial = *start;
    first_inner_ = outer;
    if (body.size() == 2) return true;
    const auto end = store_of(body[2], outer, outside);
    if (!end || reads_target_elsewhere(*end)) return false;
    const Expr value = with_element(*end, own_element(), ir::variable(result_.accumulator));
    if (!ir::same_expression(value, ir::variable(result_.accumulator))) result_.final_value = value;
    return true;
  }

  bool reads_target_elsewhere(const Expr& e) const {
    const std::vector<Expr> loads = loads_of(e);
    return std::any_of(loads.begin(), loads.end(), [&](const Expr& l) {
      return result_.is_of_target(l) && !ir::same_expression(l, own_element());
    });
  }

  /// What the statement stores to the target's element, its own loops' variables replaced by the contraction's.
  std::optional<Expr> store_of(const ir::Stmt& s, std::size_t outer, ir::Substitution lets) {
    std::vector<ir::Stmt> own;
    ir::Stmt inner = s;
    std::vector<Expr> read;
    while (is_loop(inner)) {
      if (!is_plain_loop(inner)) return std::nullopt;
      own.push_back(inner);
      const PlainBlock body(inner->body, lets, read);
      if (body.size() != 1) return std::nullopt;
      inner = body[0];
    }
    if (!inner.is(StmtKind::Store) || inner->mask || !ir::same_expression(inner->array, result_.target)) {
      return std::nullopt;
    }
    // A loop of its own is the one that stands in the same subscript, if both have the same bounds.
    ir::Substitution renamed;
    std::size_t taken = 0;
    for (std::size_t d = 0; d < indices_.size(); ++d) {
      const Expr index = lets.rewrite(inner->exprs[d]);
      if (!index.is(ExprKind::Variable) || !indices_[d].is(ExprKind::Variable)) continue;
      for (const ir::Stmt& l : own) {
        if (l->var != index.var()) continue;
        if (!has_bounds(indices_[d].var(), lets.rewrite(l->begin()), lets.rewrite(l->end()), outer))
          return std::nullopt;
        renamed.set(l->var, indices_[d]);
        ++taken;
      }
    }
    if (taken != own.size()) return std::nullopt;
    for (std::size_t d = 0; d < indices_.size(); ++d) {
      if (!ir::same_expression(renamed.rewrite(lets.rewrite(inner->exprs[d])), indices_[d])) return std::nullopt;
    }
    return renamed.rewrite(lets.rewrite(inner->value));
  }

  /// Whether the contraction's loop over `var` lies inside and has these bounds; they must not depend on other loops.
  bool has_bounds(const ir::Var& var, const Expr& begin, const Expr& end, std::size_t outer) {
    for (const Limit& l : rounds_.limits()) {
      if (l.depends_on(var)) return false;
    }
    const auto& loops = rounds_.loops();
    for (std::size_t i = outer; i < loops.size(); ++i) {
      if (loops[i].var != var) continue;
      row_loops_.push_back(i);
      return ir::same_expression(loops[i].begin, begin) && ir::same_expression(loops[i].end, end);
    }
    return false;
  }

  /// var s = initial; for … { s := f(s) }; C[…] = g(s)
  bool accumulator(const ir::Stmt& declared, const ir::Stmt& loop, const std::optional<Update>& stored) {
    if (!stored || !stored->array || !ir::reads(stored->value, declared->var)) return false;
    result_.target = stored->array;
    indices_ = stored->indices;
    result_.accumulator = declared->var;
    result_.location = stored->location;
    const Expr initial = lets_.rewrite(declared->exprs[0]);
    const bool own = ir::same_expression(initial, own_element());
    if (!own || declared->var->type != stored->array.type().element()) result_.initial = initial;
    const bool as_it_is = stored->value.is(ExprKind::Variable) && stored->value.var() == declared->var;
    if (!as_it_is) result_.final_value = stored->value;
    first_inner_ = rounds_.loops().size();
    return carried(loop, declared->var);
  }

  /// for … { s := f(s) }, also with a variable of each inner loop: var t = s; for … { t := f(t) }; s := t
  bool carried(const ir::Stmt& loop, const ir::Var& variable) {
    const auto ends_here = [&](const ir::Block& body, const ir::Substitution& lets) {
      const auto update = update_of(body, lets);
      if (!update || update->variable != variable) return false;
      ir::Substitution named;
      named.set(variable, ir::variable(result_.accumulator));
      result_.step = named.rewrite(update->value);
      return true;
    };
    if (!add_loop(loop)) return false;
    const ir::Substitution outside = lets_;
    std::vector<Expr> read;
    const PlainBlock body(loop->body, lets_, read);
    if (body.size() == 1 && is_loop(body[0])) return remember(read), carried(body[0], variable);
    if (body.size() == 3 && body[0].is(StmtKind::Declare) && is_loop(body[1]) && body[2].is(StmtKind::Assign)) {
      const Expr first = lets_.rewrite(body[0]->exprs[0]), last = lets_.rewrite(body[2]->exprs[0]);
      const bool passed_on = first.is(ExprKind::Variable) && first.var() == variable && last.is(ExprKind::Variable) &&
                             last.var() == body[0]->var && body[2]->var == variable && !reads_a_start(loop->body);
      if (passed_on) return remember(read), carried(body[1], body[0]->var);
    }
    return ends_here(loop->body, outside);
  }

  template <class Innermost>
  bool inside(const ir::Stmt& loop, const Innermost& innermost) {
    if (!add_loop(loop)) return false;
    const ir::Substitution outside = lets_;
    std::vector<Expr> read;
    const PlainBlock body(loop->body, lets_, read);
    if (body.size() != 1) return false;
    if (!is_loop(body[0])) return innermost(loop->body, outside);
    remember(read);
    return inside(body[0], innermost);
  }

  bool legal() {
    if (!ir::reads(result_.step, result_.accumulator)) return false;
    if (!split_loops()) return false;
    result_.limits = rounds_.limits();
    result_.test_distinct = !facts_.has_distinct_elements(result_.target.var());
    for (const Expr& i : indices_) {
      if (!is_speculatable(i)) return no("a subscript of the target reads memory");
    }
    if (!is_simple(result_.step)) return no("a term takes too many operations");
    for (const Expr* e : {&result_.step, &result_.initial, &result_.final_value}) {
      if (*e && !reads_are_safe(*e)) return false;
    }
    if (result_.initial && mentions_reduction(result_.initial)) return false;
    return !(result_.final_value && mentions_reduction(result_.final_value));
  }

  static bool is_simple(const Expr& step) {
    int operations = 0;
    bool simple = true;
    ir::for_each_node(step, [&](const Expr& n) {
      if (n.is(ExprKind::Lookup)) simple = false;
      if (!n.is(ExprKind::Operation)) return;
      ++operations;
      simple &= ops::info(n.op()).flops < 10 && n.op() != Op::quo && n.op() != Op::rem && n.op() != Op::floordiv &&
                n.op() != Op::floormod && n.op() != Op::select_rare;
    });
    return simple && operations <= kLargestStep;
  }

  bool mentions_reduction(const Expr& e) const { return reads_any(e, variables_of(result_.reduction)); }

  /// Target dimensions take one loop each; the loops that are left reduce.
  bool split_loops() {
    const auto& loops = rounds_.loops();
    const std::vector<ir::Var> all = variables_of(loops);
    std::vector<bool> used(loops.size());
    for (const Expr& index : indices_) {
      const auto form = affine(index, all);
      if (!form || form->coefficients.size() > 1)
        return no("a subscript of the target is not a loop variable plus a constant");
      result_.target_indices.push_back(*form);
      if (form->coefficients.empty()) continue;
      const auto [node, coefficient] = *form->coefficients.begin();
      const auto at =
          std::find_if(loops.begin(), loops.end(), [&](const ContractionLoop& l) { return l.var.get() == node; });
      const auto i = static_cast<std::size_t>(at - loops.begin());
      if (coefficient != 1 || used[i]) return no("a subscript of the target is not a loop variable plus a constant");
      used[i] = true;
      result_.parallel.push_back(*at);
    }
    for (std::size_t i = 0; i < loops.size(); ++i) {
      if (used[i]) continue;
      // With an explicit start only the loops inside it reduce; an outer one would start again and again.
      if (i < first_inner_) return no("a loop repeats the whole reduction");
      result_.reduction.push_back(loops[i]);
    }
    for (std::size_t i = first_inner_; first_inner_ > 0 && i < loops.size(); ++i) {
      if (used[i] && std::find(row_loops_.begin(), row_loops_.end(), i) == row_loops_.end()) return false;
    }
    return !result_.reduction.empty() && !result_.parallel.empty();
  }

  /// Only arrays that cannot change meanwhile, the element itself, which the schedule knows how to treat, and other
  /// parts of the target's array, where a test can keep them apart.
  bool reads_are_safe(const Expr& e) {
    bool safe = true;
    for (const Expr& n : loads_of(e)) {
      const Expr& array = n.array();
      if (!array.is(ExprKind::Variable) || n.has_mask()) {
        safe = no("an operand is not an element of an array variable");
      } else if (ir::same_expression(n, own_element())) {
        if (&e != &result_.initial) result_.reads_target = true;
      } else if (result_.is_of_target(n)) {
        if (!part_is_apart(result_, n)) safe = no("an operand may overlap the target");
        result_.other_parts.push_back(n);
      } else if (!facts_.disjoint(array.var(), result_.target.var())) {
        safe = no("an operand may overlap the target");
      }
    }
    return safe;
  }

  Expr own_element() const { return ir::load(result_.target, indices_); }

  const MemoryFacts& facts_;
  std::string& why_not_;
  ir::Substitution lets_;
  Rounds rounds_;
  std::size_t first_inner_ = 0;         ///< the first loop inside of an explicit start
  std::vector<std::size_t> row_loops_;  ///< loops after that which the start has too
  std::vector<Expr> read_early_;
  std::vector<Expr> indices_;
  Contraction result_;
};

}  // namespace

std::optional<Contraction> match_contraction(const ir::Stmt& loop, const MemoryFacts& facts, std::string& why_not) {
  if (!loop.is(StmtKind::For)) return std::nullopt;
  return Matcher(facts, why_not).match(loop);
}

}  // namespace rooftop::opt
