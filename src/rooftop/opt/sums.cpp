// An innermost loop of names and of one variable that takes up a term in each round.
#include "rooftop/opt/sums.h"

#include <algorithm>
#include <optional>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/let_in.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/plain_subscripts.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

/// Vectors side by side: additions take several cycles.
constexpr int kVectors = 4;
/// Registers whose loads take a mask at no cost, and the smallest elements that they do so for.
constexpr int kMaskedBytes = 64;
constexpr std::size_t kMaskedElement = 4;

bool is_accumulable(const ir::Type& type, ir::FloatModel model) {
  if (!type.is_scalar() || type.lanes() != 1 || array::size_of(type.dtype()) < kMaskedElement) return false;
  if (array::is_float(type.dtype())) return model == ir::FloatModel::Fast;
  return array::is_integer(type.dtype());
}

struct Sum {
  Stmt loop;
  ir::Var var;
  Op op = Op::add;  ///< or sub
  Expr term;
  std::vector<Stmt> names;  ///< lets that the term may read

  /// What a sum starts from: -0.0 leaves every float as it is.
  Expr neutral() const {
    return array::is_float(var->type.dtype()) ? ir::operation(Op::neg, {ir::zero(var->type)}) : ir::zero(var->type);
  }
};

/// `value` as the variable and a term, lets of the body looked through; the lets passed on the way go to `passed`.
bool decompose(const Expr& value, const Block& body, Sum& sum, ir::VarSet& passed) {
  if (value.is(ExprKind::Variable)) {
    for (const Stmt& s : body) {
      if (!s.is(StmtKind::Let) || s->var != value.var()) continue;
      passed.insert(s->var.get());
      return decompose(s->exprs[0], body, sum, passed);
    }
    return false;
  }
  if (!value.is_op(Op::add) && !value.is_op(Op::sub)) return false;
  const auto is_sum = [&](const Expr& e) { return e.is(ExprKind::Variable) && e.var() == sum.var; };
  sum.op = value.op();
  if (is_sum(value.arg(0))) {
    sum.term = value.arg(1);
  } else if (is_sum(value.arg(1)) && !value.is_op(Op::sub)) {
    sum.term = value.arg(0);
  } else {
    return false;
  }
  return !ir::reads(sum.term, sum.var);
}

std::optional<Sum> match(const Stmt& given, ir::FloatModel model) {
  if (!given.is(StmtKind::For) || given->loop != ir::LoopKind::Serial || given->step != 1) return std::nullopt;
  const bool plain = std::all_of(given->body.begin(), given->body.end(), [](const Stmt& s) {
    return s.is(StmtKind::Let) || s.is(StmtKind::Assign) || s.is(StmtKind::Assume);
  });
  if (!plain || given->body.empty() || !given->body.back().is(StmtKind::Assign)) return std::nullopt;
  Sum sum;
  sum.loop = with_plain_subscripts(given);
  const Block& body = sum.loop->body;
  const Stmt& step = body.back();
  sum.var = step->var;
  if (!is_accumulable(sum.var->type, model)) return std::nullopt;
  ir::VarSet passed;
  if (!decompose(step->exprs[0], body, sum, passed)) return std::nullopt;
  int along = 0, across = 0;
  bool good = true;
  const auto look = [&](const Expr& e) {
    ir::for_each_node(e, [&](const Expr& n) {
      if (n.is(ExprKind::Variable)) good &= n.var() != sum.var && !passed.contains(n.var().get());
      if (n.is(ExprKind::View) || n.is(ExprKind::Lookup)) good = false;
      good = good && !(n.type().is_scalar() && (n.type().lanes() != 1 || array::is_complex(n.dtype())));
      if (!good || !n.is(ExprKind::Load)) return;
      const Access access = access_of(n.array(), n.indices(), sum.loop->var);
      good = !n.has_mask();
      along += access == Access::Contiguous ? 1 : 0;
      across += access == Access::Other ? 1 : 0;
    });
  };
  for (const Stmt& s : body) {
    if (s.is(StmtKind::Assign)) {
      good = good && s == step;
    } else if (s.is(StmtKind::Let) && !passed.contains(s->var.get())) {
      good = good && s->var->type.is_scalar();
      look(s->exprs[0]);
      sum.names.push_back(s);
    }
  }
  look(sum.term);
  return good && along > 0 && along >= across ? std::optional(std::move(sum)) : std::nullopt;
}

class Sums {
 public:
  Sums(ir::FloatModel model, const PassContext& context) : model_(model), context_(context) {}

  Block block(const Block& statements) {
    Block out;
    for (const Stmt& s : statements) {
      if (const auto sum = match(s, model_)) {
        emit(*sum, out);
        continue;
      }
      out.push_back(ir::map_children(
          s, [](const Expr& e) { return e; }, [&](const Block& b) { return block(b); }));
    }
    return out;
  }

