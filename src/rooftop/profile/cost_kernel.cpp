// One walk over the body: what steers it is copied, what it does is counted.
#include "rooftop/profile/cost_kernel.h"

#include <algorithm>
#include <optional>

#include "rooftop/base/errors.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/profile/cost_footprint.h"
#include "rooftop/profile/cost_knowledge.h"
#include "rooftop/profile/cost_range.h"
#include "rooftop/profile/single_body.h"

namespace rooftop::profile {
namespace {

using ir::Block;
using ir::Expr;
using ir::Stmt;
using ir::StmtKind;
using ir::Var;
using ops::Op;

/// Rounds of all loops that the cost kernel runs itself: a fraction of a second.
constexpr std::int64_t kMostRounds = std::int64_t{1} << 27;

bool is_loop(const Stmt& s) { return s.is(StmtKind::For) || s.is(StmtKind::While); }

Expr f64(double value) { return ir::float_constant(value); }

/// The flops of a block without loops and calls: nothing for one that has them, or whose branches differ.
std::optional<Flops> plain_flops(const Block& block) {
  Flops sum;
  for (const Stmt& s : block) {
    if (is_loop(s) || s.is(StmtKind::Call)) return std::nullopt;
    sum += flops_of(s);
    if (!s.is(StmtKind::If)) continue;
    const auto then_flops = plain_flops(s->body), else_flops = plain_flops(s->else_body);
    if (!then_flops || !else_flops || *then_flops != *else_flops) return std::nullopt;
    sum += *then_flops;
  }
  return sum;
}

class Builder {
 public:
  explicit Builder(const ir::Module& module)
      : entry_(module.entry()),
        body_(single_body(module)),
        knowledge_(body_),
        footprints_(entry_.parameters, body_, ranges_) {
    for (const Var& parameter : entry_.parameters) ranges_.set_exact(parameter);
  }

  CostKernel build() {
    f64_flops_ = ir::make_var("flops", ir::kF64);
    f32_flops_ = ir::make_var("flops32", ir::kF64);
    rounds_ = ir::make_var("rounds_run", ir::kI64);
    const Block counting = block(body_, f64(1));
    ir::Function f;
    f.name = entry_.name;
    f.python_name = entry_.python_name;
    f.parameters = entry_.parameters;
    f.location = entry_.location;
    f.body = {ir::declare(f64_flops_, f64(0)), ir::declare(f32_flops_, f64(0)),
              ir::declare(rounds_, ir::int_constant(0))};
    footprints_.declare(f.body);
    for (const Var& met : met_) f.body.push_back(ir::declare(met, f64(0)));
    f.body.insert(f.body.end(), counting.begin(), counting.end());
    std::vector<Expr> results = {ir::variable(f64_flops_), ir::variable(f32_flops_),
                                 ir::cast(ran_too_long(), array::DType::F64)};
    footprints_.results(results);
    for (const Var& met : met_) results.push_back(ir::variable(met));
    f.results.assign(results.size(), ir::kF64);
    f.body.push_back(ir::return_values(std::move(results)));
    CostKernel kernel;
    kernel.module.functions = {std::move(f)};
    kernel.accesses = footprints_.accesses();
    kernel.uncounted = std::move(uncounted_);
    return kernel;
  }

 private:
  Expr ran_too_long() const { return ir::operation(Op::gt, {ir::variable(rounds_), ir::int_constant(kMostRounds)}); }

  /// `times`: how often the block runs for each time that the cost kernel passes here.
  Block block(const Block& statements, const Expr& times) {
    Block out;
    Flops sum;
    const auto flush = [&] {
      count(sum, times, out);
      sum = {};
    };
    for (const Stmt& s : statements) {
      sum += flops_of(s);
      footprints_.add(s, times, false, out);
      switch (s.kind()) {
        case StmtKind::Let:
        case StmtKind::Declare:
        case StmtKind::Assign:
          define(s, out);
          break;
        case StmtKind::If:
          flush();
          choice(s, times, out);
          break;
        case StmtKind::For:
        case StmtKind::While:
          flush();
          if (!knowledge_.is_certain(s)) {
            unknown_loop(s, times, out);
          } else if (knowledge_.rounds_are_alike(s)) {
            multiplied_loop(s, times, out);
          } else {
            run_loop(s, times, out);
          }
          break;
        case StmtKind::Break:
        case StmtKind::Continue:
          flush();
          out.push_back(s);
          return out;
        case StmtKind::Call:
          meet({Uncounted::Kind::Call, s.location(), {}, false}, times, out);
          break;
        default:
          break;
      }
    }
    flush();
    return out;
  }

  void define(const Stmt& s, Block& out) {
    const Expr& value = s->exprs[0];
    if (s.is(StmtKind::Let)) {
      const bool exact = knowledge_.is_known(value) && ranges_.is_exact(value);
      const Expr named = exact && value.is(ir::ExprKind::View) ? with_named_starts(value, out) : value;
      if (exact) {
        out.push_back(ir::let(s->var, named, s.location()));
        ranges_.set_exact(s->var);
      }
      if (!exact || s->var->type.is_array()) footprints_.write_out(s->var, named);
      return;
    }
    if (!knowledge_.is_known(ir::variable(s->var)) || !knowledge_.steers(s->var)) return;
    ROOFTOP_CHECK(ranges_.is_exact(value)) << "of '" << s->var->name << "'";
    out.push_back(s);
    ranges_.set_exact(s->var);
  }

