// Between lanes and scalars: broadcast, ramp, reductions from lane 0 upwards, and the ramp form of index vectors.
#include <llvm/IR/Constants.h>
#include <llvm/IR/PatternMatch.h>

#include "rooftop/backend/llvm/operations.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

using ops::Op;

ll::Value* splat(Builder& b, ll::Value* value, int lanes) {
  return b.CreateVectorSplat(static_cast<unsigned>(lanes), value);
}

Scalar broadcast(Builder& b, const Scalar& value, const ir::Type& result) {
  Scalar lanes{splat(b, value.real, result.lanes())};
  if (value.is_complex()) lanes.imag = splat(b, value.imag, result.lanes());
  if (result.dtype() == ir::DType::I64) lanes.ramp_base = value.real;
  return lanes;
}

Scalar ramp(Builder& b, ll::Value* base, ll::Value* step, const ir::Type& result) {
  ll::Type* type = register_type(b.getContext(), result);
  Scalar lanes;
  if (const auto* constant = ll::dyn_cast<ll::ConstantInt>(step)) {
    lanes.real = b.CreateAdd(splat(b, base, result.lanes()), lane_steps(type, constant->getSExtValue()));
    if (result.dtype() == ir::DType::I64) {
      lanes.ramp_base = base;
      lanes.ramp_step = constant->getSExtValue();
    }
    return lanes;
  }
  ll::Value* steps = b.CreateMul(splat(b, step, result.lanes()), lane_steps(type, 1));
  lanes.real = b.CreateAdd(splat(b, base, result.lanes()), steps);
  return lanes;
}

/// Lanes of two vectors in turn, from lane `first` of both on.
ll::Value* zip(Builder& b, ll::Value* x, ll::Value* y, int lanes, int first) {
  SmallVector<int, 16> order;
  for (int i = 0; i < lanes; ++i) order.push_back(first + i / 2 + (i % 2 == 0 ? 0 : lanes));
  return b.CreateShuffleVector(x, y, order);
}

/// The half of a loaded vector from lane `first` on, read apart from the other half.
ll::Value* loaded_half(Builder& b, ll::LoadInst& load, int first, int lanes) {
  const ll::IRBuilderBase::InsertPointGuard guard(b);
  b.SetInsertPoint(&load);
  ll::Type* const element = load.getType()->getScalarType();
  ll::Value* const from = b.CreateConstGEP1_64(element, load.getPointerOperand(), static_cast<std::uint64_t>(first));
  const std::uint64_t distance = static_cast<std::uint64_t>(first) * element->getScalarSizeInBits() / 8;
  auto* const half = b.CreateAlignedLoad(ll::FixedVectorType::get(element, static_cast<unsigned>(lanes)), from,
                                         ll::commonAlignment(load.getAlign(), distance));
  half->copyMetadata(load);
  return half;
}

/// Every other block of both, one of each in turn. Halves of what was just loaded are loaded into place: that takes
/// nothing of the unit that moves lanes.
ll::Value* blocks(Builder& b, ll::Value* x, ll::Value* y, int lanes, int block, int first) {
  auto *x_load = ll::dyn_cast<ll::LoadInst>(x), *y_load = ll::dyn_cast<ll::LoadInst>(y);
  SmallVector<int, 16> order;
  if (2 * block == lanes && lanes > 2 && x_load != nullptr && y_load != nullptr) {
    for (int i = 0; i < lanes; ++i) order.push_back(i);
    return b.CreateShuffleVector(loaded_half(b, *x_load, first * block, block),
                                 loaded_half(b, *y_load, first * block, block), order);
  }
  for (int i = 0; i < lanes; ++i) {
    const int pair = i / (2 * block) * 2 * block;
    order.push_back(pair + first * block + i % block + (i / block % 2 == 0 ? 0 : lanes));
  }
  return b.CreateShuffleVector(x, y, order);
}

/// Sums keep their order: lane 0 first. -0.0 is the start that changes nothing.
ll::Value* reduce_add(Builder& b, ll::Value* value, const ir::Type& type) {
  if (array::is_integer(type.dtype())) return b.CreateAddReduce(value);
  ll::Value* start = ll::ConstantFP::getNegativeZero(value->getType()->getScalarType());
  return b.CreateFAddReduce(start, value);
}

ll::Value* reduce_by_choice(Builder& b, Op op, ll::Value* value, const ir::Type& type) {
  const bool smallest = op == Op::reduce_min;
  if (array::is_integer(type.dtype())) {
    return smallest ? b.CreateIntMinReduce(value, is_signed(type.dtype()))
                    : b.CreateIntMaxReduce(value, is_signed(type.dtype()));
  }
  // In lane order, because a NaN is taken or left depending on its side.
  ll::Value* result = b.CreateExtractElement(value, std::uint64_t{0});
  for (int i = 1; i < type.lanes(); ++i) {
    ll::Value* lane = b.CreateExtractElement(value, static_cast<std::uint64_t>(i));
    result = smallest ? minimum(b, result, lane, type.dtype()) : maximum(b, result, lane, type.dtype());
  }
  return result;
}

