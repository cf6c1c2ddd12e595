// Random statements, functions and modules.
#include "random_module.h"

#include <utility>

#include "generator.h"

namespace rooftop::fuzz {

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
    return computable(ir::load(ir::variable(a), element(a)));
  };
  const DType dtype = (*target)->type.dtype();
  const bool logic = array::is_bool(dtype);
  const auto operation = [&] {
    static const std::vector<Op> arithmetic{Op::add, Op::mul, Op::mul, Op::sub, Op::min, Op::max};
    if (array::is_complex(dtype)) return options_.contract ? Op::sub : Op::mul;
    return logic ? random_.pick(std::vector<Op>{Op::bit_and, Op::bit_or, Op::bit_xor})
                 : allowed(random_.pick(arithmetic), dtype);
  };
  const Expr first = loaded();
  Expr value = random_.chance(70) ? binary(operation(), first, loaded()) : first;
  const std::vector<Expr> at = element(*target);
  const Expr array = ir::variable(*target);
  if (random_.chance(75)) {
    const Op op = logic ? Op::bit_xor
                  : array::is_complex(dtype)
                      ? Op::add
                      : random_.pick(std::vector<Op>{Op::add, Op::add, Op::add, Op::min, Op::max});
    value = binary(op, computable(ir::load(array, at)), value);
  }
  body.push_back(ir::store(array, at, ir::cast(value, dtype), {}, here()));
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
    const bool fits = a->type.rank() == 1 && !a->type.read_only() && !array::is_complex(a->type.dtype());
    if (fits) rows.push_back(a);
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
  const Expr other = computable(ir::broadcast(scalar(scope, dtype, 1), lanes));
  const Op op = array::is_bool(dtype)
                    ? Op::bit_xor
                    : allowed(random_.pick(std::vector<Op>{Op::add, Op::mul, Op::min, Op::max}), dtype);
  Block body{ir::let(x, ir::load(array, {at}, mask), here())};
  const Expr own = computable(ir::variable(x));
  Expr result = binary(op, own, other);
  if (random_.chance(40)) result = ir::operation(Op::select, {binary(Op::eq, result, other), own, result});
  body.push_back(ir::store(array, {at}, ir::cast(result, dtype), mask, here()));
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
  ir::Module m{.float_model = options_.contract ? ir::FloatModel::Contract : ir::FloatModel::Strict};
  m.functions.push_back(function("f", true));
  for (ir::Function& f : callees_) m.functions.push_back(std::move(f));
  return m;
}

ir::Module random_module(std::uint64_t seed, const ModuleOptions& options) { return Generator(seed, options).module(); }

}  // namespace rooftop::fuzz
