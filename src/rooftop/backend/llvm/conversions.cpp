// Conversion between element types.
#include "rooftop/backend/llvm/operations.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

ll::Value* to_bool(Builder& b, ll::Value* value, ir::DType from) {
  if (array::is_bool(from)) return value;
  ll::Constant* zero = ll::Constant::getNullValue(value->getType());
  return array::is_float(from) ? b.CreateFCmpUNE(value, zero) : b.CreateICmpNE(value, zero);
}

ll::Value* convert_real(Builder& b, ll::Value* value, ir::DType from, ir::DType to, ll::Type* type) {
  if (from == to) return value;
  if (array::is_bool(to)) return to_bool(b, value, from);
  if (array::is_float(from)) {
    if (array::is_float(to)) return b.CreateFPCast(value, type);
    // Out of range LLVM's instruction gives poison; frozen, it is some value, as the row promises.
    return b.CreateFreeze(is_signed(to) ? b.CreateFPToSI(value, type) : b.CreateFPToUI(value, type));
  }
  if (array::is_float(to)) return is_signed(from) ? b.CreateSIToFP(value, type) : b.CreateUIToFP(value, type);
  return b.CreateIntCast(value, type, is_signed(from));
}

/// A half and a wider float.
ll::Value* convert_half(Builder& b, ll::Value* value, ir::DType from, ir::DType to, const Features& features) {
  if (array::is_half(to)) return half_from_float(b, value, to, features);
  ll::Value* single = float_from_half(b, value, from, features);
  if (to == ir::DType::F32) return single;
  ROOFTOP_CHECK(to == ir::DType::F64) << array::name_of(from) << " to " << array::name_of(to);
  const auto* vector = ll::dyn_cast<ll::FixedVectorType>(value->getType());
  ll::Type* wide = b.getDoubleTy();
  return b.CreateFPExt(single, vector == nullptr ? wide : ll::FixedVectorType::get(wide, vector->getNumElements()));
}

}  // namespace

Scalar convert(Builder& b, const Operation& o) {
  const Scalar& value = o.args[0];
  const ir::Type &from = o.operand, &to = o.result;
  if (array::is_half(from.dtype()) || array::is_half(to.dtype())) {
    return {convert_half(b, value.real, from.dtype(), to.dtype(), o.features)};
  }
  ll::Type* type = register_type(b.getContext(), to);
  const ir::DType part = array::part_of(to.dtype());
  if (!array::is_complex(from.dtype())) {
    ll::Value* real = convert_real(b, value.real, from.dtype(), part, type);
    return {real, array::is_complex(to.dtype()) ? ll::Constant::getNullValue(type) : nullptr};
  }
  const ir::DType from_part = array::part_of(from.dtype());
  ll::Value* real = convert_real(b, value.real, from_part, part, type);
  ll::Value* imag = convert_real(b, value.imag, from_part, part, type);
  if (array::is_bool(to.dtype())) return {b.CreateOr(real, imag)};
  ROOFTOP_CHECK(array::is_complex(to.dtype()));
  return {real, imag};
}

}  // namespace rooftop::backend::llvm
