// math.gamma and math.lgamma. CPython computes both by Lanczos' approximation (13 terms, g = 6.0247, the coefficients
// those of Boost.Math); under fp_model="strict" so do we, operation by operation, to equal its last bits.
#include <array>
#include <functional>
#include <limits>
#include <numbers>

#include "rooftop/frontend/math_functions.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kG = 6.024680040776729583740234375;
constexpr double kGMinusHalf = 5.524680040776729583740234375;
constexpr double kLogPi = 1.144729885849400174143427351353058711647;
constexpr double kTiny = 1e-20;        // below it gamma(x) is 1/x to the last bit
constexpr double kLargestTabled = 23;  // (23 - 1)! is a float64; CPython has a table up to it
constexpr double kHuge = 200;          // above it gamma overflows, and underflows to zero on the negative side

constexpr std::array<double, 13> kNumerator = {
    23531376880.410759688572007674451636754734846804940, 42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843, 17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708, 1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801, 31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768, 186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024, 210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408};
constexpr std::array<double, 13> kDenominator = {0,       39916800, 120543840, 150917976, 105258076, 45995730, 13339535,
                                                 2637558, 357423,   32670,     1925,      66,        1};

Expr number(double value) { return ir::float_constant(value); }
Expr call(Op op, const Expr& x) { return ir::operation(op, {x}); }

using Branch = std::function<Expr()>;

/// The value of the branch that the condition picks; the other is not computed.
Expr choose(Emitter& e, const Expr& condition, const Branch& then, const Branch& otherwise) {
  const ir::Var result = ir::make_var("t", ir::float_constant(0).type());
  const auto block_of = [&](const Branch& branch) {
    ir::Block block;
    const Emitter::Redirect into(e, block);
    e.emit(ir::assign(result, branch(), e.location()));
    return block;
  };
  e.emit(ir::declare(result, number(0), e.location()));
  ir::Block then_block = block_of(then), else_block = block_of(otherwise);
  e.emit(ir::if_then(condition, std::move(then_block), std::move(else_block), e.location()));
  return ir::variable(result);
}

/// The quotient of the two polynomials, in 1/x where x would let them overflow.
Expr lanczos_sum(Emitter& e, const Expr& x) {
  const auto small = [&] {
    Expr top = number(0), bottom = number(0);
    for (std::size_t i = kNumerator.size(); i-- > 0;) {
      top = e.let("top", top * x + number(kNumerator[i]));
      bottom = e.let("bottom", bottom * x + number(kDenominator[i]));
    }
    return top / bottom;
  };
  const auto large = [&] {
    Expr top = number(0), bottom = number(0);
    for (std::size_t i = 0; i < kNumerator.size(); ++i) {
      top = e.let("top", top / x + number(kNumerator[i]));
      bottom = e.let("bottom", bottom / x + number(kDenominator[i]));
    }
    return top / bottom;
  };
  return choose(e, ir::operation(Op::lt, {x, number(5)}), small, large);
}

/// sin(pi * x) for finite x >= 0, exact in its zeros: by the quarter that x lies in.
Expr sin_pi(Emitter& e, const Expr& x) {
  const Expr y = e.let("y", ir::operation(Op::fmod, {x, number(2)}));
  const Expr twice = e.let("t", number(2) * y);
  const Expr whole = e.let("t", call(Op::floor, twice));
  const Expr up = ir::operation(Op::ge, {twice - whole, number(0.5)});
  const Expr quarter = e.let("quarter", whole + select(up, number(1), number(0)));
  const Expr pi = number(std::numbers::pi);
  const auto is = [&](double k) { return ir::operation(Op::eq, {quarter, number(k)}); };
  const auto sine = [&](const Expr& t) { return call(Op::sin, pi * t); };
  const auto cosine = [&](const Expr& t) { return call(Op::cos, pi * t); };
  const Branch fourth = [&] { return sine(y - number(2)); };
  const Branch third = [&] {
    return choose(
        e, is(3), [&] { return call(Op::neg, cosine(y - number(1.5))); }, fourth);
  };
  const Branch second = [&] {
    return choose(
        e, is(2), [&] { return sine(number(1) - y); }, third);
  };
  const Branch first = [&] {
    return choose(
        e, is(1), [&] { return cosine(y - number(0.5)); }, second);
  };
  return choose(
      e, is(0), [&] { return sine(y); }, first);
}

/// (x - 1)! for a whole x from 1 to kLargestTabled: every factor's product is exact.
Expr factorial_before(Emitter& e, const Expr& x) {
  const ir::Var product = ir::make_var("product", x.type()), factor = ir::make_var("factor", x.type());
  e.emit(ir::declare(product, number(1), e.location()));
  e.emit(ir::declare(factor, number(2), e.location()));
  ir::Block body;
  {
    const Emitter::Redirect into(e, body);
    e.emit(ir::assign(product, ir::variable(product) * ir::variable(factor), e.location()));
    e.emit(ir::assign(factor, ir::variable(factor) + number(1), e.location()));
  }
  e.emit(ir::while_loop(ir::operation(Op::lt, {ir::variable(factor), x}), std::move(body), e.location()));
  return ir::variable(product);
}

