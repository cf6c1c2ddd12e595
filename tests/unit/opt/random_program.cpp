// The generator draws statements by weight with the variables visible; it emits what the frontend would.
#include "random_program.h"

#include <vector>

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::Op;
using ir::Type;
using ir::Var;

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  ir::Module program() {
    ir::Function f{.name = "f", .python_name = "f", .results = {ir::kI64, ir::kF64}};
    const auto parameter = [&](const char* name, Type type) {
      f.parameters.push_back(ir::make_var(name, type));
      return f.parameters.back();
    };
    for (const char* name : {"A", "B"}) vectors_.push_back(parameter(name, Type::array(ir::DType::F64, 1)));
    matrix_ = parameter("M", Type::array(ir::DType::F64, 2));
    integers_ = parameter("I", Type::array(ir::DType::I64, 1));
    for (const char* name : {"n", "m"}) ints_.push_back({parameter(name, ir::kI64), false});
    floats_.push_back({parameter("x", ir::kF64), false});
    // Variables of the whole function, as a frontend declares Python's.
    for (const char* name : {"p", "q"}) declare_int(name, int_constant(), f.body);
    declare_float("s", float_constant(), f.body);
    statements(f.body, 3 + below(4), 3);
    f.body.push_back(ir::return_values({any_int(), any_float()}));
    return {.functions = {std::move(f)}};
  }

 private:
  struct Visible {
    Var var;
    bool assignable;
  };

  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  SourceLocation next_line() {
    const std::int32_t line = ++line_;
    return location_in("random.py", line, 0, line, 1);
  }

  Expr int_constant() { return ir::int_constant(below(8) - 2); }
  Expr float_constant() { return ir::float_constant(below(9) * 0.5 - 2); }
  Expr any_int() { return ir::variable(ints_[static_cast<std::size_t>(below(static_cast<int>(ints_.size())))].var); }
  Expr any_float() {
    return ir::variable(floats_[static_cast<std::size_t>(below(static_cast<int>(floats_.size())))].var);
  }
  Expr vector() { return ir::variable(vectors_[static_cast<std::size_t>(below(static_cast<int>(vectors_.size())))]); }

  void declare_int(const std::string& name, const Expr& value, Block& out) {
    ints_.push_back({ir::make_var(name, ir::kI64), true});
    out.push_back(ir::declare(ints_.back().var, value));
  }
  void declare_float(const std::string& name, const Expr& value, Block& out) {
    floats_.push_back({ir::make_var(name, ir::kF64), true});
    out.push_back(ir::declare(floats_.back().var, value));
  }

  Expr let(const Expr& value, Block& out) {
    const Var var = ir::make_var("t", value.type());
    out.push_back(ir::let(var, value));
    return ir::variable(var);
  }

  void check(const Expr& condition, ExceptionKind kind, std::vector<Expr> arguments, Block& out) {
    std::string message = "m";
    for (std::size_t i = 0; i < arguments.size(); ++i) message += " {" + std::to_string(i) + "}";
    out.push_back(ir::check(condition, {kind, message}, std::move(arguments), next_line()));
  }

  static Expr op(Op o, const Expr& a, const Expr& b) { return ir::operation(o, {a, b}); }
  static Expr no(const Expr& a) { return ir::operation(Op::bit_not, {a}); }

  /// An integer as Python computes it: every step checked.
  Expr checked_int(Block& out, int depth = 2) {
    if (depth == 0 || chance(30)) return chance(30) ? int_constant() : any_int();
    const Expr a = checked_int(out, depth - 1);
    switch (below(9)) {
      case 0:
      case 1:
      case 2:
        return arithmetic(Op::add, Op::add_overflows, a, chance(60) ? int_constant() : any_int(), out);
      case 3:
        return arithmetic(Op::sub, Op::sub_overflows, a, chance(60) ? int_constant() : any_int(), out);
      case 4:
        return arithmetic(Op::mul, Op::mul_overflows, a, chance(80) ? int_constant() : any_int(), out);
      case 5: {
        const Expr b = chance(60) ? int_constant() : any_int();
        check(op(Op::ne, b, ir::int_constant(0)), ExceptionKind::ZeroDivisionError, {}, out);
        return let(op(chance(50) ? Op::floordiv : Op::floormod, a, b), out);
      }
      case 6:
        return let(op(chance(50) ? Op::min : Op::max, a, any_int()), out);
      case 7:
        return let(ir::length(chance(50) ? vector() : ir::variable(integers_), 0), out);
      default: {
        const Expr i = subscript(checked_int(out, depth - 1), ir::variable(integers_), 0, out);
        return let(ir::load(ir::variable(integers_), {i}), out);
      }
    }
  }

  Expr arithmetic(Op o, Op overflows, const Expr& a, const Expr& b, Block& out) {
    if (chance(90)) check(no(op(overflows, a, b)), ExceptionKind::OverflowError, {}, out);  // else it wraps, as NumPy's
    return let(op(o, a, b), out);
  }

  Expr subscript(const Expr& k, const Expr& array, int d, Block& out) {
    const Expr n = ir::length(array, d);
    const Expr zero = ir::int_constant(0);
    const Expr i = let(ir::operation(Op::select, {op(Op::lt, k, zero), k + n, k}), out);
    check(op(Op::bit_and, op(Op::le, zero, i), op(Op::lt, i, n)), ExceptionKind::IndexError, {k, n}, out);
    return i;
  }

  Expr element_index(Block& out) { return chance(70) ? any_int() : checked_int(out, 1); }

  Expr load(Block& out) {
    if (chance(70)) {
      const Expr a = vector();
      return let(ir::load(a, {subscript(element_index(out), a, 0, out)}), out);
    }
    const Expr a = ir::variable(matrix_);
    const Expr i = subscript(element_index(out), a, 0, out);
    return let(ir::load(a, {i, subscript(element_index(out), a, 1, out)}), out);
  }

  Expr real(Block& out, int depth = 2) {
    if (depth == 0 || chance(20)) return chance(30) ? float_constant() : any_float();
    if (chance(45)) return load(out);
    const Expr a = real(out, depth - 1);
    const Expr b = real(out, depth - 1);
    switch (below(5)) {
      case 0:
      case 1:
        return a + b;
      case 2:
        return a * b;
      case 3:
        return a - b;
      default:
        return op(chance(50) ? Op::min : Op::max, a, b);
    }
  }

  Expr condition(Block& out) {
    static constexpr Op kTests[] = {Op::lt, Op::le, Op::gt, Op::ge, Op::eq, Op::ne};
    const Op test = kTests[below(6)];
    if (chance(30)) return op(test, real(out, 1), real(out, 1));
    const Expr first = op(test, any_int(), chance(50) ? any_int() : checked_int(out, 1));
    return chance(80)
               ? first
               : op(chance(50) ? Op::bit_and : Op::bit_or, first, op(kTests[below(6)], any_int(), int_constant()));
  }

  void statements(Block& out, int count, int depth) {
    for (int i = 0; i < count; ++i) statement(out, depth);
  }

  /// Statements of a nested block: what they declare is gone after it.
  Block nested(int count, int depth) {
    const auto ints = ints_;
    const auto floats = floats_;
    const auto vectors = vectors_;
    Block body;
    statements(body, count, depth);
    ints_ = ints;
    floats_ = floats;
    vectors_ = vectors;
    return body;
  }

  void statement(Block& out, int depth) {
    if (chance(8)) return declare_view(out);
    switch (below(depth > 0 ? 15 : 8)) {
      case 0:
      case 1:
        return assign_int(out);
      case 2:
        for (const Visible& v : floats_) {
          if (v.assignable && chance(60)) return out.push_back(ir::assign(v.var, real(out)));
        }
        return;
      case 3:
      case 4:
      case 5:
        return store(out);
      case 6:
        return declare_int("v", checked_int(out), out);
      case 7:
        return jump(out);
      case 8:
      case 9: {
        const Expr c = condition(out);
        Block then_body = nested(1 + below(3), depth - 1);
        Block else_body = chance(50) ? nested(1 + below(2), depth - 1) : Block();
        return out.push_back(ir::if_then(c, std::move(then_body), std::move(else_body)));
      }
      case 10:
        return while_loop(out, depth);
      default:
        return for_loop(out, depth);
    }
  }

  /// A name for a row, a column or a slice.
  void declare_view(Block& out) {
    const Expr zero = ir::int_constant(0), one = ir::int_constant(1);
    ir::ViewParts parts;
    if (chance(40)) {
      const int fixed = below(2);
      parts.base = ir::variable(matrix_);
      const Expr i = subscript(element_index(out), parts.base, fixed, out);
      parts.starts = fixed == 0 ? std::vector{i, zero} : std::vector{zero, i};
      parts.from = {1 - fixed};
      parts.lengths = {ir::length(parts.base, 1 - fixed)};
      parts.steps = {one};
    } else {
      parts.base = vector();
      const Expr n = ir::length(parts.base, 0);
      const Expr start = let(op(Op::min, op(Op::max, any_int(), zero), n), out);
      const Expr left = n - start;
      parts.from = {0};
      parts.starts = {start};
      parts.lengths = {let(left, out)};
      parts.steps = {one};
      switch (below(4)) {
        case 0:  // backwards
          parts.starts = {let(n - one, out)};
          parts.lengths = {n};
          parts.steps = {ir::int_constant(-1)};
          break;
        case 1:
          parts.lengths = {let(op(Op::floordiv, left + one, ir::int_constant(2)), out)};
          parts.steps = {ir::int_constant(2)};
          break;
        case 2: {
          const Expr step = let(ir::operation(Op::select, {op(Op::lt, any_int(), one), one, ir::int_constant(2)}), out);
          parts.lengths = {let(op(Op::floordiv, left + step - one, step), out)};
          parts.steps = {step};
          break;
        }
        default:
          break;
      }
    }
    const Type type = Type::array(ir::DType::F64, 1);
    vectors_.push_back(ir::make_var("view", type));
    out.push_back(ir::let(vectors_.back(), ir::view(parts, type)));
  }

  void assign_int(Block& out) {
    for (std::size_t i = 2; i < ints_.size(); ++i) {
      if (!ints_[i].assignable || !chance(50)) continue;
      const Expr self = ir::variable(ints_[i].var);
      const Expr value = chance(50) ? arithmetic(Op::add, Op::add_overflows, self, ir::int_constant(1 + below(2)), out)
                                    : checked_int(out);
      return out.push_back(ir::assign(ints_[i].var, value));
    }
  }

  void store(Block& out) {
    if (chance(20)) {
      const Expr a = ir::variable(integers_);
      const Expr value = checked_int(out);
      return out.push_back(ir::store(a, {subscript(element_index(out), a, 0, out)}, value));
    }
    if (chance(70)) {
      const Expr a = vector();
      const Expr i = subscript(element_index(out), a, 0, out);
      const Expr value = chance(40) ? ir::load(a, {i}) + real(out) : real(out);
      // The old value is read before what follows may write.
      const Expr fixed = let(value, out);
      return out.push_back(ir::store(a, {i}, fixed));
    }
    const Expr a = ir::variable(matrix_);
    const Expr i = subscript(element_index(out), a, 0, out);
    const Expr j = subscript(element_index(out), a, 1, out);
    out.push_back(ir::store(a, {i, j}, let(chance(50) ? ir::load(a, {i, j}) + real(out) : real(out), out)));
  }

  void jump(Block& out) {
    const Expr c = condition(out);
    const int kind = below(4);
    if (kind == 0) {
      out.push_back(ir::if_then(c, {ir::raise({ExceptionKind::ValueError, "r {0}"}, {any_int()}, next_line())}));
    } else if (kind == 1 && chance(40)) {
      out.push_back(ir::if_then(c, {ir::return_values({any_int(), any_float()})}));
    } else if (loops_ > 0) {
      out.push_back(ir::if_then(c, {kind == 2 ? ir::break_loop() : ir::continue_loop()}));
    }
  }

  void for_loop(Block& out, int depth) {
    const int step = chance(70) ? 1 : chance(50) ? -1 : below(2) == 0 ? 2 : -2;
    Expr begin = chance(60) ? int_constant() : any_int();
    Expr end = bound(out);
    if (step < 0) std::swap(begin, end);
    const Var i = ir::make_var("i", ir::kI64);
    const auto ints = ints_;
    ints_.push_back({i, false});
    if (chance(60)) ints_.push_back({i, false});  // likelier as a subscript
    Block body;
    if (chance(40)) {
      // The loop's variable is a variable of the function's too, as in Python.
      for (const Visible& v : ints) {
        if (v.assignable) {
          body.push_back(ir::assign(v.var, ir::variable(i)));
          break;
        }
      }
    }
    ++loops_;
    for (ir::Stmt& s : nested(1 + below(3), depth - 1)) body.push_back(std::move(s));
    --loops_;
    ints_ = ints;
    // Steps are counted in statements: no loop may run for ever without one.
    if (body.empty()) body.push_back(ir::assign(floats_[1].var, ir::variable(floats_[1].var)));
    out.push_back(ir::for_loop(i, begin, end, step, std::move(body)));
  }

  Expr bound(Block& out) {
    switch (below(5)) {
      case 0:
        return ir::int_constant(below(6));
      case 1:
        return any_int();
      case 2:
        return checked_int(out, 1);
      case 3:
        return ir::length(ir::variable(matrix_), below(2));
      default:
        return ir::length(vector(), 0);
    }
  }

  void while_loop(Block& out, int depth) {
    declare_int("w", int_constant(), out);
    const Var w = ints_.back().var;
    const Expr end = let(bound(out), out);
    Block body;
    ++loops_;
    for (ir::Stmt& s : nested(1 + below(2), depth - 1)) body.push_back(std::move(s));
    --loops_;
    const Expr next = arithmetic(Op::add, Op::add_overflows, ir::variable(w), ir::int_constant(1 + below(2)), body);
    body.push_back(ir::assign(w, next));
    out.push_back(ir::while_loop(op(chance(70) ? Op::lt : Op::le, ir::variable(w), end), std::move(body)));
  }

  std::mt19937_64 random_;
  std::vector<Visible> ints_;
  std::vector<Visible> floats_;
  std::vector<Var> vectors_;
  Var matrix_;
  Var integers_;
  int loops_ = 0;
  std::int32_t line_ = 0;
};

}  // namespace

ir::Module random_program(std::uint64_t seed) { return Generator(seed).program(); }

}  // namespace rooftop::opt
