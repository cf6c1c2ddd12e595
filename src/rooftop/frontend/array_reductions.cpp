// Loops that fold elements into one variable, two for the extremes of floats.
#include "rooftop/frontend/array_reductions.h"

#include <array>
#include <limits>
#include <utility>

#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

using Indices = std::vector<Expr>;

constexpr std::array<std::pair<std::string_view, ArrayReduction>, 7> kNames = {{
    {"sum", ArrayReduction::Sum},
    {"prod", ArrayReduction::Prod},
    {"mean", ArrayReduction::Mean},
    {"min", ArrayReduction::Min},
    {"max", ArrayReduction::Max},
    {"any", ArrayReduction::Any},
    {"all", ArrayReduction::All},
}};

bool is_extreme(ArrayReduction how) { return how == ArrayReduction::Min || how == ArrayReduction::Max; }
bool is_logical(ArrayReduction how) { return how == ArrayReduction::Any || how == ArrayReduction::All; }

/// What is folded into, and what comes out.
struct Types {
  PyType folded, result;
};

Types types_of(ArrayReduction how, DType element) {
  const auto both = [](DType d) { return Types{PyType::numpy(d), PyType::numpy(d)}; };
  if (is_logical(how)) return {PyType::numpy(DType::I64), PyType::numpy(DType::Bool)};
  if (is_extreme(how)) return both(element);
  const bool whole = array::is_integer(element) || array::is_bool(element);
  if (whole && how == ArrayReduction::Mean) return both(DType::F64);
  if (whole) return both(array::is_integer(element) && !array::is_signed(element) ? DType::U64 : DType::I64);
  return {PyType::numpy(array::is_half(element) ? DType::F32 : element), PyType::numpy(element)};
}

/// One fold over elements: declares what it folds into, takes up one element after the other, gives the result.
class Folding {
 public:
  Folding(Emitter& e, ArrayReduction how, DType element) : how_(how), types_(types_of(how, element)) {
    const DType d = types_.folded.storage().dtype();
    folded_ = ir::make_var("result", types_.folded.storage(), !is_extreme(how) && !is_logical(how));
    e.emit(ir::declare(folded_, dtype_constant(d, how == ArrayReduction::Prod ? 1 : 0), e.location()));
    if (!is_extreme(how) || !array::is_float(d)) return;
    nans_ = ir::make_var("nans", ir::kI64);
    e.emit(ir::declare(nans_, ir::int_constant(0), e.location()));
  }

  /// What the extreme of some elements starts from.
  void start_with(Emitter& e, const Value& first) { e.emit(ir::assign(folded_, first.expr, e.location())); }

  void take_up(Emitter& e, const Value& element) {
    const Value before = number_value(types_.folded, ir::variable(folded_));
    Expr next;
    if (is_logical(how_)) {
      // How many decide: numbers are added up in lanes.
      const Expr one = ir::int_constant(1), zero = ir::int_constant(0), x = truth(e, element);
      next = before.expr + (how_ == ArrayReduction::Any ? select(x, one, zero) : select(x, zero, one));
    } else if (is_extreme(how_)) {
      const Expr x = e.let("x", element.expr), now = computable(before.expr), number = computable(x);
      // The fold leaves NaNs out; they are counted.
      next = cast_number(ir::operation(how_ == ArrayReduction::Min ? Op::min : Op::max, {now, number}), x.dtype());
      if (nans_) {
        const Expr is_nan = ir::operation(Op::ne, {number, number});
        const Expr one = select(is_nan, ir::int_constant(1), ir::int_constant(0));
        e.emit(ir::assign(nans_, ir::variable(nans_) + one, e.location()));
      }
    } else {
      const BinaryOperator op = how_ == ArrayReduction::Prod ? BinaryOperator::Mult : BinaryOperator::Add;
      next = binary(e, op, before, convert_operand(e, element, types_.folded)).expr;
    }
    e.emit(ir::assign(folded_, next, e.location()));
  }

  /// `count`: of the elements.
  Value result(Emitter& e, const Expr& count) const {
    Expr total = ir::variable(folded_);
    const DType d = types_.result.storage().dtype();
    if (is_logical(how_))
      return number_value(types_.result,
                          compare(how_ == ArrayReduction::Any ? Op::ne : Op::eq, total, ir::int_constant(0)));
    if (how_ == ArrayReduction::Mean)
      total = binary(e, BinaryOperator::Div, number_value(types_.folded, total),
                     number_value(types_.folded, cast_number(count, total.dtype())))
                  .expr;
    if (nans_) {
      const Expr nan = ir::float_constant(std::numeric_limits<double>::quiet_NaN(), types_.result.storage());
      total = select(ir::operation(Op::ne, {ir::variable(nans_), ir::int_constant(0)}), nan, total);
    }
    return number_value(types_.result, cast_number(total, d));
  }

