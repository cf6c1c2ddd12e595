// Merging of sorted terms, every step checked for overflow.
#include "rooftop/opt/linear.h"

#include <algorithm>

namespace rooftop::opt {
namespace {

/// Far below 2^127, so that sums of a few forms are representable too.
constexpr Wide kLimit = static_cast<Wide>(1) << 120;

bool multiply_add(Wide a, Wide factor, Wide b, Wide& result) {
  Wide product = 0;
  return !__builtin_mul_overflow(factor, b, &product) && !__builtin_add_overflow(a, product, &result) &&
         result < kLimit && result > -kLimit;
}

Wide gcd(Wide a, Wide b) {
  while (b != 0) {
    const Wide r = a % b;
    a = b;
    b = r;
  }
  return a < 0 ? -a : a;
}

Wide divide_down(Wide a, Wide b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }

std::string text_of(Wide value) {
  if (value < 0) return "-" + text_of(-value);
  std::string text;
  do {
    text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return text;
}

}  // namespace

Wide Linear::coefficient(Symbol symbol) const {
  const auto found = std::lower_bound(terms_.begin(), terms_.end(), symbol,
                                      [](const Term& term, Symbol wanted) { return term.symbol < wanted; });
  return found != terms_.end() && found->symbol == symbol ? found->coefficient : 0;
}

std::optional<Linear> Linear::plus(const Linear& other, Wide factor) const {
  Linear result;
  if (!multiply_add(constant_, factor, other.constant_, result.constant_)) return std::nullopt;
  result.terms_.reserve(terms_.size() + other.terms_.size());
  auto a = terms_.begin();
  auto b = other.terms_.begin();
  while (a != terms_.end() || b != other.terms_.end()) {
    if (b == other.terms_.end() || (a != terms_.end() && a->symbol < b->symbol)) {
      result.terms_.push_back(*a++);
      continue;
    }
    const bool both = a != terms_.end() && a->symbol == b->symbol;
    Wide sum = 0;
    if (!multiply_add(both ? a->coefficient : 0, factor, b->coefficient, sum)) return std::nullopt;
    if (sum != 0) result.terms_.push_back({b->symbol, sum});
    if (both) ++a;
    ++b;
  }
  return result;
}

std::optional<Linear> Linear::substitute(Symbol symbol, const Linear& value) const {
  const Wide c = coefficient(symbol);
  if (c == 0) return *this;
  const auto without = plus(Linear::of(symbol), -c);
  return without ? without->plus(value, c) : std::nullopt;
}

Linear Linear::reduced() const {
  Wide divisor = 0;
  for (const Term& term : terms_) divisor = gcd(divisor, term.coefficient);
  if (divisor <= 1) return *this;
  Linear result = *this;
  for (Term& term : result.terms_) term.coefficient /= divisor;
  result.constant_ = divide_down(constant_, divisor);
  return result;
}

std::string to_string(const Linear& form) {
  std::string text;
  const auto append = [&](Wide value, const std::string& what) {
    text += text.empty() ? (value < 0 ? "-" : "") : (value < 0 ? " - " : " + ");
    const Wide size = value < 0 ? -value : value;
    text += what.empty() ? text_of(size) : (size == 1 ? "" : text_of(size) + "*") + what;
  };
  for (const Linear::Term& term : form.terms()) append(term.coefficient, "#" + std::to_string(term.symbol));
  if (form.constant() != 0 || text.empty()) append(form.constant(), "");
  return text;
}

}  // namespace rooftop::opt
