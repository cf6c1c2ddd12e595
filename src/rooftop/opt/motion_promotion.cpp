// An element is promoted when each access of the loop either is it, by equal subscripts, or can never be it.
#include "rooftop/opt/motion_promotion.h"

#include <algorithm>

#include "rooftop/opt/affine.h"
#include "rooftop/opt/meeting.h"

namespace rooftop::opt {
namespace {

using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

struct Element {
  Expr array;
  std::vector<Expr> indices;
};

bool same_element(const Element& e, const Expr& array, std::span<const Expr> indices) {
  if (!ir::same_expression(e.array, array)) return false;
  return std::equal(e.indices.begin(), e.indices.end(), indices.begin(), indices.end(), ir::same_expression);
}

class Promoter {
 public:
  Promoter(const Stmt& loop, LoopFacts& facts, const MemoryFacts& memory)
      : loop_(loop), facts_(facts), memory_(memory) {}

  Promotion run() {
    Promotion result{.before = {}, .loop = loop_, .after = {}};
    bool certain = true;
    for (const Stmt& s : loop_->body) {
      // Only what each iteration writes: its place exists, and writing it back tells nobody anything new.
      if (certain && s.is(StmtKind::Store)) consider(s, result);
      certain = certain && !may_jump(s);
    }
    if (!result.before.empty()) {
      Replacement replacement(elements_, variables_);
      result.loop = ir::with_body(loop_, replacement.rewrite(loop_->body));
    }
    return result;
  }

 private:
  /// Accesses of promoted elements become uses of their variables.
  class Replacement : public ir::Rewriter {
   public:
    using Rewriter::rewrite;
    Replacement(const std::vector<Element>& elements, const std::vector<ir::Var>& variables)
        : elements_(elements), variables_(variables) {}

   protected:
    Expr rewrite_expression(const Expr& e) override {
      if (!e.is(ExprKind::Load)) return e;
      const int i = find(e.array(), e.indices());
      return i < 0 ? e : ir::variable(variables_[static_cast<std::size_t>(i)]);
    }

    void rewrite_statement(const Stmt& s, ir::Block& out) override {
      const int i = s.is(StmtKind::Store) ? find(s->array, s->exprs) : -1;
      if (i < 0) return Rewriter::rewrite_statement(s, out);
      out.push_back(ir::assign(variables_[static_cast<std::size_t>(i)], rewrite(s->value), s.location()));
    }

   private:
    int find(const Expr& array, std::span<const Expr> indices) const {
      for (std::size_t i = 0; i < elements_.size(); ++i) {
        if (same_element(elements_[i], array, indices)) return static_cast<int>(i);
      }
      return -1;
    }

    const std::vector<Element>& elements_;
    const std::vector<ir::Var>& variables_;
  };

  void consider(const Stmt& s, Promotion& result) {
    const Element element{s->array, s->exprs};
    if (s->mask || s->value.lanes() != 1 || !s->array.is(ExprKind::Variable) || !is_fixed(element)) return;
    const bool known = std::any_of(elements_.begin(), elements_.end(),
                                   [&](const Element& e) { return same_element(e, element.array, element.indices); });
    if (known || !is_alone(element)) return;
    const ir::Var var = ir::make_var(s->array.var()->name + "_element", s->value.type());
    elements_.push_back(element);
    variables_.push_back(var);
    result.before.push_back(ir::declare(var, ir::load(s->array, s->exprs), s.location()));
    result.after.push_back(ir::store(s->array, s->exprs, ir::variable(var), {}, s.location()));
  }

  bool is_fixed(const Element& e) const {
    return facts_.is_invariant(e.array) &&
           std::all_of(e.indices.begin(), e.indices.end(), [&](const Expr& i) { return facts_.is_invariant(i); });
  }

  /// Whether every access of the loop is to the element exactly, or never to it.
  bool is_alone(const Element& element) const {
    const auto fits = [&](const Expr& array, std::span<const Expr> indices, bool masked) {
      if (same_element(element, array, indices)) return !masked;
      const ir::Var other = ViewBases::variable_of(array);
      if (!other) return false;
      if (!facts_.may_overlap(element.array.var(), other)) return true;
      return array == element.array || ir::same_expression(array, element.array)
                 ? memory_.has_distinct_elements(other) &&
                       (differ(element.indices, indices) || !ever_meet(element, indices))
                 : false;
    };
    for (const Stmt& s : facts_.stores()) {
      if (!fits(s->array, s->exprs, static_cast<bool>(s->mask))) return false;
    }
    return std::all_of(facts_.loads().begin(), facts_.loads().end(),
                       [&](const Expr& load) { return fits(load.array(), load.indices(), load.has_mask()); });
  }

  /// Whether the access is the element in some round.
  bool ever_meet(const Element& element, std::span<const Expr> indices) const {
    const auto access = [&](std::span<const Expr> at, std::vector<Stmt> loops) {
      return ArrayAccess{.array = element.array.var(),
                         .indices = {at.begin(), at.end()},
                         .is_store = true,
                         .is_own = false,
                         .order = 0,
                         .loops = std::move(loops)};
    };
    ir::VarSet changing = ir::bound_variables(loop_->body);
    changing.merge(ir::assigned_variables(loop_->body));
    return may_meet(access(element.indices, {}), access(indices, {loop_}), {}, {}, memory_, changing);
  }

  /// Whether a subscript differs by a constant other than 0.
  static bool differ(std::span<const Expr> a, std::span<const Expr> b) {
    for (std::size_t d = 0; d < a.size(); ++d) {
      const auto x = affine(a[d], {});
      const auto y = affine(b[d], {});
      if (a[d].lanes() != 1 || b[d].lanes() != 1 || !x || !y) continue;
      const auto difference = constant_difference(*x, *y);
      if (difference && *difference != 0) return true;
    }
    return false;
  }

  const Stmt& loop_;
  LoopFacts& facts_;
  const MemoryFacts& memory_;
  std::vector<Element> elements_;
  std::vector<ir::Var> variables_;
};

}  // namespace

Promotion promote_elements(const Stmt& loop, LoopFacts& facts, const MemoryFacts& memory) {
  if (!loop.is(StmtKind::For) || loop->loop != ir::LoopKind::Serial || facts.has_inner_loops() ||
      facts.may_be_abandoned()) {
    return {.before = {}, .loop = loop, .after = {}};
  }
  return Promoter(loop, facts, memory).run();
}

}  // namespace rooftop::opt
