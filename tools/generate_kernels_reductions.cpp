// Folds in lanes: four registers of 64 bytes a round whatever the target has, so that every machine adds in one order.
//
//   whole rounds of four registers, eight rounds to a group, eight groups to a part: the parts are added in turn
//   what is left, a register a round; what is left then, one element after the other
//
// Lanes are folded by halves. A sum's error is that of 8 + 8 additions, of those over the parts, and of a handful more.
#include <limits>

#include "generate_kernels_loops.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/ufuncs.h"

namespace rooftop::tools {

using ir::Block;
using ir::DType;
using ir::Expr;
using ir::Op;
using ir::Type;

namespace {

constexpr int kRegisterBytes = 64;
constexpr int kRegisters = 4;
constexpr int kRounds = 8;  ///< to a group, and groups to a part

using ops::Ufunc;

class Reduction {
 public:
  Reduction(Ufunc ufunc, DType input, DType output, bool strided) : ufunc_(ufunc), input_(input), output_(output) {
    const ir::Layout layout = strided ? ir::Layout::Strided : ir::Layout::C;
    in_ = ir::make_var("in", Type::array(input, 1, layout));
    out_ = ir::make_var("out", Type::array(output, 1, ir::Layout::C));
    n_ = ir::length(ir::variable(in_), 0);
    is_sum_ = ufunc == Ufunc::add || ufunc == Ufunc::multiply;
    is_test_ = ufunc == Ufunc::logical_and || ufunc == Ufunc::logical_or;
    folded_ = is_test_ ? DType::Bool : array::is_half(input) ? DType::F32 : output;
    if (ufunc == Ufunc::bitwise_xor && array::is_bool(input)) folded_ = DType::U8;  // no reduction of lanes does that
    const DType part = array::part_of(is_test_ ? input : folded_);
    lanes_ = kRegisterBytes / static_cast<int>(array::size_of(part));
    // Half as many additions in a row would not make the order of numbers that round matter less to others.
    rounds_in_groups_ = is_sum_ && (array::is_float(folded_) || array::is_complex(folded_));
  }

  ir::Function build() {
    Block body;
    const ir::Var first = ir::make_var("first", Type::scalar(folded_));
    body.push_back(ir::let(first, converted(ir::load(ir::variable(in_), {ir::int_constant(0)}))));
    first_ = ir::variable(first);
    const ir::Var result = ir::make_var("result", Type::scalar(folded_));
    body.push_back(ir::declare(result, starts_with_first() ? first_ : identity(Type::scalar(folded_))));
    const Expr total = ir::variable(result);

    const int wide = kRegisters * lanes_;
    const Expr whole = bind(body, "whole", ir::operation(Op::bit_and, {n_, ir::int_constant(-wide)}));
    Block rounds;
    const std::vector<Expr> sums = wide_rounds(rounds, whole);
    const Expr folded = fold_lanes(rounds, joined(rounds, sums));
    rounds.push_back(ir::assign(result, seen_ ? with_nan(rounds, folded) : folded));
    body.push_back(ir::if_then(ir::operation(Op::gt, {whole, ir::int_constant(0)}), std::move(rounds)));

    const Expr rest = bind(body, "rest", whole + ir::operation(Op::bit_and, {n_ - whole, ir::int_constant(-lanes_)}));
    Block single;
    const ir::Var sum = declare(single, "sum", lanes_);
    single.push_back(loop(whole, rest, lanes_, [&](Block& round, const Expr& i) {
      round.push_back(ir::assign(sum, fold(round, ir::variable(sum), elements(i, lanes_))));
    }));
    const Expr added = fold_lanes(single, ir::variable(sum));
    single.push_back(ir::assign(result, fold(single, total, added)));
    body.push_back(ir::if_then(ir::operation(Op::lt, {whole, rest}), std::move(single)));

    body.push_back(loop(rest, n_, 1, [&](Block& round, const Expr& i) {
      round.push_back(ir::assign(result, fold(round, total, elements(i, 1))));
    }));
    body.push_back(ir::store(ir::variable(out_), {ir::int_constant(0)}, ir::cast(total, output_)));
    return {.name = "kernel", .python_name = "kernel", .parameters = {in_, out_}, .body = std::move(body)};
  }

