// Where the ir of the function being compiled is written: the current block, the current place in the source, and the
// small pieces that Python's meaning is made of (checked integer arithmetic, lets, choices).
#pragma once

#include <functional>
#include <map>
#include <string>

#include "rooftop/base/errors.h"
#include "rooftop/frontend/value.h"
#include "rooftop/ir/stmt.h"

namespace rooftop::frontend {

/// CPython's own messages of exceptions, by key ("int_division_by_zero"): they differ between versions, so the bindings
/// take them from the running interpreter.
using Messages = std::map<std::string, std::string>;

class Emitter {
 public:
  Emitter(ir::Block& block, const Messages& messages, ir::FloatModel float_model)
      : block_(&block), messages_(&messages), float_model_(float_model) {}

  ir::Block& block() { return *block_; }
  /// Results must be bit-equal to CPython's.
  bool strict() const { return float_model_ == ir::FloatModel::Strict; }
  /// Directs statements to another block while the guard lives.
  class Redirect {
   public:
    Redirect(Emitter& emitter, ir::Block& block) : emitter_(emitter), saved_(emitter.block_) {
      emitter.block_ = &block;
    }
    ~Redirect() { emitter_.block_ = saved_; }
    Redirect(const Redirect&) = delete;
    Redirect& operator=(const Redirect&) = delete;

   private:
    Emitter& emitter_;
    ir::Block* saved_;
  };
  /// Sets the place that statements and errors are attributed to while the guard lives.
  class At {
   public:
    At(Emitter& emitter, const SourceLocation& location) : emitter_(emitter), saved_(emitter.location_) {
      if (location) emitter.location_ = location;
    }
    ~At() { emitter_.location_ = saved_; }
    At(const At&) = delete;
    At& operator=(const At&) = delete;

   private:
    Emitter& emitter_;
    SourceLocation saved_;
  };

  /// Makes a function of statements that are needed twice and returns its name in the module. Not inside of loops,
  /// where nests are best seen whole; unset there.
  using Outline = std::function<std::string(std::vector<ir::Var> parameters, ir::Block body)>;
  void set_outline(Outline outline) { outline_ = std::move(outline); }
  const Outline& outline() const { return outline_; }

  /// The value of one of two branches, as a conditional expression has it.
  using Choose = std::function<Value(const ir::Expr& test, const std::function<Value()>& then,
                                     const std::function<Value()>& otherwise)>;
  void set_choose(Choose choose) { choose_ = std::move(choose); }
  const Choose& choose() const { return choose_; }

  const SourceLocation& location() const { return location_; }
  void emit(ir::Stmt stmt) { block_->push_back(std::move(stmt)); }

  /// A variable bound to the value here. Constants and variables are returned as they are: a mutable variable is only
  /// assigned where control flow joins, after every use of what was read from it.
  ir::Expr let(const std::string& name, const ir::Expr& value);
  /// The view that a variable of let() is bound to; empty for other arrays.
  ir::Expr view_definition(const ir::Expr& array) const;
  /// The value with every part bound to a let, so that later stores and assignments cannot change it.
  Value pin(const std::string& name, const Value& value);

  void check(const ir::Expr& condition, ExceptionKind kind, std::string message, std::vector<ir::Expr> arguments = {});
  /// Raises here; code after it is unreachable.
  void raise(ExceptionKind kind, std::string message, std::vector<ir::Expr> arguments = {});
  const std::string& message(const std::string& key) const;

  /// Refuses the program at the current place.
  [[noreturn]] void fail(const std::string& message, std::string hint = {}) const;

  // Integers of the same type, folded where constant. The `checked` ones raise OverflowError where Python's int would
  // grow.
  ir::Expr checked(ir::Op op, ir::Op overflows, const std::string& symbol, const ir::Expr& a, const ir::Expr& b);
  ir::Expr checked_add(const ir::Expr& a, const ir::Expr& b);
  ir::Expr checked_sub(const ir::Expr& a, const ir::Expr& b);
  ir::Expr checked_mul(const ir::Expr& a, const ir::Expr& b);

 private:
  ir::Block* block_;
  const Messages* messages_;
  ir::FloatModel float_model_;
  SourceLocation location_;
  std::map<ir::Var, ir::Expr> views_;
  Outline outline_;
  Choose choose_;
};

// Pure integer and boolean expressions with the obvious constants folded, to keep the ir readable.
ir::Expr add(const ir::Expr& a, const ir::Expr& b);
ir::Expr sub(const ir::Expr& a, const ir::Expr& b);
ir::Expr mul(const ir::Expr& a, const ir::Expr& b);
ir::Expr select(const ir::Expr& condition, const ir::Expr& a, const ir::Expr& b);
ir::Expr logical_and(const ir::Expr& a, const ir::Expr& b);
ir::Expr logical_or(const ir::Expr& a, const ir::Expr& b);
ir::Expr logical_not(const ir::Expr& a);
ir::Expr compare(ir::Op op, const ir::Expr& a, const ir::Expr& b);
ir::Expr minimum(const ir::Expr& a, const ir::Expr& b);
ir::Expr maximum(const ir::Expr& a, const ir::Expr& b);
bool is_true(const ir::Expr& e);
bool is_false(const ir::Expr& e);

}  // namespace rooftop::frontend
