// The meanings over one class for floats, integers and truth values, whose kind is known at run time only, as
// expressions of the ir are: kinds never mix, results are those of native scalars, and the number of operations is
// bounded.
#include <gtest/gtest.h>

#include <stdexcept>

#include "ops/meaning_cases.h"

namespace rooftop::ops::meaning::testing {

/// A float64, an int64 or a truth value; counts the operations applied.
struct Dynamic {
  enum class Kind { Float, Int, Mask };
  Kind kind;
  double real = 0;
  std::int64_t integer = 0;
  static inline int operations = 0;

  const Dynamic& as(Kind wanted) const {
    if (kind != wanted) throw std::logic_error("operands of the wrong kind");
    return *this;
  }
  double f() const { return as(Kind::Float).real; }
  std::int64_t i() const { return as(Kind::Int).integer; }
  std::uint64_t u() const { return static_cast<std::uint64_t>(i()); }
  bool m() const { return as(Kind::Mask).integer != 0; }

  static Dynamic of(double value) { return ++operations, Dynamic{Kind::Float, value, 0}; }
  static Dynamic of(std::int64_t value) { return ++operations, Dynamic{Kind::Int, 0, value}; }
  static Dynamic of(std::uint64_t value) { return of(static_cast<std::int64_t>(value)); }
  static Dynamic of(bool value) { return ++operations, Dynamic{Kind::Mask, 0, value}; }
};

Dynamic operator+(const Dynamic& a, const Dynamic& b) {
  return a.kind == Dynamic::Kind::Float ? Dynamic::of(a.f() + b.f()) : Dynamic::of(a.u() + b.u());
}
Dynamic operator-(const Dynamic& a, const Dynamic& b) {
  return a.kind == Dynamic::Kind::Float ? Dynamic::of(a.f() - b.f()) : Dynamic::of(a.u() - b.u());
}
Dynamic operator*(const Dynamic& a, const Dynamic& b) { return Dynamic::of(a.f() * b.f()); }
Dynamic operator/(const Dynamic& a, const Dynamic& b) { return Dynamic::of(a.f() / b.f()); }
Dynamic operator-(const Dynamic& a) { return Dynamic::of(-a.f()); }
Dynamic operator&(const Dynamic& a, const Dynamic& b) { return Dynamic::of(a.i() & b.i()); }
Dynamic operator|(const Dynamic& a, const Dynamic& b) { return Dynamic::of(a.i() | b.i()); }
Dynamic operator^(const Dynamic& a, const Dynamic& b) { return Dynamic::of(a.i() ^ b.i()); }
Dynamic shift_left(const Dynamic& a, int n) { return Dynamic::of(a.u() << n); }
Dynamic shift_right(const Dynamic& a, int n) { return Dynamic::of(a.i() >> n); }
Dynamic shift_right_logical(const Dynamic& a, int n) { return Dynamic::of(a.u() >> n); }
Dynamic fma(const Dynamic& a, const Dynamic& b, const Dynamic& c) { return Dynamic::of(std::fma(a.f(), b.f(), c.f())); }
Dynamic sqrt(const Dynamic& a) { return Dynamic::of(std::sqrt(a.f())); }
Dynamic abs(const Dynamic& a) { return Dynamic::of(std::fabs(a.f())); }
Dynamic rint(const Dynamic& a) { return Dynamic::of(std::rint(a.f())); }
Dynamic trunc(const Dynamic& a) { return Dynamic::of(std::trunc(a.f())); }
Dynamic copysign(const Dynamic& a, const Dynamic& b) { return Dynamic::of(std::copysign(a.f(), b.f())); }
Dynamic min(const Dynamic& a, const Dynamic& b) { return Dynamic::of(b.f() < a.f() ? b.f() : a.f()); }
Dynamic max(const Dynamic& a, const Dynamic& b) { return Dynamic::of(b.f() > a.f() ? b.f() : a.f()); }
Dynamic to_bits(const Dynamic& a) { return Dynamic::of(std::bit_cast<std::int64_t>(a.f())); }
Dynamic from_bits(const Dynamic& a) { return Dynamic::of(std::bit_cast<double>(a.i())); }
Dynamic constant(const Dynamic& like, double value) {
  (void)like.f();
  return {Dynamic::Kind::Float, value, 0};
}
Dynamic int_constant(const Dynamic& like, std::int64_t value) {
  (void)like.f();
  return {Dynamic::Kind::Int, 0, value};
}
Dynamic table_lookup(const Dynamic& index, const Table& table, const Dynamic& like) {
  (void)like.f();
  if (index.u() >= table.size) throw std::out_of_range(table.name);
  return Dynamic::of(table.values[index.i()]);
}
Dynamic less(const Dynamic& a, const Dynamic& b) {
  return Dynamic::of(a.kind == Dynamic::Kind::Float ? a.f() < b.f() : a.i() < b.i());
}
Dynamic less_equal(const Dynamic& a, const Dynamic& b) { return Dynamic::of(a.f() <= b.f()); }
Dynamic equal(const Dynamic& a, const Dynamic& b) {
  return Dynamic::of(a.kind == Dynamic::Kind::Float ? a.f() == b.f() : a.i() == b.i());
}
Dynamic mask_and(const Dynamic& a, const Dynamic& b) { return Dynamic::of(a.m() && b.m()); }
Dynamic mask_or(const Dynamic& a, const Dynamic& b) { return Dynamic::of(a.m() || b.m()); }
Dynamic mask_not(const Dynamic& a) { return Dynamic::of(!a.m()); }
Dynamic select(const Dynamic& m, const Dynamic& a, const Dynamic& b) {
  (void)a.as(b.kind);
  ++Dynamic::operations;
  return m.m() ? a : b;
}
/// Computes both values, as a backend without branches does.
template <class Rare>
Dynamic select_rare(const Dynamic& m, Rare&& rare, const Dynamic& common) {
  return select(m, rare(), common);
}

}  // namespace rooftop::ops::meaning::testing

