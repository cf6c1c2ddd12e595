// Integer division without traps: x86 faults on MIN / -1 and on a zero divisor, which a lane that is switched off may
// have. Constant divisors become multiplications, powers of two shifts.
#include <llvm/IR/Constants.h>
#include <llvm/IR/PatternMatch.h>

#include "rooftop/backend/llvm/operations.h"

namespace rooftop::backend::llvm {
namespace {

/// The value of a constant divisor, of a splat for vectors; null when it is not constant.
const ll::APInt* constant_of(ll::Value* y) {
  const ll::APInt* value = nullptr;
  return ll::PatternMatch::match(y, ll::PatternMatch::m_APInt(value)) ? value : nullptr;
}

bool is_vector(ll::Value* x) { return x->getType()->isVectorTy(); }

/// The divisor with what would trap replaced by 1: MIN / 1 is what MIN // -1 wraps to, and MIN % 1 is its remainder.
ll::Value* safe_divisor(Builder& b, ll::Value* x, ll::Value* y, bool with_sign) {
  const ll::APInt* constant = constant_of(y);
  const unsigned bits = x->getType()->getScalarSizeInBits();
  ll::Value* traps = nullptr;
  if (with_sign && (constant == nullptr || constant->isAllOnes())) {
    ll::Constant* lowest = ll::ConstantInt::get(x->getType(), ll::APInt::getSignedMinValue(bits));
    traps = b.CreateAnd(b.CreateICmpEQ(y, ll::Constant::getAllOnesValue(y->getType())), b.CreateICmpEQ(x, lowest));
  }
  if (is_vector(x) && (constant == nullptr || constant->isZero())) {
    ll::Value* zero = b.CreateICmpEQ(y, ll::Constant::getNullValue(y->getType()));
    traps = traps == nullptr ? zero : b.CreateOr(traps, zero);
  }
  return traps == nullptr ? y : b.CreateSelect(traps, ll::ConstantInt::get(y->getType(), 1), y);
}

/// x86 divides no integer vectors. Up to 32 bits the quotient of the floats, truncated, is exact: it lies at least
/// 1 / |y| away from the next integer, which is more than half a unit in the last place of a float of twice the bits.
ll::Value* divide_as_floats(Builder& b, ll::Value* x, ll::Value* y, bool with_sign) {
  const ll::IRBuilderBase::FastMathFlagGuard guard(b);
  b.clearFastMathFlags();
  ll::Type* element = x->getType()->getScalarSizeInBits() <= 16 ? b.getFloatTy() : b.getDoubleTy();
  ll::Type* floats = ll::VectorType::get(element, ll::cast<ll::VectorType>(x->getType())->getElementCount());
  ll::Value* quotient = with_sign ? b.CreateFDiv(b.CreateSIToFP(x, floats), b.CreateSIToFP(y, floats))
                                  : b.CreateFDiv(b.CreateUIToFP(x, floats), b.CreateUIToFP(y, floats));
  return with_sign ? b.CreateFPToSI(quotient, x->getType()) : b.CreateFPToUI(quotient, x->getType());
}

/// Truncated quotient by a divisor that does not trap.
ll::Value* quotient_of(Builder& b, ll::Value* x, ll::Value* y, bool with_sign) {
  if (is_vector(x) && constant_of(y) == nullptr && x->getType()->getScalarSizeInBits() <= 32) {
    return divide_as_floats(b, x, y, with_sign);
  }
  return with_sign ? b.CreateSDiv(x, y) : b.CreateUDiv(x, y);
}

ll::Value* remainder_of(Builder& b, ll::Value* x, ll::Value* y, ll::Value* quotient, bool with_sign) {
  // A scalar division instruction yields both; the code generator joins the pair.
  if (!is_vector(x) && constant_of(y) == nullptr) return with_sign ? b.CreateSRem(x, y) : b.CreateURem(x, y);
  return b.CreateSub(x, b.CreateMul(quotient, y));
}

/// Whether rounding down differs from truncation: a remainder whose sign is not the divisor's.
ll::Value* needs_rounding(Builder& b, ll::Value* remainder, ll::Value* y) {
  ll::Constant* zero = ll::Constant::getNullValue(y->getType());
  return b.CreateAnd(b.CreateICmpNE(remainder, zero), b.CreateICmpSLT(b.CreateXor(remainder, y), zero));
}

/// x // c for a constant c > 0: the unsigned quotient of x or ~x, complemented back.
ll::Value* floor_by_positive(Builder& b, ll::Value* x, ll::Value* c, const ll::APInt& value) {
  if (value.isPowerOf2()) return b.CreateAShr(x, value.logBase2());
  ll::Value* sign = b.CreateAShr(x, value.getBitWidth() - 1);
  return b.CreateXor(b.CreateUDiv(b.CreateXor(x, sign), c), sign);
}

/// High half of the unsigned product of i64 vectors from four 32-bit products: x86 has no wider ones.
ll::Value* multiply_high_u64(Builder& b, ll::Value* x, ll::Value* y) {
  ll::Value* low = ll::ConstantInt::get(x->getType(), 0xffffffffU);
  ll::Value* x0 = b.CreateAnd(x, low);
  ll::Value* y0 = b.CreateAnd(y, low);
  ll::Value* x1 = b.CreateLShr(x, 32);
  ll::Value* y1 = b.CreateLShr(y, 32);
  ll::Value* middle = b.CreateAdd(b.CreateMul(x1, y0), b.CreateLShr(b.CreateMul(x0, y0), 32));
  ll::Value* carry = b.CreateAdd(b.CreateMul(x0, y1), b.CreateAnd(middle, low));
  return b.CreateAdd(b.CreateAdd(b.CreateMul(x1, y1), b.CreateLShr(middle, 32)), b.CreateLShr(carry, 32));
}

}  // namespace

ll::Value* truncate_divide(Builder& b, ll::Value* x, ll::Value* y, bool with_sign) {
  return quotient_of(b, x, is_vector(x) ? safe_divisor(b, x, y, with_sign) : y, with_sign);
}

ll::Value* truncate_modulo(Builder& b, ll::Value* x, ll::Value* y, bool with_sign) {
  if (!is_vector(x)) return with_sign ? b.CreateSRem(x, y) : b.CreateURem(x, y);
  ll::Value* divisor = safe_divisor(b, x, y, with_sign);
  return remainder_of(b, x, divisor, quotient_of(b, x, divisor, with_sign), with_sign);
}

ll::Value* floor_divide(Builder& b, ll::Value* x, ll::Value* y, bool with_sign) {
  if (const ll::APInt* c = constant_of(y); c != nullptr && with_sign && c->isStrictlyPositive()) {
    return floor_by_positive(b, x, y, *c);
  }
  ll::Value* divisor = safe_divisor(b, x, y, with_sign);
  ll::Value* quotient = quotient_of(b, x, divisor, with_sign);
  if (!with_sign) return quotient;
  ll::Value* remainder = remainder_of(b, x, divisor, quotient, with_sign);
  return b.CreateAdd(quotient, b.CreateSExt(needs_rounding(b, remainder, divisor), x->getType()));
}

ll::Value* floor_modulo(Builder& b, ll::Value* x, ll::Value* y, bool with_sign) {
  if (const ll::APInt* c = constant_of(y); c != nullptr && with_sign && c->isStrictlyPositive()) {
    if (c->isPowerOf2()) return b.CreateAnd(x, ll::ConstantInt::get(x->getType(), *c - 1));
    return b.CreateSub(x, b.CreateMul(floor_by_positive(b, x, y, *c), y));
  }
  ll::Value* divisor = safe_divisor(b, x, y, with_sign);
  const bool scalar = !is_vector(x);
  ll::Value* quotient = scalar ? nullptr : quotient_of(b, x, divisor, with_sign);
  ll::Value* remainder =
      scalar ? truncate_modulo(b, x, divisor, with_sign) : remainder_of(b, x, divisor, quotient, with_sign);
  if (!with_sign) return remainder;
  ll::Value* correction =
      b.CreateSelect(needs_rounding(b, remainder, divisor), divisor, ll::Constant::getNullValue(y->getType()));
  return b.CreateAdd(remainder, correction);
}

ll::Value* multiply_high(Builder& b, ll::Value* x, ll::Value* y, bool with_sign) {
  ll::Type* type = x->getType();
  const unsigned bits = type->getScalarSizeInBits();
  if (is_vector(x) && bits == 64) {
    ll::Value* high = multiply_high_u64(b, x, y);
    if (!with_sign) return high;
    high = b.CreateSub(high, b.CreateAnd(b.CreateAShr(x, 63), y));
    return b.CreateSub(high, b.CreateAnd(b.CreateAShr(y, 63), x));
  }
  ll::Type* wide = type->getWithNewBitWidth(2 * bits);
  ll::Value* product = with_sign ? b.CreateMul(b.CreateSExt(x, wide), b.CreateSExt(y, wide))
                                 : b.CreateMul(b.CreateZExt(x, wide), b.CreateZExt(y, wide));
  return b.CreateTrunc(b.CreateLShr(product, bits), type);
}

}  // namespace rooftop::backend::llvm
