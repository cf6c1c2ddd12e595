// Arithmetic, bits, comparison and choice on real numbers, and the dispatch to the other files.
#include <llvm/IR/Intrinsics.h>

#include "rooftop/backend/llvm/operations.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

using ops::Op;
using Predicate = ll::CmpInst::Predicate;

ll::Value* compare(Builder& b, Op op, ll::Value* x, ll::Value* y, ir::DType dtype) {
  struct Row {
    Predicate ordered, signed_integer, unsigned_integer;
  };
  const Row row = [op]() -> Row {
    switch (op) {
      case Op::eq:
        return {Predicate::FCMP_OEQ, Predicate::ICMP_EQ, Predicate::ICMP_EQ};
      case Op::ne:
        return {Predicate::FCMP_UNE, Predicate::ICMP_NE, Predicate::ICMP_NE};
      case Op::lt:
        return {Predicate::FCMP_OLT, Predicate::ICMP_SLT, Predicate::ICMP_ULT};
      case Op::le:
        return {Predicate::FCMP_OLE, Predicate::ICMP_SLE, Predicate::ICMP_ULE};
      case Op::gt:
        return {Predicate::FCMP_OGT, Predicate::ICMP_SGT, Predicate::ICMP_UGT};
      case Op::ge:
        return {Predicate::FCMP_OGE, Predicate::ICMP_SGE, Predicate::ICMP_UGE};
      default:
        ROOFTOP_UNREACHABLE("not a comparison");
    }
  }();
  if (array::is_float(dtype)) return b.CreateFCmp(row.ordered, x, y);
  return b.CreateICmp(is_signed(dtype) ? row.signed_integer : row.unsigned_integer, x, y);
}

ll::Value* overflow_test(Builder& b, Op op, ll::Value* x, ll::Value* y, bool with_sign) {
  const auto id = [op, with_sign] {
    switch (op) {
      case Op::add_overflows:
        return with_sign ? ll::Intrinsic::sadd_with_overflow : ll::Intrinsic::uadd_with_overflow;
      case Op::sub_overflows:
        return with_sign ? ll::Intrinsic::ssub_with_overflow : ll::Intrinsic::usub_with_overflow;
      case Op::mul_overflows:
        return with_sign ? ll::Intrinsic::smul_with_overflow : ll::Intrinsic::umul_with_overflow;
      default:
        ROOFTOP_UNREACHABLE("not an overflow test");
    }
  }();
  return b.CreateExtractValue(b.CreateBinaryIntrinsic(id, x, y), 1);
}

ll::Value* float_operation(Builder& b, Op op, ArrayRef<Scalar> args) {
  ll::Value* x = args[0].real;
  switch (op) {
    case Op::add:
      return b.CreateFAdd(x, args[1].real);
    case Op::sub:
      return b.CreateFSub(x, args[1].real);
    case Op::mul:
      return b.CreateFMul(x, args[1].real);
    case Op::div:
      return b.CreateFDiv(x, args[1].real);
    case Op::neg:
      return b.CreateFNeg(x);
    case Op::abs:
      return b.CreateUnaryIntrinsic(ll::Intrinsic::fabs, x);
    case Op::fma:
      return b.CreateIntrinsic(ll::Intrinsic::fma, {x->getType()}, {x, args[1].real, args[2].real});
    case Op::sqrt:
      return b.CreateUnaryIntrinsic(ll::Intrinsic::sqrt, x);
    case Op::floor:
      return b.CreateUnaryIntrinsic(ll::Intrinsic::floor, x);
    case Op::ceil:
      return b.CreateUnaryIntrinsic(ll::Intrinsic::ceil, x);
    case Op::trunc:
      return b.CreateUnaryIntrinsic(ll::Intrinsic::trunc, x);
    case Op::rint:
      return b.CreateUnaryIntrinsic(ll::Intrinsic::rint, x);
    case Op::copysign:
      return b.CreateBinaryIntrinsic(ll::Intrinsic::copysign, x, args[1].real);
    default:
      ROOFTOP_UNREACHABLE("not an operation on floats");
  }
}