 private:
  void emit(const Sum& sum, Block& out) const {
    const SourceLocation& at = sum.loop.location();
    const std::size_t size = array::size_of(sum.var->type.dtype());
    const int lanes = std::max(2, context_.machine->vector_bytes / static_cast<int>(size));
    const std::int64_t all = std::int64_t{kVectors} * lanes;
    const Expr begin = let_in(out, "begin", sum.loop->begin(), at), end = let_in(out, "end", sum.loop->end(), at);
    const Expr whole = ir::operation(Op::bit_and, {round_count(begin, end), ir::int_constant(-all)});
    const Expr middle = let_in(out, "middle", plus(begin, whole), at);
    std::vector<ir::Var> parts;
    for (int p = 0; p < kVectors; ++p) {
      parts.push_back(ir::make_var("part", ir::Type::vector(sum.var->type.dtype(), lanes)));
      out.push_back(ir::declare(parts.back(), ir::broadcast(sum.neutral(), lanes), at));
    }
    const ir::Var first = ir::make_var(sum.loop->var->name, ir::kI64);
    Block steps;
    for (int p = 0; p < kVectors; ++p) {
      add_terms(sum, plus(ir::variable(first), std::int64_t{p} * lanes), parts[static_cast<std::size_t>(p)], lanes, {},
                steps);
    }
    out.push_back(ir::for_loop(first, begin, middle, all, std::move(steps), ir::LoopKind::Serial, at));
    const bool masked = context_.machine->vector_bytes == kMaskedBytes;
    if (masked) out.push_back(masked_rest(sum, middle, end, parts[0], lanes));
    for (int step = kVectors / 2; step > 0; step /= 2) {
      for (int p = 0; p < step; ++p) {
        const ir::Var& one = parts[static_cast<std::size_t>(p)];
        const Expr both = ir::variable(one) + ir::variable(parts[static_cast<std::size_t>(p + step)]);
        out.push_back(ir::assign(one, both, at));
      }
    }
    const Expr joined = ir::operation(Op::reduce_add, {ir::variable(parts[0])});
    out.push_back(ir::assign(sum.var, ir::variable(sum.var) + joined, at));
    if (!masked) {
      const ir::Var rest = ir::make_var(sum.loop->var->name, ir::kI64);
      ir::Substitution renamed;
      renamed.set(sum.loop->var, ir::variable(rest));
      out.push_back(
          ir::for_loop(rest, middle, end, 1, with_fresh_variables(sum.loop->body, renamed), ir::LoopKind::Serial, at));
    }
    context_.done("vectorise", at,
                  std::to_string(all) + " terms at once, each to a sum of its own; these are added at the end");
  }

  /// The terms of `lanes` rounds, under a mask if there is one.
  static void add_terms(const Sum& sum, const Expr& base, const ir::Var& part, int lanes, const Expr& mask,
                        Block& out) {
    Widener widener(sum.loop->var, base, lanes, mask);
    for (const Stmt& s : sum.names) {
      const Expr wide = widener.widen(s->exprs[0]);
      const ir::Var var = ir::make_var(s->var->name, wide.type());
      out.push_back(ir::let(var, wide, s.location()));
      widener.set(s->var, ir::variable(var));
    }
    Expr value = ir::operation(sum.op, {ir::variable(part), widener.widen(sum.term)});
    if (mask) value = ir::operation(Op::select, {mask, value, ir::variable(part)});
    out.push_back(ir::assign(part, value, sum.loop->body.back().location()));
  }

  static Stmt masked_rest(const Sum& sum, const Expr& begin, const Expr& end, const ir::Var& part, int lanes) {
    const SourceLocation& at = sum.loop.location();
    const ir::Var first = ir::make_var(sum.loop->var->name, ir::kI64);
    const ir::Var on = ir::make_var("on", ir::Type::vector(array::DType::Bool, lanes));
    const ir::Type counter = ir::Type::scalar(array::DType::U64);
    const Expr lane = ir::ramp(ir::int_constant(0, counter), ir::int_constant(1, counter), lanes);
    const Expr left = ir::broadcast(ir::cast(minus(end, ir::variable(first)), array::DType::U64), lanes);
    Block strip = {ir::let(on, ir::operation(Op::lt, {lane, left}), at)};
    add_terms(sum, ir::variable(first), part, lanes, ir::variable(on), strip);
    return ir::for_loop(first, begin, end, lanes, std::move(strip), ir::LoopKind::Serial, at);
  }

  const ir::FloatModel model_;
  const PassContext& context_;
};

}  // namespace

ir::Module sums(const ir::Module& module, const PassContext& context) {
  ir::Module result = module;
  for (ir::Function& f : result.functions) f.body = Sums(module.float_model, context).block(f.body);
  return result;
}

}  // namespace rooftop::opt
