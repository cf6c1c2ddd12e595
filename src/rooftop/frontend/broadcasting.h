// How the dimensions of whole arrays line up.
#pragma once

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

  /// The shapes together; a ValueError where they do not fit.
  Broadcasting(Emitter& e, std::vector<Shape> shapes);
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

/// Raises ValueError in NumPy's words unless `fits`: `have` and `want` are the lengths that do not.
void check_fits(Emitter& e, const ir::Expr& fits, const std::vector<ir::Expr>& a, const std::vector<ir::Expr>& b,
                const ir::Expr& have, const ir::Expr& want);

/// Whether two lengths are known to be equal without running anything.
bool known_equal(const ir::Expr& a, const ir::Expr& b);
inline bool is_one(const ir::Expr& length) { return ir::is_int_constant(length, 1); }
inline ir::Expr equals(const ir::Expr& a, const ir::Expr& b) { return compare(ir::Op::eq, a, b); }
/// Equal, or 1 and repeated.
inline ir::Expr repeats_into(const ir::Expr& length, const ir::Expr& target) {
  return logical_or(equals(length, target), equals(length, ir::int_constant(1)));
}
ir::Expr all_of(const std::vector<ir::Expr>& conditions);

}  // namespace rooftop::frontend