 private:
  /// Folding an element twice changes nothing: lanes begin with the first element.
  bool starts_with_first() const { return !is_sum_ && ufunc_ != Ufunc::bitwise_xor; }

  Expr identity(const Type& type) const {
    if (array::is_complex(type.dtype())) {
      const bool sum = ufunc_ == Ufunc::add;
      return ir::constant(type, {.real = sum ? -0.0 : 1.0, .imag = sum ? -0.0 : 0.0});
    }
    if (array::is_float(type.dtype())) return ir::float_constant(ufunc_ == Ufunc::add ? -0.0 : 1.0, type);
    return ir::int_constant(ufunc_ == Ufunc::multiply ? 1 : 0, type);
  }

  Expr bind(Block& out, const char* name, const Expr& value) const {
    const ir::Var var = ir::make_var(name, value.type());
    out.push_back(ir::let(var, value));
    return ir::variable(var);
  }

  ir::Var declare(Block& out, const char* name, int lanes) const {
    const Type type = Type::vector(folded_, lanes);
    const ir::Var var = ir::make_var(name, type);
    out.push_back(ir::declare(var, starts_with_first() ? ir::broadcast(first_, lanes) : identity(type)));
    return var;
  }

  template <class Body>
  ir::Stmt loop(const Expr& begin, const Expr& end, int step, Body body) const {
    const ir::Var i = ir::make_var("i", ir::kI64);
    Block round;
    body(round, ir::variable(i));
    return ir::for_loop(i, begin, end, step, std::move(round));
  }

  Expr converted(const Expr& element) const {
    if (!is_test_) return ir::cast(element, folded_);
    const Expr operands[] = {element};
    Block none;
    const Expr is_false = ir::ufunc_values(Ufunc::logical_not, {{input_, DType::Bool}}, operands, none)[0];
    return ir::operation(Op::bit_not, {is_false});
  }

  Expr elements(const Expr& i, int lanes) const {
    const Expr index = lanes == 1 ? i : ir::ramp(i, ir::int_constant(1), lanes);
    return converted(ir::load(ir::variable(in_), {index}));
  }

  Expr fold(Block& out, const Expr& a, const Expr& b) const {
    const Expr operands[] = {a, b};
    return ir::ufunc_values(ufunc_, {{folded_, folded_, folded_}}, operands, out)[0];
  }

  /// Floats among which NaN wins. Minima of numbers alone take one instruction; whether there was a NaN is remembered
  /// beside them, so that no element waits for the test of the one before.
  bool is_float_extremum() const {
    return (ufunc_ == Ufunc::minimum || ufunc_ == Ufunc::maximum) && array::is_float(folded_);
  }
  Type mask_type() const { return Type::vector(folded_ == DType::F32 ? DType::I32 : DType::I64, lanes_); }

  void extremum_rounds(Block& out, const std::vector<ir::Var>& best, const Expr& end) {
    seen_ = ir::make_var("seen_nan", mask_type());
    out.push_back(ir::declare(seen_, ir::int_constant(0, mask_type())));
    const Op better = ufunc_ == Ufunc::minimum ? Op::min : Op::max;  // its first argument where the second is NaN
    out.push_back(loop(ir::int_constant(0), end, kRegisters * lanes_, [&](Block& round, const Expr& i) {
      Expr nan;
      for (int r = 0; r < kRegisters; ++r) {
        const ir::Var& sum = best[static_cast<std::size_t>(r)];
        const Expr value = bind(round, "a", elements(r == 0 ? i : i + ir::int_constant(r * lanes_), lanes_));
        round.push_back(ir::assign(sum, ir::operation(better, {ir::variable(sum), value})));
        const Expr is_nan = ir::operation(Op::ne, {value, value});
        nan = nan ? ir::operation(Op::bit_or, {nan, is_nan}) : is_nan;
      }
      const Expr seen = ir::variable(seen_);
      round.push_back(ir::assign(seen_, ir::operation(Op::select, {nan, ir::int_constant(-1, mask_type()), seen})));
    }));
  }

  /// NaN if one was seen.
  Expr with_nan(Block& out, const Expr& value) const {
    const Expr seen = ir::operation(Op::ne, {ir::variable(seen_), ir::int_constant(0, mask_type())});
    const Expr nan = ir::float_constant(std::numeric_limits<double>::quiet_NaN(), value.type());
    return ir::operation(Op::select, {bind(out, "any", ir::operation(Op::reduce_or, {seen})), nan, value});
  }

