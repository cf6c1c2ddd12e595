// Look-ups in tables that lie in a few registers, by instructions that permute lanes: no memory is read.
#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/IR/PatternMatch.h>

#include "rooftop/backend/llvm/operations.h"
#include "rooftop/backend/llvm/vector_parts.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

constexpr unsigned kEntries = 16;

ll::Constant* register_of(ll::Type* element, const ir::Table& table, unsigned first, unsigned count) {
  const unsigned bits = element->getPrimitiveSizeInBits().getFixedValue();
  SmallVector<ll::Constant*, kEntries> values;
  for (unsigned i = first; i < first + count; ++i) {
    const ll::APInt value = ll::APInt(64, table.values[i]).trunc(bits);
    values.push_back(ll::ConstantFP::get(element, ll::APFloat(element->getFltSemantics(), value)));
  }
  return ll::ConstantVector::get(values);
}

/// `index` without an `and` that leaves its lowest bits: permutations of 512 bits look at no others.
ll::Value* unmasked(ll::Value* index) {
  ll::Value* whole = nullptr;
  const bool is_masked = match(
      index, ll::PatternMatch::m_And(ll::PatternMatch::m_Value(whole), ll::PatternMatch::m_SpecificInt(kEntries - 1)));
  return is_masked ? whole : index;
}

/// The lanes of one register's worth of indices; null when there is no instruction for it.
ll::Value* permuted(Builder& b, const ir::Table& table, ll::Type* element, ll::Value* index, const Features& features) {
  const unsigned lanes = ll::cast<ll::FixedVectorType>(index->getType())->getNumElements();
  if (element->isDoubleTy() && lanes == 8 && features.avx512bw) {
    return b.CreateIntrinsic(ll::Intrinsic::x86_avx512_vpermi2var_pd_512, {},
                             {register_of(element, table, 0, 8), index, register_of(element, table, 8, 8)});
  }
  if (element->isFloatTy() && lanes == 16 && features.avx512bw) {
    return b.CreateIntrinsic(ll::Intrinsic::x86_avx512_permvar_sf_512, {},
                             {register_of(element, table, 0, kEntries), index});
  }
  if (element->isFloatTy() && lanes == 8 && features.avx2) {
    const auto half = [&](unsigned first) {
      return b.CreateIntrinsic(ll::Intrinsic::x86_avx2_permps, {}, {register_of(element, table, first, 8), index});
    };
    ll::Value* is_high = b.CreateICmpUGE(index, ll::ConstantInt::get(index->getType(), 8));
    return b.CreateSelect(is_high, half(8), half(0));
  }
  return nullptr;
}

}  // namespace

ll::Value* permuted_lookup(Builder& b, const ir::Table& table, ll::Value* index, bool is_signed,
                           const Features& features) {
  const auto* vector = ll::dyn_cast<ll::FixedVectorType>(index->getType());
  const bool is_float = table.dtype == ir::DType::F64 || table.dtype == ir::DType::F32;
  if (vector == nullptr || !is_float || table.values.size() != kEntries) return nullptr;
  ll::Type* element = table.dtype == ir::DType::F64 ? b.getDoubleTy() : b.getFloatTy();
  const unsigned lanes = vector->getNumElements();
  const auto size = static_cast<unsigned>(array::size_of(table.dtype));
  index = b.CreateIntCast(index, ll::FixedVectorType::get(b.getIntNTy(8 * size), lanes), is_signed);
  if (features.avx512bw && lanes * size >= 64) index = unmasked(index);
  for (const unsigned width : {64 / size, 32 / size}) {
    if (lanes % width != 0 || (lanes / width & (lanes / width - 1)) != 0) continue;
    SmallVector<ll::Value*, 4> parts;
    for (unsigned first = 0; first < lanes; first += width) {
      ll::Value* part = lanes == width ? index : part_of(b, index, first, width);
      ll::Value* found = permuted(b, table, element, part, features);
      if (found == nullptr) break;
      parts.push_back(found);
    }
    if (!parts.empty()) return joined(b, parts, width);
  }
  return nullptr;
}

}  // namespace rooftop::backend::llvm
