// Shapes together, and the words when they do not fit.
#include "rooftop/frontend/broadcasting.h"

#include "rooftop/ir/walk.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

ShapeMessage& ShapeMessage::operator<<(const std::vector<Expr>& shape) {
  text_ += "(";
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (d > 0) text_ += ",";
    length(shape[d]);
  }
  text_ += shape.size() == 1 ? ",)" : ")";
  return *this;
}

ShapeMessage& ShapeMessage::length(const Expr& length) {
  std::size_t at = 0;
  while (at < arguments_.size() && !known_equal(arguments_[at], length)) ++at;
  if (at == arguments_.size()) arguments_.push_back(length);
  text_ += "{" + std::to_string(at) + "}";
  return *this;
}

void ShapeMessage::check(Emitter& e, const Expr& fits, const std::string& otherwise, const Expr& have, const Expr& want,
                         ExceptionKind kind) const {
  constexpr std::size_t kMostArguments = 4;
  if (arguments_.size() <= kMostArguments) {
    e.check(fits, kind, text_, arguments_);
  } else {
    e.check(fits, kind, otherwise, {have, want});
  }
}

bool known_equal(const Expr& a, const Expr& b) { return ir::same_expression(a, b); }

Expr all_of(const std::vector<Expr>& conditions) {
  Expr all = ir::bool_constant(true);
  for (const Expr& condition : conditions) all = logical_and(all, condition);
  return all;
}

Expr product_of(const std::vector<Expr>& lengths) {
  Expr product = ir::int_constant(1);
  for (const Expr& length : lengths) product = mul(product, length);
  return product;
}

void for_every_index(Emitter& e, const std::vector<Expr>& lengths,
                     const std::function<void(const std::vector<Expr>&)>& body, const std::string& name) {
  std::vector<ir::Var> vars;
  std::vector<Expr> indices;
  for (std::size_t d = 0; d < lengths.size(); ++d) {
    vars.push_back(ir::make_var(name, ir::kI64));
    indices.push_back(ir::variable(vars.back()));
  }
  ir::Block block;
  {
    const Emitter::Redirect into(e, block);
    body(indices);
  }
  for (std::size_t d = lengths.size(); d-- > 0;) {
    block = {ir::for_loop(vars[d], ir::int_constant(0), lengths[d], 1, std::move(block), ir::LoopKind::Serial,
                          e.location())};
  }
  for (ir::Stmt& s : block) e.emit(std::move(s));
}

Broadcasting::Broadcasting(Emitter& e, std::vector<Shape> shapes, Of of) : shapes_(std::move(shapes)) {
  const bool places = of == Of::Places;
  const std::string what = places ? "shape mismatch: indexing arrays" : "operands";
  const Expr one = ir::int_constant(1);
  for (const Shape& next : shapes_) {
    const Shape before = lengths_;
    if (next.size() > lengths_.size()) lengths_.insert(lengths_.begin(), next.size() - lengths_.size(), one);
    const std::size_t extra = lengths_.size() - next.size();
    for (std::size_t d = 0; d < next.size(); ++d) {
      const Expr a = lengths_[d + extra], b = next[d];
      if (known_equal(a, b) || is_one(b)) continue;
      if (is_one(a)) {
        lengths_[d + extra] = b;
        continue;
      }
      ShapeMessage message;
      message << what + " could not be broadcast together with shapes " << before << " " << next << " ";
      message.check(e, logical_or(equals(a, b), logical_or(equals(a, one), equals(b, one))),
                    what + " could not be broadcast together: dimensions of lengths {0} and {1}", a, b,
                    places ? ExceptionKind::IndexError : ExceptionKind::ValueError);
      lengths_[d + extra] = e.let("n", select(equals(a, one), b, a));
    }
  }
}

std::vector<Expr> Broadcasting::uniform() const {
  std::vector<Expr> conditions;
  for (const Shape& shape : shapes_) {
    const std::size_t extra = lengths_.size() - shape.size();
    for (std::size_t d = 0; d < shape.size(); ++d) {
      if (is_one(shape[d]) || known_equal(shape[d], lengths_[d + extra])) continue;
      conditions.push_back(equals(shape[d], lengths_[d + extra]));
    }
  }
  return conditions;
}

std::vector<Expr> Broadcasting::place(std::size_t operand, const std::vector<Expr>& indices,
                                      Broadcast broadcast) const {
  const Shape& shape = shapes_[operand];
  const std::size_t extra = indices.size() - shape.size();
  const Expr zero = ir::int_constant(0);
  std::vector<Expr> own;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    const Expr& i = indices[d + extra];
    const bool repeats = is_one(shape[d]) && !is_one(lengths_[d + extra]);
    if (repeats) {
      own.push_back(zero);
    } else if (broadcast == Broadcast::None || known_equal(shape[d], lengths_[d + extra])) {
      own.push_back(i);
    } else {
      own.push_back(select(equals(shape[d], ir::int_constant(1)), zero, i));
    }
  }
  return own;
}

}  // namespace rooftop::frontend
