// Expressions: each node once a statement, however often it is shared.
#include <llvm/IR/Constants.h>

#include "rooftop/array/half.h"
#include "rooftop/backend/llvm/function_emitter.h"
#include "rooftop/backend/llvm/operations.h"
#include "rooftop/backend/llvm/symbols.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/meaning.h"
#include "rooftop/ir/walk.h"

namespace rooftop::backend::llvm {

using ir::ExprKind;
using ops::Op;

namespace {

/// select(i < 0, i + n, i): Python's subscript from the end, which few are.
bool is_wrapped_subscript(const ir::Expr& e) {
  if (!e.is_op(Op::select) || e.type() != ir::kI64 || !e.arg(0).is_op(Op::lt) || !e.arg(1).is_op(Op::add)) return false;
  const ir::Expr& index = e.arg(2);
  return ir::is_int_constant(e.arg(0).arg(1), 0) && ir::same_expression(e.arg(0).arg(0), index) &&
         (ir::same_expression(e.arg(1).arg(0), index) || ir::same_expression(e.arg(1).arg(1), index));
}

/// i >= 0 & i < n for a length n: one comparison without signs.
std::optional<std::pair<ir::Expr, ir::Expr>> index_and_length(const ir::Expr& e) {
  if (!e.is_op(Op::bit_and)) return std::nullopt;
  for (const std::size_t at : {0, 1}) {
    const ir::Expr& low = e.arg(at);
    const ir::Expr& high = e.arg(1 - at);
    if (low.is_op(Op::ge) && high.is_op(Op::lt) && ir::is_int_constant(low.arg(1), 0) &&
        low.arg(0).type() == ir::kI64 && high.arg(1).is(ir::ExprKind::Length) &&
        ir::same_expression(low.arg(0), high.arg(0))) {
      return std::pair(high.arg(0), high.arg(1));
    }
  }
  return std::nullopt;
}

}  // namespace

void FunctionEmitter::start_statement() {
  memo_.clear();
  memo_.emplace_back();
  expanded_.clear();
}

bool FunctionEmitter::is_known(const ir::Expr& e) const {
  if (e.is_constant() || e.is(ExprKind::Variable)) return true;
  for (const auto& values : memo_) {
    if (values.contains(e.get())) return true;
  }
  return false;
}

Scalar FunctionEmitter::scalar(const ir::Expr& e) {
  ROOFTOP_CHECK(e.type().is_scalar());
  if (e.is_constant()) return constant(e);
  if (e.is(ExprKind::Variable)) return read_scalar(e.var());
  for (const auto& values : memo_) {
    const auto found = values.find(e.get());
    if (found != values.end()) return found->second;
  }
  const Scalar result = compute(e);
  memo_.back().emplace(e.get(), result);
  return result;
}

Scalar FunctionEmitter::compute(const ir::Expr& e) {
  switch (e.kind()) {
    case ExprKind::Operation:
      return operation(e);
    case ExprKind::Load: {
      const Array from = array(e.array());
      const auto subscripts = scalars(e.indices());
      ll::Value* mask = e.has_mask() ? value(e.mask()) : nullptr;
      return load(b_, *aliases_, {from, subscripts, e.lanes(), mask});
    }
    case ExprKind::Length:
      return {array(e.array()).lengths[static_cast<std::size_t>(e.dimension())]};
    case ExprKind::Stride:
      return {stride_of(b_, array(e.array()), e.dimension())};
    case ExprKind::Disjoint:
      return {are_disjoint(b_, array(e.arg(0)), array(e.arg(1)))};
    case ExprKind::Lookup:
      return {lookup(e)};
    case ExprKind::Constant:
    case ExprKind::Variable:
    case ExprKind::View:
      break;
  }
  ROOFTOP_UNREACHABLE("not a scalar expression to compute");
}

Scalar FunctionEmitter::constant(const ir::Expr& e) {
  ll::Type* type = register_type(module_.context(), e.type());
  const ir::Constant& c = e.constant();
  if (array::is_half(e.dtype())) return {ll::ConstantInt::get(type, array::half_bits(c.real, e.dtype()))};
  if (type->isIntegerTy()) return {ll::ConstantInt::get(type, static_cast<std::uint64_t>(c.integer), true)};
  return {ll::ConstantFP::get(type, c.real),
          array::is_complex(e.dtype()) ? ll::ConstantFP::get(type, c.imag) : nullptr};
}

Scalar FunctionEmitter::operation(const ir::Expr& e) {
  if (e.is_op(Op::select_rare) || is_wrapped_subscript(e)) return select_rare(e);
  if (const auto in_bounds = index_and_length(e)) {
    ll::Value* index = value(in_bounds->first);
    return {b_.CreateICmpULT(index, value(in_bounds->second))};
  }
  if (ops::info(e.op()).is_math) return math(e);
  if (e.is_op(Op::threads)) return {threads_of_call(value(e.arg(0)))};
  const auto args = scalars(e.args());
  const ir::Type& operand = e.arg(e.is_op(Op::select) ? 1 : 0).type();
  const ll::IRBuilderBase::FastMathFlagGuard flags(b_);
  if (accumulates(e)) b_.getFastMathFlags().setAllowContract(false);
  return operate(b_, {e.op(), e.type(), operand, args, module_.features()});
}

/// A product added to a variable in a loop, or to such a sum. The next iteration waits for the sum alone: an addition
/// is there sooner than a fused one, which also waits for the product.
bool FunctionEmitter::accumulates(const ir::Expr& e) const {
  if (loops_.empty() || !(e.is_op(Op::add) || e.is_op(Op::sub)) || e.lanes() != 1) return false;
  const auto is_sum = [&](const ir::Expr& a) {
    if (!a.is(ExprKind::Variable) || !a.type().is_scalar()) return false;
    const Variable& from = variable(a.var());
    return !from.slots.empty() || from.is_sum;
  };
  return (is_sum(e.arg(0)) && e.arg(1).is_op(Op::mul)) || (is_sum(e.arg(1)) && e.arg(0).is_op(Op::mul));
}

/// select_rare(c, rare, usual): jumps over the rare value unless some lane needs it.
Scalar FunctionEmitter::select_rare(const ir::Expr& e) {
  const Scalar condition = scalar(e.arg(0));
  const Scalar usual = scalar(e.arg(2));
  const auto choose = [&](const Scalar& rare) {
    return operate(b_, {Op::select, e.type(), e.type(), {condition, rare, usual}, module_.features()});
  };
  if (is_known(e.arg(1))) return choose(scalar(e.arg(1)));
  ll::Value* any = e.type().is_vector() ? b_.CreateOrReduce(condition.real) : condition.real;
  ll::BasicBlock* from = b_.GetInsertBlock();
  ll::BasicBlock* join = enter_rarely(any, "rare");
  memo_.emplace_back();
  const Scalar chosen = choose(scalar(e.arg(1)));
  memo_.pop_back();
  ll::BasicBlock* rare_end = b_.GetInsertBlock();
  b_.CreateBr(join);
  go_on_at(join);
  const auto merge = [&](ll::Value* a, ll::Value* c) -> ll::Value* {
    if (a == nullptr) return nullptr;
    ll::PHINode* phi = b_.CreatePHI(a->getType(), 2);
    phi->addIncoming(a, from);
    phi->addIncoming(c, rare_end);
    return phi;
  };
  return {merge(usual.real, chosen.real), merge(usual.imag, chosen.imag)};
}

/// The function's meaning, expanded in place and rounded as written.
Scalar FunctionEmitter::math(const ir::Expr& e) {
  if (module_.source().float_model == ir::FloatModel::Strict || !ir::expands(e.op())) return libm_call(e);
  scalars(e.args());  // by the module's own rules, before the strict ones begin
  expanded_.push_back(ir::expand(e.op(), e.args()));
  const ll::IRBuilderBase::FastMathFlagGuard guard(b_);
  b_.clearFastMathFlags();
  return scalar(expanded_.back());
}

/// The C library's function, lane by lane.
Scalar FunctionEmitter::libm_call(const ir::Expr& e) {
  const auto args = scalars(e.args());
  ll::Type* type = register_type(module_.context(), e.type().element());
  const auto callee = module_.math_function(libm_name(e.op(), e.dtype() == ir::DType::F32), type, args.size());
  const auto call = [&](auto lane_of) {
    SmallVector<ll::Value*, 2> lane;
    for (const Scalar& arg : args) lane.push_back(lane_of(arg.real));
    return b_.CreateCall(callee, lane);
  };
  if (!e.type().is_vector()) return {call([](ll::Value* arg) { return arg; })};
  ll::Value* result = ll::PoisonValue::get(register_type(module_.context(), e.type()));
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(e.lanes()); ++i) {
    result = b_.CreateInsertElement(result, call([&](ll::Value* arg) { return b_.CreateExtractElement(arg, i); }), i);
  }
  return {result};
}

