// The vocabulary of ops/meaning/concept.h over expressions. Terms are a class of their own, so that its free functions
// do not become visible for every Expr.
#include "rooftop/ir/meaning.h"

#include <bit>
#include <map>
#include <mutex>
#include <utility>

#include "rooftop/base/errors.h"
#include "rooftop/ops/meaning/all.h"

namespace rooftop::ir {
namespace expansion {

struct Term {
  Expr e;
};

Term term(Op op, std::vector<Expr> args) { return {operation(op, std::move(args))}; }

Type like_type(const Term& like) { return like.e.type(); }
Type int_type(const Type& type) { return type.with_dtype(type.dtype() == DType::F32 ? DType::I32 : DType::I64); }

Term operator+(const Term& a, const Term& b) { return term(Op::add, {a.e, b.e}); }
Term operator-(const Term& a, const Term& b) { return term(Op::sub, {a.e, b.e}); }
Term operator*(const Term& a, const Term& b) { return term(Op::mul, {a.e, b.e}); }
Term operator/(const Term& a, const Term& b) { return term(Op::div, {a.e, b.e}); }
Term operator-(const Term& a) { return term(Op::neg, {a.e}); }
Term operator&(const Term& a, const Term& b) { return term(Op::bit_and, {a.e, b.e}); }
Term operator|(const Term& a, const Term& b) { return term(Op::bit_or, {a.e, b.e}); }
Term operator^(const Term& a, const Term& b) { return term(Op::bit_xor, {a.e, b.e}); }
Term fma(const Term& a, const Term& b, const Term& c) { return term(Op::fma, {a.e, b.e, c.e}); }
Term sqrt(const Term& a) { return term(Op::sqrt, {a.e}); }
Term abs(const Term& a) { return term(Op::abs, {a.e}); }
Term copysign(const Term& a, const Term& b) { return term(Op::copysign, {a.e, b.e}); }
Term rint(const Term& a) { return term(Op::rint, {a.e}); }
Term trunc(const Term& a) { return term(Op::trunc, {a.e}); }
Term min(const Term& a, const Term& b) { return term(Op::min, {a.e, b.e}); }
Term max(const Term& a, const Term& b) { return term(Op::max, {a.e, b.e}); }
Term to_bits(const Term& a) { return {bitcast(a.e, int_type(a.e.type()).dtype())}; }
Term from_bits(const Term& i) { return {bitcast(i.e, i.e.dtype() == DType::I32 ? DType::F32 : DType::F64)}; }
Term constant(const Term& like, double value) { return {float_constant(value, like_type(like))}; }
Term int_constant(const Term& like, std::int64_t value) { return {ir::int_constant(value, int_type(like_type(like)))}; }

Term shift(Op op, const Term& i, int count) { return term(op, {i.e, ir::int_constant(count, i.e.type())}); }
Term shift_left(const Term& i, int count) { return shift(Op::shl, i, count); }
Term shift_right(const Term& i, int count) { return shift(Op::shr, i, count); }
Term shift_right_logical(const Term& i, int count) {
  const DType unsigned_type = i.e.dtype() == DType::I32 ? DType::U32 : DType::U64;
  return {cast(shift(Op::shr, {cast(i.e, unsigned_type)}, count).e, i.e.dtype())};
}

Term less(const Term& a, const Term& b) { return term(Op::lt, {a.e, b.e}); }
Term less_equal(const Term& a, const Term& b) { return term(Op::le, {a.e, b.e}); }
Term equal(const Term& a, const Term& b) { return term(Op::eq, {a.e, b.e}); }
Term mask_and(const Term& a, const Term& b) { return a & b; }
Term mask_or(const Term& a, const Term& b) { return a | b; }
Term mask_not(const Term& a) { return term(Op::bit_not, {a.e}); }
Term select(const Term& mask, const Term& a, const Term& b) { return term(Op::select, {mask.e, a.e, b.e}); }

template <class Rare>
Term select_rare(const Term& mask, Rare&& rare, const Term& common) {
  return term(Op::select_rare, {mask.e, std::forward<Rare>(rare)().e, common.e});
}

/// One ir table per native table and float type, so that equal lookups share theirs.
std::shared_ptr<const Table> ir_table(const ops::meaning::Table& table, DType dtype) {
  static std::mutex mutex;
  static std::map<std::pair<const double*, DType>, std::shared_ptr<const Table>> tables;
  const std::lock_guard lock(mutex);
  std::shared_ptr<const Table>& known = tables[{table.values, dtype}];
  if (!known) {
    Table fresh{.name = table.name, .dtype = dtype, .values = {}};
    for (std::size_t i = 0; i < table.size; ++i) {
      const double value = table.values[i];
      fresh.values.push_back(dtype == DType::F32 ? std::bit_cast<std::uint32_t>(static_cast<float>(value))
                                                 : std::bit_cast<std::uint64_t>(value));
    }
    known = std::make_shared<const Table>(std::move(fresh));
  }
  return known;
}

Term table_lookup(const Term& index, const ops::meaning::Table& table, const Term& like) {
  return {lookup(ir_table(table, like.e.dtype()), index.e)};
}

}  // namespace expansion
}  // namespace rooftop::ir

template <>
struct rooftop::ops::meaning::MeaningTraits<rooftop::ir::expansion::Term> {
  using Int = rooftop::ir::expansion::Term;
  using Mask = rooftop::ir::expansion::Term;
};

namespace rooftop::ir {

Expr lookup(const ops::meaning::Table& table, const Expr& index) {
  return lookup(expansion::ir_table(table, DType::F64), index);
}

bool expands(Op op) { return ops::meaning::has_meaning(op); }

Expr expand(Op op, std::span<const Expr> args) {
  std::vector<expansion::Term> terms;
  for (const Expr& a : args) terms.push_back({a});
  const std::span<const expansion::Term> span(terms);
  ROOFTOP_CHECK(!args.empty() && array::is_float(args[0].dtype())) << ops::info(op).name;
  const auto result = args[0].dtype() == DType::F32 ? ops::meaning::apply_meaning<ops::meaning::Float32>(op, span)
                                                    : ops::meaning::apply_meaning<ops::meaning::Float64>(op, span);
  ROOFTOP_CHECK(result.has_value()) << ops::info(op).name << " has no meaning in ops/meaning";
  return result->e;
}

}  // namespace rooftop::ir
