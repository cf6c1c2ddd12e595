// Values of a function numbered by what they compute: equal numbers are equal values wherever both are visible.
// Integers get linear forms over other values, conditions become facts, and facts decide conditions.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "rooftop/ir/stmt.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/ranges_facts.h"

namespace rooftop::opt {

/// a - b + constant, for exact forms of 64-bit values.
Linear difference(const Linear& a, const Linear& b, Wide constant = 0);

/// A value's number is its symbol in linear forms.
class Values {
 public:
  /// The current value of each variable that may be assigned: what a branch saves and a join compares.
  using State = std::map<const ir::VarNode*, Symbol>;

  explicit Values(ir::VarSet assigned) : assigned_(std::move(assigned)) {}

  /// The number of what `e` computes here.
  Symbol number(const ir::Expr& e);
  /// A value of which nothing but its type is known.
  Symbol fresh(const ir::Type& type);
  void bind(const ir::Var& var, Symbol value);
  /// Memory may have changed: loads from here on are other values.
  void memory_changed();

  const State& state() const { return state_; }
  void set_state(State state);
  std::int64_t memory() const { return memory_; }
  void set_memory(std::int64_t version);

  /// The exact value of an integer as a form; the symbol itself where nothing better is known. Nothing for what is no
  /// signed scalar integer (64-bit unsigned included).
  std::optional<Linear> form(Symbol value);

  void assume(Symbol condition, bool holds);
  std::optional<bool> decide(Symbol condition);
  /// The inequalities (each >= 0) that follow from the condition.
  std::vector<Linear> inequalities(Symbol condition, bool holds);

  Facts& facts() { return facts_; }

  struct Mark {
    Facts::Mark facts;
    std::size_t known, forms;
  };
  Mark mark() const { return {facts_.mark(), known_trail_.size(), form_trail_.size()}; }
  /// Forgets what was learnt since the mark; values keep their numbers.
  void undo(const Mark& mark);

 private:
  struct Node {
    ir::Type type;
    ir::ExprKind kind = ir::ExprKind::Variable;  ///< Variable: opaque
    ir::Op op{};
    std::vector<Symbol> args{};
    std::int64_t integer = 0;
  };
  struct Form {
    Linear wrapped;  ///< equal to the value modulo 2^64
    Linear exact;
  };
  enum class Relation : std::uint8_t { Less, LessEqual, Equal, NotEqual };

  const Node& node(Symbol s) const { return nodes_[static_cast<std::size_t>(s)]; }
  Symbol add(Node n, Interval range);
  Symbol number_node(const ir::Expr& e);
  Symbol number_variable(const ir::Var& var);
  Interval first_range(const Node& n) const;
  bool has_form(Symbol s) const;
  const Form& forms(Symbol s);
  Form compute(Symbol s);
  std::optional<Linear> wrapped(Symbol s);
  void describe(Symbol s);
  void describe_quotient(Symbol s, Symbol dividend, Symbol divisor);
  void describe_product(Symbol s);
  void describe_choice(Symbol s, std::vector<Facts::Case> cases);
  bool fits(const Linear& form);

  void set_known(Symbol condition, bool holds);
  void collect(Symbol condition, bool holds, std::vector<Linear>& out);
  void collect_relation(ir::Op op, Symbol a, Symbol b, bool holds, std::vector<Linear>& out);
  void collect_no_overflow(ir::Op op, Symbol a, Symbol b, std::vector<Linear>& out);
  std::optional<bool> decide_relation(ir::Op op, Symbol a, Symbol b);
  bool never_overflows(ir::Op op, Symbol a, Symbol b);

  ir::VarSet assigned_;
  Facts facts_;
  State state_;
  std::int64_t memory_ = 0;
  std::int64_t last_memory_ = 0;
  std::unordered_map<const ir::VarNode*, Symbol> immutable_;
  std::vector<Node> nodes_;
  std::map<std::vector<std::int64_t>, Symbol> by_key_;
  std::unordered_map<const ir::ExprNode*, std::pair<ir::Expr, Symbol>> memo_;
  std::unordered_map<Symbol, std::vector<Symbol>> view_lengths_;
  std::vector<std::shared_ptr<const ir::Table>> tables_;

  std::unordered_map<Symbol, bool> known_;
  std::vector<Symbol> known_trail_;
  std::unordered_map<Symbol, Form> forms_;
  std::vector<Symbol> form_trail_;
};

}  // namespace rooftop::opt
