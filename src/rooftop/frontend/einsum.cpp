// einsum: subscripts are read when compiling; labels that the result lacks are summed over, in the order of their first
// appearance.
#include <map>
#include <optional>

#include "rooftop/array/subscripts.h"
#include "rooftop/frontend/array_assignment.h"
#include "rooftop/frontend/array_products.h"
#include "rooftop/frontend/numbers.h"

namespace rooftop::frontend {

using ir::Expr;
using ir::Op;

namespace {

[[noreturn]] void fail_of_ellipsis(Emitter& e) {
  e.fail("an ellipsis in einsum's subscripts is not supported in compiled code", "write a letter per dimension");
}

/// The letters of each operand and of the result.
struct Letters {
  std::vector<std::string> operands;
  std::string result;
};

std::string letters_of(const array::Term& term) { return {term.letters, static_cast<std::size_t>(term.count)}; }

Letters parse(Emitter& e, const std::string& text) {
  const array::Subscripts read(text);
  const auto subscript = [&read] { return "output subscript '" + std::string(1, read.faulty) + "'"; };
  switch (read.fault) {
    case array::SubscriptsFault::None:
      break;
    case array::SubscriptsFault::Character:
      e.fail("einsum's subscripts contain '" + std::string(1, read.faulty) + "'", "subscripts look like 'ij,jk->ik'");
    case array::SubscriptsFault::TooMany:
      e.fail("einsum's subscripts have too many operands or letters");
    case array::SubscriptsFault::UnknownInput:
      e.fail("einstein sum subscripts string included " + subscript() + " which never appeared in an input");
    case array::SubscriptsFault::RepeatedOutput:
      e.fail("einstein sum subscripts string includes " + subscript() + " multiple times");
    case array::SubscriptsFault::Ellipsis:
      fail_of_ellipsis(e);
  }
  Letters letters{.result = letters_of(read.result)};
  for (int k = 0; k < read.operands; ++k) {
    if (read.terms[k].ellipsis >= 0) fail_of_ellipsis(e);
    letters.operands.push_back(letters_of(read.terms[k]));
  }
  if (read.result.ellipsis >= 0) fail_of_ellipsis(e);
  return letters;
}

/// The length that each label stands for; an operand's dimension of length 1 repeats.
class Labels {
 public:
  void meet(Emitter& e, char label, const Expr& length) {
    const auto [at, is_new] = lengths_.emplace(label, length);
    if (is_new) {
      order_ += label;
      return;
    }
    const Expr known = at->second, one = ir::int_constant(1);
    if (known_equal(known, length)) return;
    const Expr fits = logical_or(compare(Op::eq, known, length),
                                 logical_or(compare(Op::eq, known, one), compare(Op::eq, length, one)));
    e.check(fits, ExceptionKind::ValueError,
            "einsum: dimensions with label '" + std::string(1, label) + "' have lengths {0} and {1}", {known, length});
    at->second = e.let("n", select(compare(Op::eq, known, one), length, known));
  }
  const Expr& length(char label) const { return lengths_.at(label); }
  const std::string& order() const { return order_; }

 private:
  std::map<char, Expr> lengths_;
  std::string order_;
};

}  // namespace

Value einsum(Emitter& e, const std::string& text, const std::vector<Value>& given) {
  const Letters subscripts = parse(e, text);
  if (subscripts.operands.size() != given.size()) {
    e.fail("einsum's subscripts are for " + std::to_string(subscripts.operands.size()) + " operands, " +
           std::to_string(given.size()) + " given");
  }
  std::vector<Value> operands;
  Labels labels;
  std::optional<PyType> type;
  for (std::size_t i = 0; i < given.size(); ++i) {
    check_operand(e, given[i]);
    if (given[i].is_number()) e.fail("einsum() of a number", "multiply by it with *");
    operands.push_back(materialise(e, given[i]));
    const std::string& own = subscripts.operands[i];
    if (static_cast<int>(own.size()) != rank_of(operands[i])) {
      e.fail("operand " + std::to_string(i) + " of einsum has " + std::to_string(rank_of(operands[i])) +
             " dimensions and " + std::to_string(own.size()) + " subscripts");
    }
    for (std::size_t d = 0; d < own.size(); ++d) {
      labels.meet(e, own[d], ir::length(operands[i].expr, static_cast<int>(d)));
    }
    const PyType element = PyType::numpy(operands[i].type.dtype());
    type = type ? promote(*type, element) : element;
  }

  const auto lengths_for = [&](const std::string& names) {
    std::vector<Expr> lengths;
    for (const char c : names) lengths.push_back(labels.length(c));
    return lengths;
  };
  std::string summed;
  for (const char c : labels.order()) {
    if (subscripts.result.find(c) == std::string::npos) summed += c;
  }
  std::vector<Broadcasting> shapes;
  ArrayExpression result;
  result.lengths = lengths_for(subscripts.result);
  for (std::size_t i = 0; i < operands.size(); ++i) {
    shapes.emplace_back(lengths_for(subscripts.operands[i]), std::vector<Broadcasting::Shape>{lengths_of(operands[i])});
    const std::vector<Expr> uniform = shapes.back().uniform();
    result.uniform.insert(result.uniform.end(), uniform.begin(), uniform.end());
    result.reads.push_back({.array = operands[i], .in_place = subscripts.operands[i] == subscripts.result});
  }
  const std::vector<Expr> term_counts = lengths_for(summed);
  result.element = [=, type = *type](Emitter& to, const std::vector<Expr>& indices, Broadcast broadcast) {
    return sum_of_products(to, type, term_counts, [&](const std::vector<Expr>& terms) {
      std::vector<Value> factors;
      for (std::size_t i = 0; i < operands.size(); ++i) {
        std::vector<Expr> places;
        for (const char c : subscripts.operands[i]) {
          const std::size_t at = subscripts.result.find(c);
          places.push_back(at != std::string::npos ? indices[at] : terms[summed.find(c)]);
        }
        factors.push_back(number_value(PyType::numpy(operands[i].type.dtype()),
                                       ir::load(operands[i].expr, shapes[i].place(0, places, broadcast))));
      }
      return factors;
    });
  };
  return computed(e, std::move(result));
}

}  // namespace rooftop::frontend