ll::Value* integer_operation(Builder& b, Op op, ArrayRef<Scalar> args, ir::DType dtype) {
  ll::Value* x = args[0].real;
  ll::Value* y = args.size() > 1 ? args[1].real : nullptr;
  const bool with_sign = is_signed(dtype);
  switch (op) {
    case Op::add:
      return b.CreateAdd(x, y);
    case Op::sub:
      return b.CreateSub(x, y);
    case Op::mul:
      return b.CreateMul(x, y);
    case Op::quo:
      return truncate_divide(b, x, y, with_sign);
    case Op::rem:
      return truncate_modulo(b, x, y, with_sign);
    case Op::floordiv:
      return floor_divide(b, x, y, with_sign);
    case Op::floormod:
      return floor_modulo(b, x, y, with_sign);
    case Op::mul_high:
      return multiply_high(b, x, y, with_sign);
    case Op::neg:
      return b.CreateNeg(x);
    case Op::abs:
      return with_sign ? b.CreateBinaryIntrinsic(ll::Intrinsic::abs, x, b.getFalse()) : x;
    case Op::bit_and:
      return b.CreateAnd(x, y);
    case Op::bit_or:
      return b.CreateOr(x, y);
    case Op::bit_xor:
      return b.CreateXor(x, y);
    case Op::bit_not:
      return b.CreateNot(x);
    case Op::likely:
      return x;
    case Op::shl:
      return b.CreateShl(x, y);
    case Op::shr:
      return with_sign ? b.CreateAShr(x, y) : b.CreateLShr(x, y);
    case Op::add_overflows:
    case Op::sub_overflows:
    case Op::mul_overflows:
      return overflow_test(b, op, x, y, with_sign);
    default:
      ROOFTOP_UNREACHABLE("not an operation on integers");
  }
}

}  // namespace

ll::Value* minimum(Builder& b, ll::Value* x, ll::Value* y, ir::DType dtype) {
  return b.CreateSelect(compare(b, Op::lt, y, x, dtype), y, x);
}

ll::Value* maximum(Builder& b, ll::Value* x, ll::Value* y, ir::DType dtype) {
  return b.CreateSelect(compare(b, Op::gt, y, x, dtype), y, x);
}

ll::Value* operate_real(Builder& b, const Operation& o) {
  const ir::DType dtype = o.operand.dtype();
  switch (o.op) {
    case Op::min:
      return minimum(b, o.args[0].real, o.args[1].real, dtype);
    case Op::max:
      return maximum(b, o.args[0].real, o.args[1].real, dtype);
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
      return compare(b, o.op, o.args[0].real, o.args[1].real, dtype);
    case Op::select:
    case Op::select_rare:
      return b.CreateSelect(o.args[0].real, o.args[1].real, o.args[2].real);
    default:
      break;
  }
  return array::is_float(dtype) ? float_operation(b, o.op, o.args) : integer_operation(b, o.op, o.args, dtype);
}

Scalar operate(Builder& b, const Operation& o) {
  switch (o.op) {
    case Op::cast:
      return convert(b, o);
    case Op::bitcast:
      return {b.CreateBitCast(o.args[0].real, register_type(b.getContext(), o.result))};
    case Op::complex:
      return {o.args[0].real, o.args[1].real};
    case Op::broadcast:
    case Op::ramp:
    case Op::zip_low:
    case Op::zip_high:
    case Op::even_blocks:
    case Op::odd_blocks:
    case Op::reduce_add:
    case Op::reduce_min:
    case Op::reduce_max:
    case Op::reduce_and:
    case Op::reduce_or:
    case Op::first_lane:
      return operate_lanes(b, o);
    default:
      break;
  }
  if (o.op == Op::dot2 || o.op == Op::dot4) return {dot_product(b, o)};
  if (array::is_complex(o.operand.dtype())) return operate_complex(b, o);
  Scalar result{operate_real(b, o)};
  track_ramp(b, o, result);
  return result;
}

}  // namespace rooftop::backend::llvm
