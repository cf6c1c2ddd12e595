// How the dimensions of whole arrays line up.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rooftop/frontend/emitter.h"

namespace rooftop::frontend {

/// Whether the lengths of operands that are broadcast are known to be equal: then indices need no test.
enum class Broadcast : std::uint8_t { None, Possible };

/// How the dimensions of operands line up with those of a result: the last ones with each other, and those of length 1
/// repeat.
class Broadcasting {
 public:
  using Shape = std::vector<ir::Expr>;

  /// Whose shapes they are: a ValueError or, of arrays of places, an IndexError where they do not fit.
  enum class Of : std::uint8_t { Operands, Places };
  Broadcasting(Emitter& e, std::vector<Shape> shapes, Of of = Of::Operands);
  /// Of shapes that fit into the result's.
  Broadcasting(Shape result, std::vector<Shape> shapes) : lengths_(std::move(result)), shapes_(std::move(shapes)) {}

  const Shape& lengths() const { return lengths_; }
  /// What must be true for no dimension to repeat that is not known to.
  std::vector<ir::Expr> uniform() const;
  /// Where the operand's element is, given the result's indices.
  std::vector<ir::Expr> place(std::size_t operand, const std::vector<ir::Expr>& indices, Broadcast broadcast) const;

 private:
  Shape lengths_;
  std::vector<Shape> shapes_;
};

/// A message that names shapes, as far as an exception's four arguments go; beyond, it says `otherwise`, with the two
/// lengths that do not fit as {0} and {1}.
class ShapeMessage {
 public:
  ShapeMessage& operator<<(const std::string& text) {
    text_ += text;
    return *this;
  }
  /// "(2,)", "(2,3)"; a length that was named before is the same argument.
  ShapeMessage& operator<<(const std::vector<ir::Expr>& shape);
  ShapeMessage& length(const ir::Expr& length);
  void check(Emitter& e, const ir::Expr& fits, const std::string& otherwise, const ir::Expr& have, const ir::Expr& want,
             ExceptionKind kind = ExceptionKind::ValueError) const;

 private:
  std::string text_;
  std::vector<ir::Expr> arguments_;
};

/// Whether two lengths are known to be equal without running anything.
bool known_equal(const ir::Expr& a, const ir::Expr& b);
inline bool is_one(const ir::Expr& length) { return ir::is_int_constant(length, 1); }
inline ir::Expr equals(const ir::Expr& a, const ir::Expr& b) { return compare(ir::Op::eq, a, b); }
/// Equal, or 1 and repeated.
inline ir::Expr repeats_into(const ir::Expr& length, const ir::Expr& target) {
  return logical_or(equals(length, target), equals(length, ir::int_constant(1)));
}
ir::Expr all_of(const std::vector<ir::Expr>& conditions);
/// How many elements there are.
ir::Expr product_of(const std::vector<ir::Expr>& lengths);

/// Loops over all indices, `body` innermost; `name` is that of their variables.
void for_every_index(Emitter& e, const std::vector<ir::Expr>& lengths,
                     const std::function<void(const std::vector<ir::Expr>& indices)>& body,
                     const std::string& name = "i");

}  // namespace rooftop::frontend
