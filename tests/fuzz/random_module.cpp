// Grows functions statement by statement. Every access stands behind the check, guard or loop that proves it, as the
// frontend writes them.
#include "random_module.h"

#include <algorithm>
#include <limits>

#include "random.h"
#include "rooftop/ir/expr.h"

namespace rooftop::fuzz {
namespace {

using ir::Block;
using ir::DType;
using ir::Expr;
using ir::Op;
using ir::Stmt;
using ir::Type;
using ir::Var;

Expr binary(Op op, const Expr& a, const Expr& b) { return ir::operation(op, {a, b}); }
Expr integer(std::int64_t value) { return ir::int_constant(value); }

/// 0 <= i & i < n
Expr in_range(const Expr& i, const Expr& n) {
  return binary(Op::bit_and, binary(Op::le, integer(0), i), binary(Op::lt, i, n));
}

class Generator {
 public:
  Generator(std::uint64_t seed, const ModuleOptions& options) : random_(seed), options_(options) {}

  ir::Module module();

 private:
  /// A subscript that is in bounds wherever it is visible.
  struct SafeIndex {
    const ir::VarNode* array;
    int dimension;
    Expr index;
  };
  /// What is visible; a block works on a copy.
  struct Scope {
    std::vector<Var> values;     ///< immutable scalars
    std::vector<Var> variables;  ///< mutable scalars
    std::vector<Var> arrays;
    std::vector<SafeIndex> safe;
    int loops = 0;
  };

  ir::Function function(const std::string& name, bool entry);
  Block block(Scope scope, int statements, bool may_jump);
  void statement(Scope& scope, Block& out);
  void bind(Scope& scope, Block& out);
  void assign(Scope& scope, Block& out);
  void store(Scope& scope, Block& out);
  void branch(Scope& scope, Block& out);
  void loop(Scope& scope, Block& out);
  void while_loop(Scope& scope, Block& out);
  void nest(Scope& scope, Block& out);
  void check(Scope& scope, Block& out);
  void checked_sum(Scope& scope, Block& out);
  void prove_index(Scope& scope, Block& out);
  void view(Scope& scope, Block& out);
  void allocate(Scope& scope, Block& out);
  void call(Scope& scope, Block& out);
  void vector_step(Scope& scope, Block& out);

  Expr scalar(const Scope& scope, DType dtype, int depth);
  Expr leaf(const Scope& scope, DType dtype);
  Expr constant(DType dtype);
  Expr boolean(const Scope& scope, int depth);
  Expr integer_operation(const Scope& scope, DType dtype, int depth);
  Expr float_operation(const Scope& scope, DType dtype, int depth);
  Expr conversion(const Scope& scope, DType dtype, int depth);
  /// Subscripts of the array that are safe here; empty when some dimension has none.
  std::vector<Expr> safe_subscripts(const Scope& scope, const Var& array);
  Expr safe_load(const Scope& scope, DType dtype);

  Var fresh(const char* name, Type type) { return ir::make_var(name + std::to_string(names_++), type); }
  SourceLocation here() {
    ++line_;
    return location_in("fuzz.py", line_, 4, line_, 9);
  }
  DType dtype() { return random_.pick(kTypes); }
  template <class T>
  const T* any(const std::vector<T>& values) {
    return values.empty() ? nullptr : &random_.pick(values);
  }

  inline static const std::vector<DType> kTypes{DType::I64, DType::I64, DType::F64, DType::F64,
                                                DType::F32, DType::I32, DType::U8,  DType::Bool};