/// Multiplies or divides r by y**(size - 1/2), in two steps where the power would overflow.
Expr scale_by_power(Emitter& e, Op op, const Expr& r, const Expr& y, const Expr& size) {
  const auto whole = [&] { return ir::operation(op, {r, ir::operation(Op::pow, {y, size - number(0.5)})}); };
  const auto halves = [&] {
    const Expr root = e.let("t", ir::operation(Op::pow, {y, size / number(2) - number(0.25)}));
    return ir::operation(op, {ir::operation(op, {r, root}), root});
  };
  return choose(e, ir::operation(Op::lt, {size, number(140)}), whole, halves);
}

/// gamma of a finite x that is no pole, with kTiny <= |x| <= kHuge.
Expr lanczos_gamma(Emitter& e, const Expr& x, const Expr& size) {
  const Expr g = number(kGMinusHalf);
  const Expr y = e.let("y", size + g);
  // What the addition lost, for a correction of the first order.
  const Expr lost = select(ir::operation(Op::gt, {size, g}), (y - size) - g, (y - g) - size);
  const Expr z = e.let("z", lost * number(kG) / y);
  const auto negative = [&] {
    const Expr sine = sin_pi(e, size), sum = lanczos_sum(e, size);
    const Expr r = e.let("r", number(-std::numbers::pi) / sine / size * call(Op::exp, y) / sum);
    return scale_by_power(e, Op::div, e.let("r", r - z * r), y, size);
  };
  const auto positive = [&] {
    const Expr sum = lanczos_sum(e, size);
    const Expr r = e.let("r", sum / call(Op::exp, y));
    return scale_by_power(e, Op::mul, e.let("r", r + z * r), y, size);
  };
  return choose(e, ir::operation(Op::lt, {x, number(0)}), negative, positive);
}

/// gamma as CPython computes it, for x that is no pole and not -inf.
Expr exact_gamma(Emitter& e, const Expr& x) {
  const Expr size = e.let("size", abs_of(x));
  const Expr is_tabled = logical_and(ir::operation(Op::eq, {call(Op::floor, x), x}),
                                     ir::operation(Op::le, {size, number(kLargestTabled)}));
  const Branch beyond = [&] {  // also NaN and inf
    const auto vanishing = [&] { return number(0) / call(Op::neg, sin_pi(e, size)); };
    return choose(e, ir::operation(Op::lt, {x, number(0)}), vanishing, [&] { return x * number(kInfinity); });
  };
  const Branch middle = [&] {
    return choose(
        e, ir::operation(Op::le, {size, number(kHuge)}), [&] { return lanczos_gamma(e, x, size); }, beyond);
  };
  const Branch other = [&] {
    return choose(
        e, ir::operation(Op::lt, {size, number(kTiny)}), [&] { return number(1) / x; }, middle);
  };
  return choose(
      e, is_tabled, [&] { return factorial_before(e, x); }, other);
}

/// lgamma as CPython computes it, for finite x that is no pole.
Expr exact_lgamma(Emitter& e, const Expr& x) {
  const Expr size = e.let("size", abs_of(x));
  const Expr is_zero = logical_or(ir::operation(Op::eq, {x, number(1)}), ir::operation(Op::eq, {x, number(2)}));
  const Branch lanczos = [&] {
    Expr r = e.let("r", call(Op::log, lanczos_sum(e, size)) - number(kG));
    r = e.let("r", r + (size - number(0.5)) * (call(Op::log, size + number(kG) - number(0.5)) - number(1)));
    const auto reflected = [&] {
      const Expr sine = sin_pi(e, size);
      return number(kLogPi) - call(Op::log, abs_of(sine)) - call(Op::log, size) - r;
    };
    return choose(e, ir::operation(Op::lt, {x, number(0)}), reflected, [&] { return r; });
  };
  const Branch other = [&] {
    const Expr is_tiny = ir::operation(Op::lt, {size, number(kTiny)});
    return choose(
        e, is_tiny, [&] { return call(Op::neg, call(Op::log, size)); }, lanczos);
  };
  return choose(
      e, is_zero, [] { return number(0); }, other);
}

/// Zero and the negative whole numbers; -inf too.
Expr is_pole(const Expr& x) {
  return logical_and(ir::operation(Op::le, {x, number(0)}), ir::operation(Op::eq, {call(Op::floor, x), x}));
}

}  // namespace

Value math_gamma(Emitter& e, const Arguments& a) {
  const Expr x = math_argument(e, "gamma", a);
  check_domain(e, logical_not(is_pole(x)));
  const Expr result = e.strict() ? exact_gamma(e, x) : e.let("t", call(Op::gamma, x));
  check_range(e, result, is_finite(x));
  return float_value(result);
}

Value math_lgamma(Emitter& e, const Arguments& a) {
  const Expr x = math_argument(e, "lgamma", a);
  check_domain(e, logical_not(logical_and(is_pole(x), is_finite(x))));
  const Expr result = e.strict() ? exact_lgamma(e, x) : e.let("t", call(Op::lgamma, x));
  check_range(e, result, is_finite(x));
  return float_value(select(is_infinite(x), number(kInfinity), result));
}

}  // namespace rooftop::frontend
