// Complex arithmetic on pairs of parts, with CPython's formulas.
#include <llvm/IR/Intrinsics.h>

#include "rooftop/backend/llvm/operations.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

using ops::Op;

Scalar multiply(Builder& b, const Scalar& x, const Scalar& y) {
  return {b.CreateFSub(b.CreateFMul(x.real, y.real), b.CreateFMul(x.imag, y.imag)),
          b.CreateFAdd(b.CreateFMul(x.real, y.imag), b.CreateFMul(x.imag, y.real))};
}

/// The products of parts are added to the sum's one by one.
Scalar multiply_add(Builder& b, const Scalar& x, const Scalar& y, const Scalar& sum) {
  const auto fused = [&](ll::Value* p, ll::Value* q, ll::Value* rest) {
    return b.CreateIntrinsic(ll::Intrinsic::fma, {p->getType()}, {p, q, rest});
  };
  return {fused(b.CreateFNeg(x.imag), y.imag, fused(x.real, y.real, sum.real)),
          fused(x.imag, y.real, fused(x.real, y.imag, sum.imag))};
}

/// Smith's method: divides both by the larger part of the divisor, so that squares do not overflow. With
/// s = smaller / larger part of y:  |re y| >= |im y|: (x.re + x.im s, x.im - x.re s) / (y.re + y.im s)
///                                  otherwise:        (x.re s + x.im, x.im s - x.re) / (y.re s + y.im)
Scalar divide(Builder& b, const Scalar& x, const Scalar& y) {
  ll::Value* real_larger = b.CreateFCmpOGE(b.CreateUnaryIntrinsic(ll::Intrinsic::fabs, y.real),
                                           b.CreateUnaryIntrinsic(ll::Intrinsic::fabs, y.imag));
  ll::Value* larger = b.CreateSelect(real_larger, y.real, y.imag);
  ll::Value* smaller = b.CreateSelect(real_larger, y.imag, y.real);
  ll::Value* ratio = b.CreateFDiv(smaller, larger);
  ll::Value* divisor = b.CreateFAdd(larger, b.CreateFMul(smaller, ratio));
  ll::Value* main = b.CreateSelect(real_larger, x.real, x.imag);
  ll::Value* other = b.CreateSelect(real_larger, x.imag, x.real);
  ll::Value* real = b.CreateFAdd(main, b.CreateFMul(other, ratio));
  ll::Value* scaled_main = b.CreateFMul(main, ratio);
  ll::Value* imag = b.CreateSelect(real_larger, b.CreateFSub(other, scaled_main), b.CreateFSub(scaled_main, other));
  return {b.CreateFDiv(real, divisor), b.CreateFDiv(imag, divisor)};
}

}  // namespace

Scalar operate_complex(Builder& b, const Operation& o) {
  const Scalar& x = o.args[0];
  const Scalar& y = o.args.size() > 1 ? o.args[1] : x;
  switch (o.op) {
    case Op::add:
      return {b.CreateFAdd(x.real, y.real), b.CreateFAdd(x.imag, y.imag)};
    case Op::sub:
      return {b.CreateFSub(x.real, y.real), b.CreateFSub(x.imag, y.imag)};
    case Op::mul:
      return multiply(b, x, y);
    case Op::fma:
      return multiply_add(b, x, y, o.args[2]);
    case Op::div:
      return divide(b, x, y);
    case Op::neg:
      return {b.CreateFNeg(x.real), b.CreateFNeg(x.imag)};
    case Op::conj:
      return {x.real, b.CreateFNeg(x.imag)};
    case Op::real:
      return {x.real};
    case Op::imag:
      return {x.imag};
    case Op::eq:
      return {b.CreateAnd(b.CreateFCmpOEQ(x.real, y.real), b.CreateFCmpOEQ(x.imag, y.imag))};
    case Op::ne:
      return {b.CreateOr(b.CreateFCmpUNE(x.real, y.real), b.CreateFCmpUNE(x.imag, y.imag))};
    case Op::select:
    case Op::select_rare:
      return {b.CreateSelect(x.real, y.real, o.args[2].real), b.CreateSelect(x.real, y.imag, o.args[2].imag)};
    default:
      ROOFTOP_UNREACHABLE("not an operation on complex numbers");
  }
}

}  // namespace rooftop::backend::llvm