  /// Four registers of sums over the elements up to `end`.
  std::vector<Expr> wide_rounds(Block& out, const Expr& end) {
    const auto registers = [&](Block& to, const char* name) {
      std::vector<ir::Var> vars;
      for (int r = 0; r < kRegisters; ++r) vars.push_back(declare(to, name, lanes_));
      return vars;
    };
    const auto add_to = [&](Block& to, const std::vector<ir::Var>& sums, const std::vector<ir::Var>& more) {
      for (int r = 0; r < kRegisters; ++r) {
        const auto k = static_cast<std::size_t>(r);
        to.push_back(ir::assign(sums[k], fold(to, ir::variable(sums[k]), ir::variable(more[k]))));
      }
    };
    const auto add_rounds = [&](Block& to, const std::vector<ir::Var>& sums, const Expr& from, const Expr& until) {
      to.push_back(loop(from, until, kRegisters * lanes_, [&](Block& round, const Expr& i) {
        for (int r = 0; r < kRegisters; ++r) {
          const auto k = static_cast<std::size_t>(r);
          const Expr value = elements(r == 0 ? i : i + ir::int_constant(r * lanes_), lanes_);
          round.push_back(ir::assign(sums[k], fold(round, ir::variable(sums[k]), value)));
        }
      }));
    };
    const std::vector<ir::Var> total = registers(out, "total");
    std::vector<Expr> values;
    for (const ir::Var& v : total) values.push_back(ir::variable(v));
    if (is_float_extremum()) {
      extremum_rounds(out, total, end);
      return values;
    }
    if (!rounds_in_groups_) {
      add_rounds(out, total, ir::int_constant(0), end);
      return values;
    }
    const int group = kRegisters * lanes_ * kRounds, part = group * kRounds;
    const auto until = [&](Block& to, const Expr& from, int length, const Expr& most) {
      return bind(to, "until", ir::operation(Op::min, {from + ir::int_constant(length), most}));
    };
    out.push_back(loop(ir::int_constant(0), end, part, [&](Block& one_part, const Expr& from) {
      const Expr part_end = until(one_part, from, part, end);
      const std::vector<ir::Var> groups = registers(one_part, "part");
      one_part.push_back(loop(from, part_end, group, [&](Block& one_group, const Expr& begin) {
        const Expr group_end = until(one_group, begin, group, part_end);
        const std::vector<ir::Var> sums = registers(one_group, "group");
        add_rounds(one_group, sums, begin, group_end);
        add_to(one_group, groups, sums);
      }));
      add_to(one_part, total, groups);
    }));
    return values;
  }

  Expr joined(Block& out, const std::vector<Expr>& sums) const {
    const Expr low = fold(out, sums[0], sums[1]);
    const Expr high = fold(out, sums[2], sums[3]);
    return bind(out, "joined", fold(out, low, high));
  }

  /// Lane i with lane i + half, until one is left.
  Expr fold_lanes(Block& out, Expr value) const {
    if (folded_ == DType::Bool) {
      return bind(out, "all", ir::operation(is_all() ? Op::reduce_and : Op::reduce_or, {value}));
    }
    for (int left = lanes_; left > 1; left /= 2) {
      const Expr low = bind(out, "low", ir::operation(Op::zip_low, {value, value}));
      const Expr high = bind(out, "high", ir::operation(Op::zip_high, {value, value}));
      value = bind(out, "folded", fold(out, low, high));
    }
    return ir::operation(Op::first_lane, {value});
  }

  Ufunc ufunc_;
  DType input_, output_, folded_{};
  ir::Var in_, out_;
  Expr n_, first_;
  ir::Var seen_;
  int lanes_ = 1;
  bool is_all() const {
    return ufunc_ == Ufunc::logical_and || ufunc_ == Ufunc::multiply || ufunc_ == Ufunc::bitwise_and ||
           ufunc_ == Ufunc::minimum || ufunc_ == Ufunc::fmin;
  }

  bool is_sum_ = false, is_test_ = false, rounds_in_groups_ = false;
};

}  // namespace

ir::Function reduction(Ufunc ufunc, DType input, DType output, bool is_strided, const Target&) {
  return Reduction(ufunc, input, output, is_strided).build();
}

}  // namespace rooftop::tools