std::optional<std::int64_t> constant_int(ll::Value* value) {
  if (const auto* constant = ll::dyn_cast<ll::ConstantInt>(value)) return constant->getSExtValue();
  return std::nullopt;
}

}  // namespace

ll::Constant* lane_steps(ll::Type* vector, std::int64_t step) {
  const auto* type = ll::cast<ll::FixedVectorType>(vector);
  SmallVector<ll::Constant*, 16> lanes;
  for (unsigned i = 0; i < type->getNumElements(); ++i) {
    const auto value = static_cast<std::uint64_t>(step) * i;
    lanes.push_back(
        ll::ConstantInt::get(type->getElementType(), ll::APInt(64, value).trunc(type->getScalarSizeInBits())));
  }
  return ll::ConstantVector::get(lanes);
}

Scalar operate_lanes(Builder& b, const Operation& o) {
  const Scalar& x = o.args[0];
  switch (o.op) {
    case Op::broadcast:
      return broadcast(b, x, o.result);
    case Op::ramp:
      return ramp(b, x.real, o.args[1].real, o.result);
    case Op::zip_low:
    case Op::zip_high: {
      const int lanes = o.result.lanes(), first = o.op == Op::zip_low ? 0 : lanes / 2;
      Scalar zipped{zip(b, x.real, o.args[1].real, lanes, first)};
      if (x.is_complex()) zipped.imag = zip(b, x.imag, o.args[1].imag, lanes, first);
      return zipped;
    }
    case Op::even_blocks:
    case Op::odd_blocks: {
      const auto block = static_cast<int>(*constant_int(o.args[2].real));
      const int lanes = o.result.lanes(), first = o.op == Op::even_blocks ? 0 : 1;
      Scalar out{blocks(b, x.real, o.args[1].real, lanes, block, first)};
      if (x.is_complex()) out.imag = blocks(b, x.imag, o.args[1].imag, lanes, block, first);
      return out;
    }
    case Op::reduce_add:
      if (x.is_complex()) return {reduce_add(b, x.real, o.operand), reduce_add(b, x.imag, o.operand)};
      return {reduce_add(b, x.real, o.operand)};
    case Op::reduce_min:
    case Op::reduce_max:
      return {reduce_by_choice(b, o.op, x.real, o.operand)};
    case Op::reduce_and:
      return {b.CreateAndReduce(x.real)};
    case Op::reduce_or:
      return {b.CreateOrReduce(x.real)};
    case Op::first_lane:
      return {b.CreateExtractElement(x.real, std::uint64_t{0}),
              x.is_complex() ? b.CreateExtractElement(x.imag, std::uint64_t{0}) : nullptr};
    default:
      ROOFTOP_UNREACHABLE("not an operation between lanes");
  }
}

void track_ramp(Builder& b, const Operation& o, Scalar& result) {
  if (!o.result.is_vector() || o.result.dtype() != ir::DType::I64 || o.args.size() != 2) return;
  const Scalar& x = o.args[0];
  const Scalar& y = o.args[1];
  if (x.ramp_base == nullptr || y.ramp_base == nullptr) return;
  const auto wrapped = [](std::uint64_t step) { return static_cast<std::int64_t>(step); };
  const auto x_step = static_cast<std::uint64_t>(x.ramp_step);
  const auto y_step = static_cast<std::uint64_t>(y.ramp_step);
  if (o.op == Op::add) {
    result.ramp_base = b.CreateAdd(x.ramp_base, y.ramp_base);
    result.ramp_step = wrapped(x_step + y_step);
  } else if (o.op == Op::sub) {
    result.ramp_base = b.CreateSub(x.ramp_base, y.ramp_base);
    result.ramp_step = wrapped(x_step - y_step);
  } else if (o.op == Op::mul) {
    const auto x_constant = x.ramp_step == 0 ? constant_int(x.ramp_base) : std::nullopt;
    const auto y_constant = y.ramp_step == 0 ? constant_int(y.ramp_base) : std::nullopt;
    if (!x_constant && !y_constant && (x.ramp_step != 0 || y.ramp_step != 0)) return;
    result.ramp_base = b.CreateMul(x.ramp_base, y.ramp_base);
    result.ramp_step = wrapped(y_constant   ? x_step * static_cast<std::uint64_t>(*y_constant)
                               : x_constant ? y_step * static_cast<std::uint64_t>(*x_constant)
                                            : 0);
  }
}

}  // namespace rooftop::backend::llvm