ll::Value* FunctionEmitter::lookup(const ir::Expr& e) {
  const ir::Type& index_type = e.arg(0).type();
  if (ll::Value* permuted =
          permuted_lookup(b_, *e.table(), value(e.arg(0)), is_signed(index_type.dtype()), module_.features())) {
    return permuted;
  }
  ll::Type* wide = register_type(module_.context(), ir::kI64.with_lanes(e.lanes()));
  ll::Value* index = b_.CreateIntCast(value(e.arg(0)), wide, is_signed(index_type.dtype()));
  ll::Type* element = memory_type(module_.context(), e.dtype());
  ll::Value* place = b_.CreateInBoundsGEP(element, module_.table(e.table()), index);
  const ll::Align align(array::size_of(e.dtype()));
  if (!e.type().is_vector()) return b_.CreateAlignedLoad(element, place, align);
  return b_.CreateMaskedGather(register_type(module_.context(), e.type()), place, align);
}

Array FunctionEmitter::array(const ir::Expr& e) {
  if (e.is(ExprKind::Variable)) return read_array(e.var());
  ROOFTOP_CHECK(e.is(ExprKind::View));
  return view(e);
}

Array FunctionEmitter::view(const ir::Expr& e) {
  const ir::ViewParts parts = ir::view_parts(e);
  const Array base = array(parts.base);
  const auto values = [this](const std::vector<ir::Expr>& list) {
    SmallVector<ll::Value*, 4> result;
    for (const ir::Expr& part : list) result.push_back(value(part));
    return result;
  };
  Array result =
      view_of(b_, base, e.type(), {values(parts.starts), parts.from, values(parts.lengths), values(parts.steps)});
  result.memory = aliases_->new_view(base.memory);
  return result;
}

}  // namespace rooftop::backend::llvm
