// The pattern, from the outside in: loops, then one store that reduces, or an accumulator's declaration, loop and
// store.
#include "rooftop/opt/contraction.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/motion_loop.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::StmtKind;

namespace {

/// A block without its lets and assumes: those are substituted into what follows.
std::vector<ir::Stmt> without_lets(const ir::Block& block, ir::Substitution& lets) {
  std::vector<ir::Stmt> rest;
  for (const ir::Stmt& s : block) {
    if (s.is(StmtKind::Assume)) continue;
    if (s.is(StmtKind::Let) && !s->var->type.is_array()) {
      lets.set(s->var, lets.rewrite(s->exprs[0]));
    } else {
      rest.push_back(s);
    }
  }
  return rest;
}

bool reads_memory(const Expr& e) {
  bool found = false;
  ir::for_each_node(e, [&](const Expr& n) { found |= n.is(ExprKind::Load); });
  return found;
}

bool is_reduction(Op op) { return op == Op::add || op == Op::sub || op == Op::min || op == Op::max; }

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
    const std::vector<ir::Stmt> body = without_lets(loop->body, lets_);
    if (body.size() == 1 && body[0].is(StmtKind::For)) return descend(body[0]);
    if (body.size() == 1 && body[0].is(StmtKind::Store)) return update(body[0]);
    if (body.size() == 2 && body[0].is(StmtKind::Store) && body[1].is(StmtKind::For)) {
      return initialised_target(body[0], body[1]);
    }
    if (body.size() == 3 && body[0].is(StmtKind::Declare) && body[1].is(StmtKind::For) && body[2].is(StmtKind::Store)) {
      return accumulator(body[0], body[1], body[2]);
    }
    return false;
  }

  /// Whether a let between the accumulator's declaration and its loop reads it: written out after the loop it would be
  /// another value.
  static bool reads_a_start(const ir::Block& block) {
    ir::Var declared;
    for (const ir::Stmt& s : block) {
      if (s.is(StmtKind::Declare)) declared = s->var;
      if (s.is(StmtKind::For)) declared = nullptr;
      if (declared && s.is(StmtKind::Let) && ir::reads(s->exprs[0], declared)) return true;
    }
    return false;
  }

  bool add_loop(const ir::Stmt& loop) {
    if (loop->step != 1 || loop->loop != ir::LoopKind::Serial) return false;
    loops_.push_back({loop->var, lets_.rewrite(loop->begin()), lets_.rewrite(loop->end())});
    return true;
  }

  /// C[…] = C[…] op term
  bool update(const ir::Stmt& s) {
    if (s->mask || !s->array.is(ExprKind::Variable)) return false;
    if (result_.target && !(ir::same_expression(result_.target, s->array))) return false;
    std::vector<Expr> indices;
    for (const Expr& i : s->exprs) indices.push_back(lets_.rewrite(i));
    const Expr element = ir::load(s->array, indices);
    if (result_.target && !ir::same_expression(element, ir::load(result_.target, indices_))) return false;
    result_.target = s->array;
    indices_ = indices;
    result_.location = s.location();
    return reduction(lets_.rewrite(s->value), element);
  }

  /// value = old op term, in either order where the operation commutes.
  bool reduction(const Expr& value, const Expr& old) {
    if (!value.is(ExprKind::Operation) || !is_reduction(value.op())) return false;
    if (ir::same_expression(value.arg(0), old)) {
      result_.term = value.arg(1);
    } else if (value.op() == Op::add && ir::same_expression(value.arg(1), old)) {
      result_.term = value.arg(0);
    } else {
      return false;
    }
    result_.reduce = value.op();
    return true;
  }

  /// C[…] = initial; for … { C[…] = C[…] op term }
  bool initialised_target(const ir::Stmt& first, const ir::Stmt& loop) {
    if (first->mask || !first->array.is(ExprKind::Variable)) return false;
    for (const Expr& i : first->exprs) indices_.push_back(lets_.rewrite(i));
    result_.target = first->array;
    result_.initial = lets_.rewrite(first->value);
    outer_loops_ = loops_.size();
    return reduction_loops(loop, [this](const ir::Stmt& s) { return s.is(StmtKind::Store) && update(s); });
  }

  /// var s = initial; for … { s := s op term }; C[…] = f(s)
  bool accumulator(const ir::Stmt& declared, const ir::Stmt& loop, const ir::Stmt& stored) {
    if (stored->mask || !stored->array.is(ExprKind::Variable)) return false;
    const ir::Var variable = declared->var;
    result_.target = stored->array;
    for (const Expr& i : stored->exprs) indices_.push_back(lets_.rewrite(i));
    const Expr initial = lets_.rewrite(declared->exprs[0]);
    if (!ir::same_expression(initial, ir::load(stored->array, indices_))) result_.initial = initial;
    if (variable->type != stored->array.type().element()) return false;
    result_.location = stored.location();
    outer_loops_ = loops_.size();
    const Expr value = lets_.rewrite(stored->value);
    result_.result = variable;
    if (!(value.is(ExprKind::Variable) && value.var() == variable)) result_.final_value = value;
    return reduction_loops(loop, [&](const ir::Stmt& s) {
      return s.is(StmtKind::Assign) && s->var == variable &&
             reduction(lets_.rewrite(s->exprs[0]), ir::variable(variable));
    });
  }

  template <class Innermost>
  bool reduction_loops(const ir::Stmt& loop, const Innermost& innermost) {
    if (!add_loop(loop)) return false;
    const std::vector<ir::Stmt> body = without_lets(loop->body, lets_);
    if (body.size() != 1) return false;
    if (body[0].is(StmtKind::For)) return reduction_loops(body[0], innermost);
    return innermost(body[0]);
  }

  std::vector<ir::Var> variables() const {
    std::vector<ir::Var> all;
    for (const ContractionLoop& l : loops_) all.push_back(l.var);
    return all;
  }

  bool legal() {
    const std::vector<ir::Var> all = variables();
    for (const ContractionLoop& l : loops_) {
      if (reads_any(l.begin, all) || reads_any(l.end, all)) return no("the bounds of a loop depend on another loop");
      // They are evaluated more than once, those of inner loops before the outermost loop, which may not run at all.
      const bool outermost = &l == loops_.data();
      for (const Expr& bound : {l.begin, l.end}) {
        if (outermost ? reads_memory(bound) : !is_speculatable(bound)) {
          return no("the bounds of a loop read memory or may not exist");
        }
      }
    }
    if (!split_loops(all)) return false;
    if (!facts_.has_distinct_elements(result_.target.var())) return no("elements of the target may share memory");
    for (const Expr& i : indices_) {
      if (!is_speculatable(i)) return no("a subscript of the target reads memory");
    }
    for (const Expr* e : {&result_.term, &result_.initial, &result_.final_value}) {
      if (*e && !reads_are_safe(*e)) return false;
    }
    if (result_.result && ir::reads(result_.term, result_.result)) return no("a term reads the accumulator");
    if (result_.initial && mentions_reduction(result_.initial)) return false;
    if (result_.final_value && mentions_reduction(result_.final_value)) return false;
    return true;
  }

  bool mentions_reduction(const Expr& e) const {
    std::vector<ir::Var> reduced;
    for (const ContractionLoop& l : result_.reduction) reduced.push_back(l.var);
    return reads_any(e, reduced);
  }

  /// Target dimensions take one loop each; the loops that are left reduce.
  bool split_loops(const std::vector<ir::Var>& all) {
    std::vector<bool> used(loops_.size());
    for (const Expr& index : indices_) {
      const auto form = affine(index, all);
      if (!form || form->coefficients.size() > 1)
        return no("a subscript of the target is not a loop variable plus a constant");
      result_.target_indices.push_back(*form);
      if (form->coefficients.empty()) continue;
      const auto [node, coefficient] = *form->coefficients.begin();
      const auto at =
          std::find_if(loops_.begin(), loops_.end(), [&](const ContractionLoop& l) { return l.var.get() == node; });
      const auto i = static_cast<std::size_t>(at - loops_.begin());
      if (coefficient != 1 || used[i]) return no("a subscript of the target is not a loop variable plus a constant");
      used[i] = true;
      result_.parallel.push_back(*at);
    }
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      if (used[i]) continue;
      // With an explicit start only the loops inside it reduce; an outer one would start again and again.
      if (i < outer_loops_) return no("a loop repeats the whole reduction");
      result_.reduction.push_back(loops_[i]);
    }
    for (std::size_t i = outer_loops_; outer_loops_ > 0 && i < loops_.size(); ++i) {
      if (used[i]) return false;
    }
    return !result_.reduction.empty() && !result_.parallel.empty();
  }

  /// Only arrays that cannot change meanwhile, and the element itself, which the schedule knows how to treat.
  bool reads_are_safe(const Expr& e) {
    bool safe = true;
    ir::for_each_node(e, [&](const Expr& n) {
      if (!n.is(ExprKind::Load)) return;
      const Expr& array = n.array();
      if (!array.is(ExprKind::Variable) || n.has_mask()) {
        safe = no("an operand is not an element of an array variable");
      } else if (ir::same_expression(n, own_element())) {
        // With the accumulator in the element itself its value changes from term to term.
        if (&e == &result_.initial) return;
        if (!result_.result) safe = no("a term reads the element that it is added to");
        result_.reads_target = true;
      } else if (array.var() == result_.target.var() || !facts_.disjoint(array.var(), result_.target.var())) {
        safe = no("an operand may overlap the target");
      }
    });
    return safe;
  }

  Expr own_element() const { return ir::load(result_.target, indices_); }

  const MemoryFacts& facts_;
  std::string& why_not_;
  ir::Substitution lets_;
  std::vector<ContractionLoop> loops_;
  std::size_t outer_loops_ = 0;
  std::vector<Expr> indices_;
  Contraction result_;
};

}  // namespace

std::optional<Contraction> match_contraction(const ir::Stmt& loop, const MemoryFacts& facts, std::string& why_not) {
  if (!loop.is(StmtKind::For)) return std::nullopt;
  return Matcher(facts, why_not).match(loop);
}

}  // namespace rooftop::opt