  /// The view with starts that stay what they are when a variable changes.
  Expr with_named_starts(const Expr& view, Block& out) {
    ir::ViewParts parts = ir::view_parts(view);
    for (Expr& start : parts.starts) {
      if (!start.is_constant()) start = let("start", start, out);
    }
    return ir::view(parts, view.type());
  }

  void choice(const Stmt& s, const Expr& times, Block& out) {
    if (knowledge_.is_certain(s)) {
      Block then_body = block(s->body, times);
      out.push_back(ir::if_then(s->condition(), std::move(then_body), block(s->else_body, times), s.location()));
      return;
    }
    touch_both(s, times, out);
    const auto a = plain_flops(s->body), b = plain_flops(s->else_body);
    if (!a || !b) return meet({Uncounted::Kind::Branch, s.location(), {}, false}, times, out);
    const Flops less{std::min(a->f64, b->f64), std::min(a->f32, b->f32)};
    count(less, times, out);
    const Flops more{std::max(a->f64, b->f64) - less.f64, std::max(a->f32, b->f32) - less.f32};
    if (more.total() > 0) meet({Uncounted::Kind::Branch, s.location(), more, true}, times, out);
  }

  /// What branches that may or may not be taken touch: as if both were.
  void touch_both(const Stmt& s, const Expr& times, Block& out) {
    for (const Block* branch : {&s->body, &s->else_body}) {
      for (const Stmt& inner : *branch) {
        if (is_loop(inner)) continue;
        footprints_.add(inner, times, true, out);
        if (inner.is(StmtKind::Let)) footprints_.write_out(inner->var, inner->exprs[0]);
        if (inner.is(StmtKind::If)) touch_both(inner, times, out);
      }
    }
  }

  void unknown_loop(const Stmt& s, const Expr& times, Block& out) {
    auto each = plain_flops(s->body);
    if (each && s.is(StmtKind::While)) *each += flops_of(s->condition());
    const bool bounds_known =
        std::all_of(s->exprs.begin(), s->exprs.end(), [&](const Expr& e) { return knowledge_.is_known(e); });
    const auto kind = s.is(StmtKind::For) && bounds_known ? Uncounted::Kind::EarlyEnd : Uncounted::Kind::Loop;
    meet({kind, s.location(), each.value_or(Flops{}), each.has_value()}, times, out);
  }

  /// One round stands for all.
  void multiplied_loop(const Stmt& s, const Expr& times, Block& out) {
    const Expr begin = let("begin", s->begin(), out), end = let("end", s->end(), out);
    const Expr distance = ir::cast(end, array::DType::F64) - ir::cast(begin, array::DType::F64);
    const Expr steps = ir::operation(Op::ceil, {distance / f64(static_cast<double>(s->step))});
    const Expr rounds = let("rounds", ir::operation(Op::max, {steps, f64(0)}), out);
    Block once;
    const Expr before_last = ir::cast(rounds, array::DType::I64) - ir::int_constant(1);
    const Expr last = let("last", begin + before_last * ir::int_constant(s->step), once);
    ranges_.set_range(s->var, s->step > 0 ? ValueRange{begin, last} : ValueRange{last, begin});
    const Expr inside = let("times", times * rounds, once);
    const Block counting = block(s->body, inside);
    once.insert(once.end(), counting.begin(), counting.end());
    out.push_back(ir::if_then(ir::operation(Op::gt, {rounds, f64(0)}), std::move(once), {}, s.location()));
  }

  /// The loop itself, with what steers it and a limit.
  void run_loop(const Stmt& s, const Expr& times, Block& out) {
    Block body = {ir::assign(rounds_, ir::variable(rounds_) + ir::int_constant(1)),
                  ir::if_then(ran_too_long(), {ir::break_loop()})};
    if (s.is(StmtKind::For)) ranges_.set_exact(s->var);
    const Flops test = s.is(StmtKind::While) ? flops_of(s->condition()) : Flops{};
    count(test, times, body);
    const Block counting = block(s->body, times);
    body.insert(body.end(), counting.begin(), counting.end());
    out.push_back(ir::with_body(s, std::move(body)));
  }

  void count(const Flops& flops, const Expr& times, Block& out) const {
    if (flops.f64 > 0) add(f64_flops_, times * f64(flops.f64), out);
    if (flops.f32 > 0) add(f32_flops_, times * f64(flops.f32), out);
  }

  void meet(Uncounted what, const Expr& times, Block& out) {
    uncounted_.push_back(std::move(what));
    met_.push_back(ir::make_var("met", ir::kF64));
    add(met_.back(), times, out);
  }

  static void add(const Var& sum, const Expr& value, Block& out) {
    out.push_back(ir::assign(sum, ir::variable(sum) + value));
  }

  Expr let(const char* name, const Expr& value, Block& out) {
    const Var var = ir::make_var(name, value.type());
    out.push_back(ir::let(var, value));
    ranges_.set_exact(var);
    return ir::variable(var);
  }

  const ir::Function& entry_;
  const Block body_;
  const CostKnowledge knowledge_;
  ValueRanges ranges_;
  Footprints footprints_;
  Var f64_flops_, f32_flops_, rounds_;
  std::vector<Uncounted> uncounted_;
  std::vector<Var> met_;
};

}  // namespace

CostKernel make_cost_kernel(const ir::Module& module) { return Builder(module).build(); }

}  // namespace rooftop::profile
