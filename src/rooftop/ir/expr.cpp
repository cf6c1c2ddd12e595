// Validating factories of expressions; the accessors check that the node is of the kind they read.
#include "rooftop/ir/expr.h"

#include "rooftop/array/half.h"
#include "rooftop/base/errors.h"

namespace rooftop::ir {
namespace {

Expr make(ExprNode node) { return Expr(std::make_shared<const ExprNode>(std::move(node))); }

/// The integer as a value of `dtype`: wrapped to its width, extended by its signedness.
std::int64_t wrap(std::int64_t value, DType dtype) {
  switch (dtype) {
    case DType::Bool:
      return value != 0;
    case DType::I8:
      return static_cast<std::int8_t>(value);
    case DType::I16:
      return static_cast<std::int16_t>(value);
    case DType::I32:
      return static_cast<std::int32_t>(value);
    case DType::U8:
      return static_cast<std::uint8_t>(value);
    case DType::U16:
      return static_cast<std::uint16_t>(value);
    case DType::U32:
      return static_cast<std::uint32_t>(value);
    case DType::I64:
    case DType::U64:
      return value;
    case DType::F16:
    case DType::BF16:
    case DType::F32:
    case DType::F64:
    case DType::C64:
    case DType::C128:
      break;
  }
  ROOFTOP_UNREACHABLE("integer constant of a floating type");
}

Type result_type(Op op, std::span<const Expr> args) {
  const ops::OpInfo& row = ops::info(op);
  ROOFTOP_CHECK(args.size() == row.arity) << row.name << " takes " << int{row.arity} << " arguments";
  for (const Expr& a : args) ROOFTOP_CHECK(a && a.type().is_scalar()) << row.name;
  const Type first = args[0].type();
  const auto same = [&](std::size_t from) {
    for (std::size_t i = from; i < args.size(); ++i) {
      ROOFTOP_CHECK(args[i].type() == args[from].type())
          << row.name << " of " << to_string(args[from].type()) << " and " << to_string(args[i].type());
    }
  };
  const auto in_domain = [&](const Type& t) {
    ROOFTOP_CHECK(ops::accepts(op, t.dtype())) << row.name << " of " << to_string(t);
  };
  switch (row.rule) {
    case ops::Rule::Same:
      same(0);
      in_domain(first);
      return first;
    case ops::Rule::Test:
      same(0);
      in_domain(first);
      return Type::vector(DType::Bool, first.lanes());
    case ops::Rule::Select:
      same(1);
      ROOFTOP_CHECK(first == Type::vector(DType::Bool, args[1].lanes())) << "select by " << to_string(first);
      return args[1].type();
    case ops::Rule::MakeComplex:
      same(0);
      in_domain(first);
      return first.with_dtype(first.dtype() == DType::F32 ? DType::C64 : DType::C128);
    case ops::Rule::Part:
      in_domain(first);
      return first.with_dtype(array::part_of(first.dtype()));
    case ops::Rule::Zip:
      same(0);
      ROOFTOP_CHECK(first.lanes() % 2 == 0) << row.name << " of " << to_string(first);
      in_domain(first);
      return first;
    case ops::Rule::Blocks: {
      ROOFTOP_CHECK(args[1].type() == first && args[2].is_constant() && args[2].type() == kI64) << row.name;
      const std::int64_t block = args[2].constant().integer;
      ROOFTOP_CHECK(block > 0 && first.lanes() % (2 * block) == 0) << row.name << " of " << to_string(first);
      in_domain(first);
      return first;
    }
    case ops::Rule::Narrow:
      ROOFTOP_CHECK(first.is_vector()) << row.name;
      in_domain(first);
      return first.element();
    case ops::Rule::Target:
    case ops::Rule::Widen:
      break;
  }
  ROOFTOP_UNREACHABLE("the operation's type is not derived from its arguments");
}

const ExprNode& expect(const Expr& e, ExprKind kind) {
  ROOFTOP_CHECK(e && e.get()->kind == kind) << "expression of another kind";
  return *e.get();
}

bool is_wide_float(DType d) { return d == DType::F32 || d == DType::F64; }

void check_array(const Expr& array) { ROOFTOP_CHECK(array && array.type().is_array()); }

void check_index(const Expr& index) {
  ROOFTOP_CHECK(index && index.type().is_scalar() && index.dtype() == DType::I64) << "index must be i64";
}

}  // namespace

Var make_var(std::string name, Type type, bool is_unordered) {
  return std::make_shared<const VarNode>(VarNode{std::move(name), type, is_unordered});
}

ExprKind Expr::kind() const { return node_->kind; }
const Type& Expr::type() const { return node_->type; }
std::span<const Expr> Expr::args() const { return node_->args; }
const Constant& Expr::constant() const { return expect(*this, ExprKind::Constant).constant; }
const Var& Expr::var() const { return expect(*this, ExprKind::Variable).var; }
Op Expr::op() const { return expect(*this, ExprKind::Operation).op; }
const std::shared_ptr<const Table>& Expr::table() const { return expect(*this, ExprKind::Lookup).table; }

const Expr& Expr::array() const {
  ROOFTOP_CHECK(is(ExprKind::Load) || is(ExprKind::Length) || is(ExprKind::Stride) || is(ExprKind::View));
  return node_->args[0];
}

std::span<const Expr> Expr::indices() const {
  const ExprNode& node = expect(*this, ExprKind::Load);
  return std::span(node.args).subspan(1, static_cast<std::size_t>(node.args[0].type().rank()));
}

bool Expr::has_mask() const { return expect(*this, ExprKind::Load).masked; }

const Expr& Expr::mask() const {
  ROOFTOP_CHECK(has_mask());
  return node_->args.back();
}

int Expr::dimension() const {
  ROOFTOP_CHECK(is(ExprKind::Length) || is(ExprKind::Stride));
  return node_->dimension;
}

Expr constant(Type type, const Constant& value) {
  ROOFTOP_CHECK(type.is_scalar());
  ExprNode node{.kind = ExprKind::Constant, .type = type.element(), .constant = value};
  if (!array::is_float(type.dtype()) && !array::is_complex(type.dtype())) {
    node.constant = {.integer = wrap(value.integer, type.dtype())};
  } else if (array::is_half(type.dtype())) {
    node.constant = {.real = array::half_value(array::half_bits(value.real, type.dtype()), type.dtype())};
  } else if (array::part_of(type.dtype()) == DType::F32) {
    node.constant = {.real = static_cast<float>(value.real), .imag = static_cast<float>(value.imag)};
  }
  return broadcast(make(std::move(node)), type.lanes());
}

Expr int_constant(std::int64_t value, Type type) { return constant(type, {.integer = value}); }

Expr float_constant(double value, Type type) {
  ROOFTOP_CHECK(array::is_float(type.dtype()) || array::is_complex(type.dtype()));
  return constant(type, {.real = value});
}

Expr bool_constant(bool value) { return int_constant(value, kBool); }

Expr zero(Type type) {
  const bool integer = array::is_integer(type.dtype()) || array::is_bool(type.dtype());
  return integer ? int_constant(0, type) : float_constant(0, type);
}

Expr variable(const Var& var) {
  ROOFTOP_CHECK(var != nullptr);
  return make({.kind = ExprKind::Variable, .type = var->type, .var = var});
}

Expr operation(Op op, std::vector<Expr> args) {
  const Type type = result_type(op, args);
  return make({.kind = ExprKind::Operation, .type = type, .op = op, .args = std::move(args)});
}

Expr cast(const Expr& value, DType target) {
  ROOFTOP_CHECK(value && value.type().is_scalar());
  if (value.dtype() == target) return value;
  ROOFTOP_CHECK(!array::is_complex(value.dtype()) || array::is_complex(target) || array::is_bool(target))
      << "a complex number does not convert to " << array::name_of(target);
  // Halves are stored, not computed with: float32 stands between them and all that is no float.
  const auto reaches = [](DType half, DType other) { return !array::is_half(half) || is_wide_float(other); };
  if (!reaches(value.dtype(), target) || !reaches(target, value.dtype())) {
    return cast(cast(value, DType::F32), target);
  }
  return make({.kind = ExprKind::Operation, .type = value.type().with_dtype(target), .op = Op::cast, .args = {value}});
}

Expr bitcast(const Expr& value, DType target) {
  ROOFTOP_CHECK(value && value.type().is_scalar() && array::bits_of(value.dtype()) == array::bits_of(target));
  if (value.dtype() == target) return value;
  return make(
      {.kind = ExprKind::Operation, .type = value.type().with_dtype(target), .op = Op::bitcast, .args = {value}});
}

Expr broadcast(const Expr& value, int lanes) {
  ROOFTOP_CHECK(value && value.type().is_scalar());
  if (value.lanes() == lanes) return value;
  ROOFTOP_CHECK(value.lanes() == 1);
  return make(
      {.kind = ExprKind::Operation, .type = value.type().with_lanes(lanes), .op = Op::broadcast, .args = {value}});
}

Expr ramp(const Expr& base, const Expr& step, int lanes) {
  ROOFTOP_CHECK(base && step && base.type() == step.type() && base.lanes() == 1 && lanes > 1);
  ROOFTOP_CHECK(array::is_integer(base.dtype()));
  return make(
      {.kind = ExprKind::Operation, .type = base.type().with_lanes(lanes), .op = Op::ramp, .args = {base, step}});
}

Expr load(const Expr& array, std::vector<Expr> indices, Expr mask) {
  check_array(array);
  ROOFTOP_CHECK(static_cast<int>(indices.size()) == array.type().rank())
      << indices.size() << " subscripts of a rank " << array.type().rank() << " array";
  int lanes = 1;
  for (const Expr& i : indices) {
    check_index(i);
    ROOFTOP_CHECK(i.lanes() == 1 || lanes == 1 || i.lanes() == lanes) << "subscripts of different lanes";
    if (i.lanes() > lanes) lanes = i.lanes();
  }
  ROOFTOP_CHECK(!mask || mask.type() == Type::vector(DType::Bool, lanes)) << "mask of another width";
  ExprNode node{.kind = ExprKind::Load,
                .type = Type::vector(array.dtype(), lanes),
                .masked = static_cast<bool>(mask),
                .args = {array}};
  node.args.insert(node.args.end(), indices.begin(), indices.end());
  if (mask) node.args.push_back(std::move(mask));
  return make(std::move(node));
}

Expr length(const Expr& array, int dimension) {
  check_array(array);
  ROOFTOP_CHECK(dimension >= 0 && dimension < array.type().rank());
  return make({.kind = ExprKind::Length, .type = kI64, .dimension = dimension, .args = {array}});
}

Expr stride(const Expr& array, int dimension) {
  check_array(array);
  ROOFTOP_CHECK(dimension >= 0 && dimension < array.type().rank());
  return make({.kind = ExprKind::Stride, .type = kI64, .dimension = dimension, .args = {array}});
}

Expr view(const ViewParts& parts, Type type) {
  check_array(parts.base);
  const auto base_rank = static_cast<std::size_t>(parts.base.type().rank());
  const auto rank = static_cast<std::size_t>(type.rank());
  ROOFTOP_CHECK(type.is_array() && type.dtype() == parts.base.dtype());
  ROOFTOP_CHECK(parts.starts.size() == base_rank && parts.from.size() == rank && parts.lengths.size() == rank &&
                parts.steps.size() == rank);
  ExprNode node{.kind = ExprKind::View, .type = type, .args = {parts.base}, .view_dimensions = parts.from};
  for (const auto* list : {&parts.starts, &parts.lengths, &parts.steps}) {
    for (const Expr& e : *list) {
      check_index(e);
      ROOFTOP_CHECK(e.lanes() == 1);
      node.args.push_back(e);
    }
  }
  for (int d : parts.from) ROOFTOP_CHECK(d >= -1 && d < static_cast<int>(base_rank));
  return make(std::move(node));
}

ViewParts view_parts(const Expr& view) {
  const ExprNode& node = expect(view, ExprKind::View);
  ViewParts parts;
  parts.base = node.args[0];
  parts.from = node.view_dimensions;
  const auto base_rank = static_cast<std::ptrdiff_t>(parts.base.type().rank());
  const auto rank = static_cast<std::ptrdiff_t>(parts.from.size());
  const auto starts = node.args.begin() + 1;
  parts.starts.assign(starts, starts + base_rank);
  parts.lengths.assign(starts + base_rank, starts + base_rank + rank);
  parts.steps.assign(starts + base_rank + rank, starts + base_rank + 2 * rank);
  return parts;
}

Expr disjoint(const Expr& a, const Expr& b) {
  check_array(a);
  check_array(b);
  return make({.kind = ExprKind::Disjoint, .type = kBool, .args = {a, b}});
}

Expr lookup(std::shared_ptr<const Table> table, const Expr& index) {
  ROOFTOP_CHECK(table != nullptr);
  ROOFTOP_CHECK(index && index.type().is_scalar() && array::is_integer(index.dtype()));
  const Type type = Type::vector(table->dtype, index.lanes());
  return make({.kind = ExprKind::Lookup, .type = type, .args = {index}, .table = std::move(table)});
}

bool is_int_constant(const Expr& e, std::int64_t value) {
  return e.is_constant() && !array::is_float(e.dtype()) && !array::is_complex(e.dtype()) &&
         e.constant().integer == value;
}

}  // namespace rooftop::ir
