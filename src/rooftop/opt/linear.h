// Linear forms: a constant plus a sum of coefficient times symbol, over the integers, in exact 128-bit arithmetic.
// A form that would leave 128 bits does not exist: operations return nothing then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rooftop::opt {

__extension__ using Wide = __int128;

/// A symbol's number; what it stands for is the owner's knowledge (value.h numbers expressions).
using Symbol = std::int32_t;

class Linear {
 public:
  struct Term {
    Symbol symbol;
    Wide coefficient;  ///< never 0
    bool operator==(const Term&) const = default;
  };

  Linear() = default;
  explicit Linear(Wide constant) : constant_(constant) {}
  static Linear of(Symbol symbol) {
    Linear result;
    result.terms_.push_back({symbol, 1});
    return result;
  }

  Wide constant() const { return constant_; }
  const std::vector<Term>& terms() const { return terms_; }  ///< by ascending symbol
  bool is_constant() const { return terms_.empty(); }
  Wide coefficient(Symbol symbol) const;

  /// `this + factor * other`.
  std::optional<Linear> plus(const Linear& other, Wide factor = 1) const;
  std::optional<Linear> minus(const Linear& other) const { return plus(other, -1); }
  std::optional<Linear> times(Wide factor) const { return Linear().plus(*this, factor); }
  /// The form with the symbol replaced by another form.
  std::optional<Linear> substitute(Symbol symbol, const Linear& value) const;
  /// The form over the greatest common divisor of its coefficients, its constant rounded down: `this >= 0` and the
  /// result
  /// `>= 0` are the same for integers.
  Linear reduced() const;

  bool operator==(const Linear&) const = default;

 private:
  Wide constant_ = 0;
  std::vector<Term> terms_;
};

/// For messages and tests: `2*#3 - #1 + 5`.
std::string to_string(const Linear& form);

/// A closed interval of integers.
struct Interval {
  Wide low;
  Wide high;
  bool operator==(const Interval&) const = default;
};

inline constexpr Interval kI64Range{INT64_MIN, INT64_MAX};

}  // namespace rooftop::opt