 private:
  ArrayReduction how_;
  Types types_;
  ir::Var folded_;
  ir::Var nans_;  ///< how many were met
};

/// Runs `emit` where nothing is repeated in a broadcast, and again where something may be.
template <class Emit>
void by_uniformity(Emitter& e, const ArrayExpression& expression, const Emit& emit) {
  if (expression.uniform.empty()) return emit(Broadcast::None);
  ir::Block blocks[2];
  for (const bool repeats : {false, true}) {
    const Emitter::Redirect into(e, blocks[repeats]);
    emit(repeats ? Broadcast::Possible : Broadcast::None);
  }
  e.emit(ir::if_then(all_of(expression.uniform), std::move(blocks[0]), std::move(blocks[1]), e.location()));
}

void expect_elements(Emitter& e, ArrayReduction how, const Expr& count) {
  if (!is_extreme(how)) return;
  e.check(compare(Op::ne, count, ir::int_constant(0)), ExceptionKind::ValueError,
          std::string("zero-size array to reduction operation ") +
              (how == ArrayReduction::Min ? "minimum" : "maximum") + " which has no identity",
          {});
}

Value of_all(Emitter& e, ArrayReduction how, const Value& array) {
  const ArrayExpression& expression = expression_of(array);
  const Expr count = e.let("count", product_of(expression.lengths));
  expect_elements(e, how, count);
  Folding folding(e, how, array.type.dtype());
  by_uniformity(e, expression, [&](Broadcast broadcast) {
    if (is_extreme(how)) {
      const Indices first(expression.lengths.size(), ir::int_constant(0));
      folding.start_with(e, expression.element(e, first, broadcast));
    }
    const auto take_up = [&](const Indices& i) { folding.take_up(e, expression.element(e, i, broadcast)); };
    for_every_index(e, expression.lengths, take_up, "r");
  });
  return folding.result(e, count);
}

Value along(Emitter& e, ArrayReduction how, const Value& array, std::size_t axis) {
  const ArrayExpression expression = expression_of(array);
  const Expr count = e.let("count", expression.lengths[axis]);
  ArrayExpression result;
  result.lengths = expression.lengths;
  result.lengths.erase(result.lengths.begin() + static_cast<std::ptrdiff_t>(axis));
  // Nothing is computed, and nothing missed, where no element results.
  if (is_extreme(how)) {
    const Expr none = compare(Op::eq, product_of(result.lengths), ir::int_constant(0));
    expect_elements(e, how, select(none, ir::int_constant(1), count));
  }
  result.uniform = expression.uniform;
  for (ArrayExpression::Read read : expression.reads) result.reads.push_back({.array = read.array, .in_place = false});
  const DType element = array.type.dtype();
  result.element = [how, expression, axis, count, element](Emitter& to, const Indices& indices, Broadcast broadcast) {
    const auto at = [&](const Expr& index) {
      Indices all = indices;
      all.insert(all.begin() + static_cast<std::ptrdiff_t>(axis), index);
      return expression.element(to, all, broadcast);
    };
    Folding folding(to, how, element);
    if (is_extreme(how)) folding.start_with(to, at(ir::int_constant(0)));
    for_every_index(
        to, {count}, [&](const Indices& index) { folding.take_up(to, at(index[0])); }, "r");
    return folding.result(to, count);
  };
  return computed(e, std::move(result));
}

}  // namespace

std::optional<ArrayReduction> array_reduction(std::string_view name) {
  for (const auto& [known, how] : kNames)
    if (known == name) return how;
  return std::nullopt;
}

Value reduced(Emitter& e, ArrayReduction how, const Value& array, std::optional<int> axis) {
  const std::string name(kNames[static_cast<std::size_t>(how)].first);
  check_operand(e, array);
  if (array.is_number())
    e.fail(name + "() of " + describe(array) + " is not supported in compiled code", "pass an array");
  if (is_extreme(how) && array::is_complex(array.type.dtype()))
    e.fail(name + "() of complex numbers is not supported in compiled code", "compare .real or abs()");
  const Value operand = as_expression(e, array);
  const int rank = rank_of(operand);
  if (!axis) return of_all(e, how, operand);
  if (*axis < -rank || *axis >= rank)
    e.fail(name + "(): axis " + std::to_string(*axis) + " is out of bounds for array of dimension " +
           std::to_string(rank));
  if (rank == 1) return of_all(e, how, operand);
  return along(e, how, operand, static_cast<std::size_t>(*axis < 0 ? *axis + rank : *axis));
}

}  // namespace rooftop::frontend
