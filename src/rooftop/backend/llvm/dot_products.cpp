// dot2 and dot4: sums of products of an integer's parts, by the instructions that machine learning brought where the
// processor has them.
#include <llvm/IR/IntrinsicsX86.h>

#include "rooftop/backend/llvm/operations.h"
#include "rooftop/backend/llvm/vector_parts.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

using ops::Op;

struct Factors {
  ll::Value *a, *b, *sum;
};

/// Part by part: what the rows mean, for any width and number of lanes.
ll::Value* by_parts(Builder& b, Op op, const Factors& f) {
  ll::Type* type = f.a->getType();
  const unsigned bits = type->getScalarSizeInBits();
  const unsigned count = op == Op::dot2 ? 2 : 4;
  const unsigned width = bits / count;
  const auto by = [&](unsigned n) { return ll::ConstantInt::get(type, n); };
  ll::Value* sum = f.sum;
  for (unsigned part = 0; part < count; ++part) {
    const auto top = [&](ll::Value* x) { return b.CreateShl(x, by(bits - width * (part + 1))); };
    ll::Value* x = op == Op::dot2 ? b.CreateAShr(top(f.a), by(bits - width)) : b.CreateLShr(top(f.a), by(bits - width));
    sum = b.CreateAdd(sum, b.CreateMul(x, b.CreateAShr(top(f.b), by(bits - width))));
  }
  return sum;
}

/// The instruction for `lanes` 32-bit sums, or nothing.
ll::Intrinsic::ID fused(Op op, unsigned lanes, const Features& features) {
  const bool pairs = op == Op::dot2;
  if (lanes == 16 && features.avx512_vnni) {
    return pairs ? ll::Intrinsic::x86_avx512_vpdpwssd_512 : ll::Intrinsic::x86_avx512_vpdpbusd_512;
  }
  if (lanes == 8 && features.vnni_256) {
    return pairs ? ll::Intrinsic::x86_avx512_vpdpwssd_256 : ll::Intrinsic::x86_avx512_vpdpbusd_256;
  }
  if (lanes == 4 && features.vnni_256) {
    return pairs ? ll::Intrinsic::x86_avx512_vpdpwssd_128 : ll::Intrinsic::x86_avx512_vpdpbusd_128;
  }
  return ll::Intrinsic::not_intrinsic;
}

/// Products of pairs and their sum, which every x86-64 has.
ll::Intrinsic::ID product_of_pairs(unsigned lanes, const Features& features) {
  if (lanes == 16 && features.avx512bw) return ll::Intrinsic::x86_avx512_pmaddw_d_512;
  if (lanes == 8 && features.avx2) return ll::Intrinsic::x86_avx2_pmadd_wd;
  if (lanes == 4) return ll::Intrinsic::x86_sse2_pmadd_wd;
  return ll::Intrinsic::not_intrinsic;
}

/// One register's worth, or null when no instruction takes as much.
ll::Value* by_instruction(Builder& b, Op op, const Factors& f, unsigned lanes, const Features& features) {
  if (const auto id = fused(op, lanes, features); id != ll::Intrinsic::not_intrinsic) {
    return b.CreateIntrinsic(id, {}, {f.sum, f.a, f.b});
  }
  if (op != Op::dot2) return nullptr;
  const auto id = product_of_pairs(lanes, features);
  if (id == ll::Intrinsic::not_intrinsic) return nullptr;
  ll::Type* pairs = ll::FixedVectorType::get(b.getInt16Ty(), lanes * 2);
  ll::Value* product = b.CreateIntrinsic(id, {}, {b.CreateBitCast(f.a, pairs), b.CreateBitCast(f.b, pairs)});
  return b.CreateAdd(f.sum, product);
}

}  // namespace

ll::Value* dot_product(Builder& b, const Operation& o) {
  const Factors f{o.args[0].real, o.args[1].real, o.args[2].real};
  const auto* vector = ll::dyn_cast<ll::FixedVectorType>(f.a->getType());
  if (vector == nullptr || array::size_of(o.result.dtype()) != 4) return by_parts(b, o.op, f);
  const unsigned lanes = vector->getNumElements();
  for (const unsigned width : {16U, 8U, 4U}) {
    if (lanes % width != 0 || (lanes / width & (lanes / width - 1)) != 0) continue;
    SmallVector<ll::Value*, 4> parts;
    for (unsigned first = 0; first < lanes; first += width) {
      const auto part = [&](ll::Value* x) { return lanes == width ? x : part_of(b, x, first, width); };
      ll::Value* sum = by_instruction(b, o.op, {part(f.a), part(f.b), part(f.sum)}, width, o.features);
      if (sum == nullptr) break;
      parts.push_back(sum);
    }
    if (!parts.empty()) return joined(b, parts, width);
  }
  return by_parts(b, o.op, f);
}

}  // namespace rooftop::backend::llvm
