// Conversions of the two-byte floats, which live in registers as their bits. LLVM would call library functions where
// the processor has no instruction, so those are written out; bfloat16 always is, because the processor's own
// conversion takes subnormal numbers for zero.
#include <llvm/IR/Intrinsics.h>

#include "rooftop/backend/llvm/operations.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

ll::Type* with_element(ll::Type* type, ll::Type* element) {
  const auto* vector = ll::dyn_cast<ll::FixedVectorType>(type);
  return vector == nullptr ? element : ll::FixedVectorType::get(element, vector->getNumElements());
}

/// The writing of bit patterns: constants and shapes of one number of lanes.
class Bits {
 public:
  Bits(Builder& b, ll::Type* like)
      : b_(b),
        word_(with_element(like, b.getInt32Ty())),
        single_(with_element(like, b.getFloatTy())),
        half_(with_element(like, b.getInt16Ty())) {}

  ll::Type* word() const { return word_; }
  ll::Type* single() const { return single_; }
  ll::Type* half() const { return half_; }
  ll::Value* number(std::uint32_t value) const { return ll::ConstantInt::get(word_, value); }
  ll::Value* mask(ll::Value* x, std::uint32_t bits) const { return b_.CreateAnd(x, number(bits)); }
  ll::Value* left(ll::Value* x, std::uint32_t by) const { return b_.CreateShl(x, number(by)); }
  ll::Value* right(ll::Value* x, std::uint32_t by) const { return b_.CreateLShr(x, number(by)); }
  ll::Value* as_float(ll::Value* x) const { return b_.CreateBitCast(x, single_); }
  ll::Value* as_bits(ll::Value* x) const { return b_.CreateBitCast(x, word_); }

 private:
  Builder& b_;
  ll::Type *word_, *single_, *half_;
};

ll::Value* float_from_float16(Builder& b, const Bits& t, ll::Value* word) {
  ll::Value* size = t.left(t.mask(word, 0x7FFF), 13);
  // As a float32's the exponent is 112 too small, for subnormal numbers too.
  ll::Value* finite = t.as_bits(b.CreateFMul(t.as_float(size), ll::ConstantFP::get(t.single(), 0x1p112)));
  ll::Value* special = b.CreateOr(size, t.number(0x7F800000));
  ll::Value* is_finite = b.CreateICmpULT(size, t.number(0x7C00U << 13));
  return t.as_float(b.CreateOr(b.CreateSelect(is_finite, finite, special), t.left(t.mask(word, 0x8000), 16)));
}

ll::Value* float16_from_float(Builder& b, const Bits& t, ll::Value* value) {
  ll::Value* bits = t.as_bits(value);
  ll::Value* size = t.mask(bits, 0x7FFFFFFF);
  // Half of the last place, less one where the last place is even; then the exponent's bias.
  ll::Value* up = b.CreateAdd(t.mask(t.right(size, 13), 1), t.number(0xFFFU - (112U << 23)));
  ll::Value* normal = t.right(b.CreateAdd(size, up), 13);
  // The last place of one half is that of a subnormal float16: the addition rounds.
  ll::Value* sum = b.CreateFAdd(t.as_float(size), ll::ConstantFP::get(t.single(), 0.5));
  ll::Value* subnormal = b.CreateSub(t.as_bits(sum), t.number(0x3F000000));
  ll::Value* finite = b.CreateSelect(b.CreateICmpULT(size, t.number(0x38800000)), subnormal, normal);
  finite = b.CreateBinaryIntrinsic(ll::Intrinsic::umin, finite, t.number(0x7C00));
  ll::Value* nan = b.CreateOr(t.mask(t.right(size, 13), 0x3FF), t.number(0x7E00));
  ll::Value* result = b.CreateSelect(b.CreateICmpUGT(size, t.number(0x7F800000)), nan, finite);
  return b.CreateTrunc(b.CreateOr(result, t.mask(t.right(bits, 16), 0x8000)), t.half());
}

ll::Value* bfloat16_from_float(Builder& b, const Bits& t, ll::Value* value) {
  ll::Value* bits = t.as_bits(value);
  ll::Value* up = b.CreateAdd(t.mask(t.right(bits, 16), 1), t.number(0x7FFF));
  ll::Value* finite = b.CreateAdd(bits, up);
  ll::Value* nan = b.CreateOr(bits, t.number(0x400000));
  ll::Value* is_nan = b.CreateFCmpUNO(value, value);
  return b.CreateTrunc(t.right(b.CreateSelect(is_nan, nan, finite), 16), t.half());
}

/// The nearest float32 whose last bit says that something was left out: rounding it again, to far fewer bits, gives
/// what rounding the float64 at once would.
ll::Value* float_for_rounding(Builder& b, const Bits& t, ll::Value* value) {
  ll::Value* nearest = b.CreateFPTrunc(value, t.single());
  ll::Value* back = b.CreateFPExt(nearest, value->getType());
  const auto size = [&](ll::Value* x) { return b.CreateUnaryIntrinsic(ll::Intrinsic::fabs, x); };
  ll::Value* beyond = b.CreateZExt(b.CreateFCmpOGT(size(back), size(value)), t.word());
  ll::Value* inexact = b.CreateZExt(b.CreateFCmpUNE(back, value), t.word());
  return t.as_float(b.CreateOr(b.CreateSub(t.as_bits(nearest), beyond), inexact));
}

/// Between a conversion and what is computed with it: else LLVM would take an operation on converted numbers for one
/// of float16, which the processor has none of.
ll::Value* fenced(Builder& b, ll::Value* value) {
  return b.CreateUnaryIntrinsic(ll::Intrinsic::arithmetic_fence, value);
}

}  // namespace

ll::Value* float_from_half(Builder& b, ll::Value* bits, ir::DType half, const Features& features) {
  const ll::IRBuilderBase::FastMathFlagGuard guard(b);
  b.clearFastMathFlags();
  const Bits t(b, bits->getType());
  if (half == ir::DType::F16 && features.f16c) {
    ll::Value* number = b.CreateBitCast(bits, with_element(bits->getType(), b.getHalfTy()));
    return fenced(b, b.CreateFPExt(number, t.single()));
  }
  ll::Value* word = b.CreateZExt(bits, t.word());
  return half == ir::DType::F16 ? float_from_float16(b, t, word) : t.as_float(t.left(word, 16));
}

ll::Value* half_from_float(Builder& b, ll::Value* value, ir::DType half, const Features& features) {
  const ll::IRBuilderBase::FastMathFlagGuard guard(b);
  b.clearFastMathFlags();
  const Bits t(b, value->getType());
  if (value->getType()->getScalarType()->isDoubleTy()) value = float_for_rounding(b, t, value);
  if (half == ir::DType::BF16) return bfloat16_from_float(b, t, value);
  if (!features.f16c) return float16_from_float(b, t, value);
  return b.CreateBitCast(b.CreateFPTrunc(fenced(b, value), with_element(t.half(), b.getHalfTy())), t.half());
}

}  // namespace rooftop::backend::llvm