  Random random_;
  ModuleOptions options_;
  int names_ = 0;
  std::int32_t line_ = 0;
  int budget_ = 0;
  std::vector<ir::Function> callees_;
  std::vector<Expr> results_;  ///< of the current function
};

// -------------------------------------------------------------------------------------------------- expressions

Expr Generator::constant(DType dtype) {
  const Type type = Type::scalar(dtype);
  if (array::is_bool(dtype)) return ir::bool_constant(random_.chance(50));
  if (array::is_float(dtype)) {
    static const std::vector<double> edges{0.0, -0.0, 1.0,  -1.0, 0.5,
                                           3.0, 1e-3, 1e30, -2.5, std::numeric_limits<double>::infinity()};
    return ir::float_constant(random_.pick(edges), type);
  }
  static const std::vector<std::int64_t> edges{0, 1, 2, 3, -1, 7, 100, INT32_MAX, INT64_MAX, INT64_MIN};
  return ir::int_constant(random_.chance(70) ? random_.between(-2, 9) : random_.pick(edges), type);
}

Expr Generator::leaf(const Scope& scope, DType dtype) {
  std::vector<Var> fitting;
  for (const auto* list : {&scope.values, &scope.variables}) {
    for (const Var& v : *list) {
      if (v->type == Type::scalar(dtype)) fitting.push_back(v);
    }
  }
  if (random_.chance(20)) {
    if (const Expr load = safe_load(scope, dtype)) return load;
  }
  if (dtype == DType::I64 && !scope.arrays.empty() && random_.chance(15)) {
    const Var& a = random_.pick(scope.arrays);
    return ir::length(ir::variable(a), random_.below(a->type.rank()));
  }
  return fitting.empty() || random_.chance(12) ? constant(dtype) : ir::variable(random_.pick(fitting));
}

std::vector<Expr> Generator::safe_subscripts(const Scope& scope, const Var& array) {
  std::vector<Expr> subscripts;
  for (int d = 0; d < array->type.rank(); ++d) {
    std::vector<Expr> fitting;
    for (const SafeIndex& s : scope.safe) {
      if (s.array == array.get() && s.dimension == d) fitting.push_back(s.index);
    }
    if (fitting.empty()) return {};
    subscripts.push_back(random_.pick(fitting));
  }
  return subscripts;
}

Expr Generator::safe_load(const Scope& scope, DType dtype) {
  for (int tries = 0; tries < 3; ++tries) {
    const Var* a = any(scope.arrays);
    if (a == nullptr || (*a)->type.dtype() != dtype) continue;
    const auto subscripts = safe_subscripts(scope, *a);
    if (!subscripts.empty()) return ir::load(ir::variable(*a), subscripts);
  }
  return {};
}

Expr Generator::boolean(const Scope& scope, int depth) {
  switch (random_.below(4)) {
    case 0: {
      static const std::vector<Op> logic{Op::bit_and, Op::bit_or, Op::bit_xor, Op::eq, Op::ne, Op::min, Op::max};
      return binary(random_.pick(logic), boolean(scope, depth - 1), leaf(scope, DType::Bool));
    }
    case 1:
      return ir::operation(Op::bit_not, {scalar(scope, DType::Bool, depth - 1)});
    default: {
      static const std::vector<Op> tests{Op::eq, Op::ne, Op::lt, Op::le, Op::gt, Op::ge};
      const DType of = dtype();
      return binary(random_.pick(tests), scalar(scope, of, depth - 1), scalar(scope, of, depth - 1));
    }
  }
}

Expr Generator::integer_operation(const Scope& scope, DType dtype, int depth) {
  const Type type = Type::scalar(dtype);
  const Expr a = scalar(scope, dtype, depth - 1);
  const Expr b = scalar(scope, dtype, depth - 1);
  switch (random_.below(8)) {
    case 0: {
      // A divisor that is never zero, and never -1 where that matters.
      static const std::vector<Op> divisions{Op::floordiv, Op::floormod, Op::quo, Op::rem};
      const Expr bad = binary(Op::bit_or, binary(Op::eq, b, ir::int_constant(0, type)),
                              binary(Op::eq, b, ir::int_constant(-1, type)));
      return binary(random_.pick(divisions), a, ir::operation(Op::select, {bad, ir::int_constant(3, type), b}));
    }
    case 1: {
      const Expr count = binary(Op::bit_and, b, ir::int_constant(array::bits_of(dtype) - 1, type));
      return binary(random_.chance(50) ? Op::shl : Op::shr, a, count);
    }
    case 2:
      return ir::operation(random_.pick(std::vector<Op>{Op::neg, Op::abs, Op::bit_not}), {a});
    default: {
      static const std::vector<Op> arithmetic{Op::add,     Op::add,    Op::sub,     Op::mul, Op::min,
                                              Op::bit_and, Op::bit_or, Op::bit_xor, Op::max, Op::mul_high};
      return binary(random_.pick(arithmetic), a, b);
    }
  }
}

Expr Generator::float_operation(const Scope& scope, DType dtype, int depth) {
  const Expr a = scalar(scope, dtype, depth - 1);
  const Expr b = scalar(scope, dtype, depth - 1);
  switch (random_.below(8)) {
    case 0:
      return ir::operation(Op::fma, {a, b, leaf(scope, dtype)});
    case 1: {
      static const std::vector<Op> unary{Op::neg, Op::abs, Op::floor, Op::ceil, Op::trunc, Op::rint, Op::sqrt};
      return ir::operation(random_.pick(unary), {a});
    }
    case 2:
      if (options_.mathematics) {
        static const std::vector<Op> functions{Op::exp, Op::log, Op::sin, Op::tanh, Op::atan};
        return ir::operation(random_.pick(functions), {a});
      }
      [[fallthrough]];
    default: {
      static const std::vector<Op> arithmetic{Op::add, Op::add, Op::sub, Op::mul,     Op::mul,
                                              Op::div, Op::min, Op::max, Op::copysign};
      return binary(random_.pick(arithmetic), a, b);
    }
  }
}

Expr Generator::conversion(const Scope& scope, DType dtype, int depth) {
  const DType from = this->dtype();
  const Expr value = scalar(scope, from, depth - 1);
  if (!array::is_float(from) || !array::is_integer(dtype)) return ir::cast(value, dtype);
  // Only what is in range has one meaning; NaN fails the first comparison.
  const Type type = Type::scalar(from);
  const Expr inside = binary(Op::bit_and, binary(Op::ge, value, ir::float_constant(0, type)),
                             binary(Op::lt, value, ir::float_constant(100, type)));
  return ir::cast(ir::operation(Op::select, {inside, value, ir::float_constant(1, type)}), dtype);
}

Expr Generator::scalar(const Scope& scope, DType dtype, int depth) {
  if (depth <= 0 || random_.chance(20)) return leaf(scope, dtype);
  if (random_.chance(10)) return conversion(scope, dtype, depth);
  if (random_.chance(10)) {
    const Op choice = random_.chance(80) ? Op::select : Op::select_rare;
    return ir::operation(choice, {boolean(scope, depth - 1), scalar(scope, dtype, depth - 1), leaf(scope, dtype)});
  }
  if (array::is_bool(dtype)) return boolean(scope, depth);
  return array::is_float(dtype) ? float_operation(scope, dtype, depth) : integer_operation(scope, dtype, depth);
}

// --------------------------------------------------------------------------------------------------- statements

void Generator::bind(Scope& scope, Block& out) {
  const DType of = dtype();
  const Expr value = scalar(scope, of, 3);
  const bool variable = random_.chance(50);
  const Var v = fresh(variable ? "v" : "x", Type::scalar(of));
  out.push_back(variable ? ir::declare(v, value, here()) : ir::let(v, value, here()));
  (variable ? scope.variables : scope.values).push_back(v);
}

void Generator::assign(Scope& scope, Block& out) {
  const Var* v = any(scope.variables);
  if (v == nullptr) return bind(scope, out);
  out.push_back(ir::assign(*v, scalar(scope, (*v)->type.dtype(), 3), here()));
}

void Generator::store(Scope& scope, Block& out) {
  const Var* a = any(scope.arrays);
  if (a == nullptr || (*a)->type.read_only()) return;
  const auto subscripts = safe_subscripts(scope, *a);
  if (subscripts.empty()) return prove_index(scope, out);
  out.push_back(ir::store(ir::variable(*a), subscripts, scalar(scope, (*a)->type.dtype(), 3), {}, here()));
}

/// Makes a subscript safe: as Python does, negative ones from the end, a check behind them; or behind a guard.
void Generator::prove_index(Scope& scope, Block& out) {
  const Var* a = any(scope.arrays);
  if (a == nullptr) return;
  const int d = random_.below((*a)->type.rank());
  const Expr n = ir::length(ir::variable(*a), d);
  const Expr wanted = random_.chance(60) ? leaf(scope, DType::I64) : integer(random_.between(-1, 2));
  const Var i = fresh("i", ir::kI64);
  const bool wraps = random_.chance(50);
  const Expr wrapped = ir::operation(Op::select, {binary(Op::lt, wanted, integer(0)), wanted + n, wanted});
  out.push_back(ir::let(i, wraps ? wrapped : wanted, here()));
  scope.values.push_back(i);
  const Expr index = ir::variable(i);
  if (random_.chance(25)) {
    out.push_back(ir::check(in_range(index, n), {ExceptionKind::IndexError, "index {0} is out of bounds for size {1}"},
                            {wanted, n}, here()));
    scope.safe.push_back({a->get(), d, index});
    return;
  }
  Scope inner = scope;
  inner.safe.push_back({a->get(), d, index});
  out.push_back(ir::if_then(in_range(index, n), block(inner, 2, true), {}, here()));
}

void Generator::branch(Scope& scope, Block& out) {
  Block then_body = block(scope, 3, true);
  Block else_body = random_.chance(50) ? block(scope, 2, true) : Block{};
  out.push_back(ir::if_then(boolean(scope, 2), std::move(then_body), std::move(else_body), here()));
}

void Generator::loop(Scope& scope, Block& out) {
  if (scope.loops >= 3) return bind(scope, out);
  Scope inner = scope;
  ++inner.loops;
  const Var i = fresh("i", ir::kI64);
  inner.values.push_back(i);
  Expr begin = integer(random_.chance(80) ? 0 : random_.between(-2, 3));
  Expr end = integer(random_.between(0, 5));
  std::int64_t step = random_.chance(70) ? 1 : random_.between(1, 3);
  const Var* a = any(scope.arrays);
  if (a != nullptr && random_.chance(80)) {
    const int d = random_.below((*a)->type.rank());
    const Expr n = ir::length(ir::variable(*a), d);
    const bool downwards = random_.chance(20);
    begin = downwards ? n - integer(1) : integer(0);
    end = downwards ? integer(-1) : random_.chance(80) ? n : binary(Op::min, n, leaf(scope, DType::I64));
    if (downwards) step = -step;
    inner.safe.push_back({a->get(), d, ir::variable(i)});
  }
  const SourceLocation at = here();
  out.push_back(ir::for_loop(i, begin, end, step, block(inner, 4, true), ir::LoopKind::Serial, at));
}

/// What passes look for: a nest of two or three loops around `C[…] = C[…] op f(A[…], B[…])`, each subscript a loop
/// variable and checked as Python checks it.
void Generator::nest(Scope& scope, Block& out) {
  const Var* target = any(scope.arrays);
  if (scope.loops > 0 || target == nullptr || (*target)->type.read_only()) return loop(scope, out);
  std::vector<Var> operands;
  for (const Var& a : scope.arrays) {
    if (a->type.dtype() == (*target)->type.dtype()) operands.push_back(a);
  }
  std::vector<Var> loops;
  std::vector<Expr> ends;
  const int depth = random_.between(2, 3);
  for (int i = 0; i < depth; ++i) {
    const Var& a = random_.pick(operands);
    loops.push_back(fresh("i", ir::kI64));
    ends.push_back(ir::length(ir::variable(a), random_.below(a->type.rank())));
  }
  Block body;
  const auto element = [&](const Var& a) {
    std::vector<Expr> subscripts;
    for (int d = 0; d < a->type.rank(); ++d) {
      const Expr n = ir::length(ir::variable(a), d);
      Expr index = ir::variable(random_.pick(loops));
      if (random_.chance(10)) index = index + integer(random_.between(-1, 1));
      body.push_back(ir::check(in_range(index, n),
                               {ExceptionKind::IndexError, "index {0} is out of bounds for size {1}"}, {index, n},
                               here()));
      subscripts.push_back(index);
    }
    return subscripts;
  };
  const auto loaded = [&] {
    const Var& a = random_.pick(operands);
    return ir::load(ir::variable(a), element(a));
  };
  const DType dtype = (*target)->type.dtype();
  const bool logic = array::is_bool(dtype);
  const auto operation = [&] {
    static const std::vector<Op> arithmetic{Op::add, Op::mul, Op::mul, Op::sub, Op::min, Op::max};
    return logic ? random_.pick(std::vector<Op>{Op::bit_and, Op::bit_or, Op::bit_xor}) : random_.pick(arithmetic);
  };
  const Expr first = loaded();
  Expr value = random_.chance(70) ? binary(operation(), first, loaded()) : first;
  const std::vector<Expr> at = element(*target);
  const Expr array = ir::variable(*target);
  if (random_.chance(75)) {
    const Op op = logic ? Op::bit_xor : random_.pick(std::vector<Op>{Op::add, Op::add, Op::add, Op::min, Op::max});
    value = binary(op, ir::load(array, at), value);
  }
  body.push_back(ir::store(array, at, value, {}, here()));
  for (int i = depth; i-- > 0;) {
    const auto at_loop = static_cast<std::size_t>(i);
    body = {ir::for_loop(loops[at_loop], integer(0), ends[at_loop], 1, std::move(body), ir::LoopKind::Serial, here())};
  }
  out.push_back(body[0]);
}

void Generator::while_loop(Scope& scope, Block& out) {
  if (scope.loops >= 3) return assign(scope, out);
  const Var left = fresh("left", ir::kI64);
  out.push_back(ir::declare(left, integer(random_.between(1, 6)), here()));
  const Expr counting = binary(Op::gt, ir::variable(left), integer(0));
  const Expr condition = random_.chance(50) ? counting : binary(Op::bit_and, counting, boolean(scope, 2));
  Scope inner = scope;
  ++inner.loops;
  Block body{ir::assign(left, ir::variable(left) - integer(1), here())};
  inner.values.push_back(left);  // readable, but assigned here alone
  for (Stmt& s : block(inner, 3, true)) body.push_back(std::move(s));
  out.push_back(ir::while_loop(condition, std::move(body), here()));
}

void Generator::check(Scope& scope, Block& out) {
  const Expr value = leaf(scope, DType::I64);
  const Expr likely = binary(Op::bit_or, boolean(scope, 1), binary(Op::ne, value, constant(DType::I64)));
  out.push_back(ir::check(likely, {ExceptionKind::ValueError, "value {0}"}, {value}, here()));
}

/// A sum or product whose overflow is checked, as of Python's integers.
void Generator::checked_sum(Scope& scope, Block& out) {
  static const std::vector<std::pair<Op, Op>> kinds{
      {Op::add, Op::add_overflows}, {Op::sub, Op::sub_overflows}, {Op::mul, Op::mul_overflows}};
  const auto& [op, overflows] = random_.pick(kinds);
  const Expr a = scalar(scope, DType::I64, 1);
  const Expr b = scalar(scope, DType::I64, 1);
  out.push_back(ir::check(ir::operation(Op::bit_not, {binary(overflows, a, b)}),
                          {ExceptionKind::OverflowError, "integer overflow"}, {}, here()));
  const Var v = fresh("x", ir::kI64);
  out.push_back(ir::let(v, binary(op, a, b), here()));
  scope.values.push_back(v);
}

/// A slice along one dimension, or the same array reversed.
void Generator::view(Scope& scope, Block& out) {
  const Var* a = any(scope.arrays);
  if (a == nullptr) return;
  const Type type = (*a)->type;
  const Expr base = ir::variable(*a);
  ir::ViewParts parts{.base = base};
  for (int d = 0; d < type.rank(); ++d) {
    const Expr n = ir::length(base, d);
    const bool reversed = random_.chance(30);
    const Expr skipped = binary(Op::min, n, integer(random_.chance(50) ? 0 : 1));
    parts.starts.push_back(reversed ? n - integer(1) : skipped);
    parts.from.push_back(d);
    parts.lengths.push_back(reversed ? n : n - skipped);
    parts.steps.push_back(integer(reversed ? -1 : 1));
  }
  const Var v = fresh("V", Type::array(type.dtype(), type.rank(), ir::Layout::Strided, type.read_only()));
  out.push_back(ir::let(v, ir::view(parts, v->type), here()));
  scope.arrays.push_back(v);
}

/// A filled array of its own.
void Generator::allocate(Scope& scope, Block& out) {
  const Type type = Type::array(dtype(), 1, ir::Layout::C);
  const Var v = fresh("T", type);
  const Expr n = binary(Op::max, integer(0), binary(Op::min, integer(5), leaf(scope, DType::I64)));
  out.push_back(ir::allocate(v, {n}, here()));
  const Var i = fresh("i", ir::kI64);
  const Expr array = ir::variable(v);
  out.push_back(ir::for_loop(i, integer(0), ir::length(array, 0), 1,
                             {ir::store(array, {ir::variable(i)}, ir::cast(ir::variable(i), type.dtype()))}));
  scope.arrays.push_back(v);
}

void Generator::call(Scope& scope, Block& out) {
  const ir::Function* callee = any(callees_);
  if (callee == nullptr) return;
  std::vector<Expr> arguments;
  for (const Var& p : callee->parameters) {
    if (p->type.is_scalar()) {
      arguments.push_back(scalar(scope, p->type.dtype(), 2));
      continue;
    }
    std::vector<Var> fitting;
    for (const Var& a : scope.arrays) {
      if (a->type == p->type) fitting.push_back(a);
    }
    if (fitting.empty()) return;
    arguments.push_back(ir::variable(random_.pick(fitting)));
  }
  std::vector<Var> results;
  for (const Type& t : callee->results) results.push_back(fresh("r", t));
  out.push_back(ir::call(results, callee->name, arguments, here()));
  for (const Var& v : results) scope.values.push_back(v);
}

/// A row in chunks of lanes, the last one masked: load, compute, store, reduce.
void Generator::vector_step(Scope& scope, Block& out) {
  std::vector<Var> rows;
  for (const Var& a : scope.arrays) {
    if (a->type.rank() == 1 && !a->type.read_only()) rows.push_back(a);
  }
  if (!options_.vectors || rows.empty()) return store(scope, out);
  const Var a = random_.pick(rows);
  const DType dtype = a->type.dtype();
  const int lanes = random_.pick(std::vector<int>{2, 4, 8, 3});
  const Expr array = ir::variable(a);
  const Var i = fresh("i", ir::kI64);
  const Var x = fresh("w", Type::vector(dtype, lanes));
  const Expr at = ir::ramp(ir::variable(i), integer(1), lanes);
  const Expr mask = binary(Op::lt, at, ir::broadcast(ir::length(array, 0), lanes));
  const Expr other = ir::broadcast(scalar(scope, dtype, 1), lanes);
  const Op op = array::is_bool(dtype) ? Op::bit_xor : random_.pick(std::vector<Op>{Op::add, Op::mul, Op::min, Op::max});
  Block body{ir::let(x, ir::load(array, {at}, mask), here())};
  Expr result = binary(op, ir::variable(x), other);
  if (random_.chance(40)) result = ir::operation(Op::select, {binary(Op::eq, result, other), ir::variable(x), result});
  body.push_back(ir::store(array, {at}, result, mask, here()));
  if (dtype == DType::F64 || dtype == DType::I64) {
    for (const Var& v : scope.variables) {
      if (v->type.dtype() != dtype || !random_.chance(50)) continue;
      body.push_back(ir::assign(v, ir::variable(v) + ir::operation(Op::reduce_add, {ir::variable(x)}), here()));
      break;
    }
  }
  out.push_back(ir::for_loop(i, integer(0), ir::length(array, 0), lanes, std::move(body)));
}

void Generator::statement(Scope& scope, Block& out) {
  --budget_;
  const int kind = random_.below(100);
  if (kind < 16) return bind(scope, out);
  if (kind < 30) return assign(scope, out);
  if (kind < 50) return store(scope, out);
  if (kind < 56) return branch(scope, out);
  if (kind < 67) return loop(scope, out);
  if (kind < 72) return nest(scope, out);
  if (kind < 76) return while_loop(scope, out);
  if (kind < 78) return check(scope, out);
  if (kind < 82) return checked_sum(scope, out);
  if (kind < 88) return prove_index(scope, out);
  if (kind < 91) return view(scope, out);
  if (kind < 93) return allocate(scope, out);
  if (kind < 97) return vector_step(scope, out);
  if (options_.calls) return call(scope, out);
}

Block Generator::block(Scope scope, int statements, bool may_jump) {
  Block out;
  for (int i = 0; i < statements && budget_ > 0; ++i) statement(scope, out);
  if (!may_jump) return out;
  if (scope.loops > 0 && random_.chance(6)) {
    out.push_back(random_.chance(50) ? ir::break_loop(here()) : ir::continue_loop(here()));
  } else if (random_.chance(2)) {
    out.push_back(ir::return_values(results_, here()));
  } else if (random_.chance(2)) {
    out.push_back(ir::raise({ExceptionKind::RuntimeError, "raised"}, {}, here()));
  }
  return out;
}

ir::Function Generator::function(const std::string& name, bool entry) {
  ir::Function f{.name = name, .python_name = name, .location = here()};
  Scope scope;
  const auto parameter = [&](const char* prefix, Type type) {
    f.parameters.push_back(fresh(prefix, type));
    (type.is_array() ? scope.arrays : scope.values).push_back(f.parameters.back());
  };
  const int scalars = random_.between(1, 3);
  for (int i = 0; i < scalars; ++i) parameter("p", Type::scalar(dtype()));
  const int arrays = random_.between(1, entry ? 4 : 2);
  for (int i = 0; i < arrays; ++i) {
    const auto layout = static_cast<ir::Layout>(random_.below(3));
    parameter("A", Type::array(dtype(), random_.between(1, 2), layout, random_.chance(10)));
  }
  f.results = {Type::scalar(dtype()), ir::kF64};
  budget_ = entry ? options_.statements : options_.statements / 3;
  // Results come from variables that live through the whole function, so that work on them is not dead.
  for (const Type& t : f.results) {
    const Var v = fresh("s", t);
    f.body.push_back(ir::declare(v, constant(t.dtype()), here()));
    scope.variables.push_back(v);
  }
  results_ = {ir::variable(scope.variables[0]), ir::variable(scope.variables[1])};
  for (Stmt& s : block(scope, 8, false)) f.body.push_back(std::move(s));
  f.body.push_back(ir::return_values(results_, here()));
  return f;
}

ir::Module Generator::module() {
  if (options_.calls) {
    callees_.push_back(function("g", false));
    callees_.push_back(function("h", false));
  }
  ir::Module m{.float_model = ir::FloatModel::Strict};
  m.functions.push_back(function("f", true));
  for (ir::Function& f : callees_) m.functions.push_back(std::move(f));
  return m;
}

}  // namespace

ir::Module random_module(std::uint64_t seed, const ModuleOptions& options) { return Generator(seed, options).module(); }

}  // namespace rooftop::fuzz