namespace rooftop::ops::meaning {

template <>
struct MeaningTraits<testing::Dynamic> {
  using Int = testing::Dynamic;
  using Mask = testing::Dynamic;
};
static_assert(MeaningValue<testing::Dynamic>);

namespace testing {
namespace {

Dynamic value_of(double x) { return {Dynamic::Kind::Float, x, 0}; }

/// The operation applied to Dynamic values, as a number.
double dynamic_result(const Case<double>& c, double x, double y) {
  const Dynamic arguments[2] = {value_of(x), value_of(y)};
  const std::span<const Dynamic> given(arguments, static_cast<std::size_t>(c.arguments));
  return apply_meaning<Float64, Dynamic>(*op_from_name(c.name), given)->f();
}

TEST(MeaningVocabulary, OneClassOfRunTimeKindsGivesTheSameBits) {
  std::vector<double> points = special_points<double>();
  Random random{5};
  for (int i = 0; i < 200; ++i) points.push_back(random.any<double>());
  for (const Case<double>& c : cases<double>()) {
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double x = points[i];
      const double y = points[(i * 7 + 3) % points.size()];
      const double native = c.meaning(x, y);
      const double dynamic = dynamic_result(c, x, y);
      if (std::isnan(native)) {
        EXPECT_TRUE(std::isnan(dynamic)) << c.name << "(" << x << ", " << y << ")";
      } else {
        EXPECT_EQ(bits_of(dynamic), bits_of(native)) << c.name << "(" << x << ", " << y << ")";
      }
    }
  }
}

TEST(MeaningVocabulary, OperationsIncludingRareOnesStayFewEnoughToCompileFast) {
  for (const Case<double>& c : cases<double>()) {
    Dynamic::operations = 0;
    (void)dynamic_result(c, 0.5, 0.75);
    EXPECT_GT(Dynamic::operations, 5) << c.name;
    EXPECT_LE(Dynamic::operations, 240) << c.name;
    RecordProperty(c.name, Dynamic::operations);
  }
}

}  // namespace
}  // namespace testing
}  // namespace rooftop::ops::meaning
