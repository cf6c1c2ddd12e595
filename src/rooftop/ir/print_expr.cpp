// Expressions as text. Infix operators as in C, but bit operators bind looser than comparisons: `0 <= %i & %i < %n`.
#include "rooftop/ir/print_expr.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "rooftop/base/errors.h"
#include "rooftop/ir/literal.h"
#include "rooftop/ir/operators.h"
#include "rooftop/ir/print.h"

namespace rooftop::ir {

const std::string& VisibleNames::bind(const Var& var) {
  if (const auto found = names_.find(var.get()); found != names_.end()) return found->second;
  bound_.push_back(var.get());
  return name(var);
}

const std::string& VisibleNames::name(const Var& var) {
  const auto found = names_.find(var.get());
  if (found != names_.end()) return found->second;
  std::string chosen = choose(var);
  visible_.insert(chosen);
  return names_.emplace(var.get(), std::move(chosen)).first->second;
}

std::string VisibleNames::choose(const Var& var) const {
  const std::string wanted = variable_name(var->name);
  std::string chosen = wanted;
  for (int i = 1; visible_.contains(chosen); ++i) chosen = wanted + "." + std::to_string(i);
  return chosen;
}

void VisibleNames::release(std::size_t mark) {
  while (bound_.size() > mark) {
    const auto found = names_.find(bound_.back());
    visible_.erase(found->second);
    names_.erase(found);
    bound_.pop_back();
  }
}

namespace {

/// Nodes of the tree that the graph unfolds to; stops growing at a bound.
class TreeSize {
 public:
  std::int64_t of(const Expr& e) {
    if (const auto found = sizes_.find(e.get()); found != sizes_.end()) return found->second;
    std::int64_t size = 1;
    for (const Expr& a : e.args()) size = std::min<std::int64_t>(size + of(a), 1'000'000'000);
    sizes_.emplace(e.get(), size);
    return size;
  }

 private:
  std::unordered_map<const ExprNode*, std::int64_t> sizes_;
};

bool worth_a_name(const Expr& e) {
  if (e.is(ExprKind::Length) || e.is(ExprKind::Stride)) return !e.array().is(ExprKind::Variable);
  return !e.type().is_array() && !e.is(ExprKind::Variable) && !e.is(ExprKind::Constant);
}

}  // namespace

std::vector<std::string> ExprPrinter::share(std::span<const Expr> roots) {
  shared_.clear();
  TreeSize sizes;
  std::int64_t size = 0;
  for (const Expr& e : roots) size += sizes.of(e);
  if (size <= kSharePrintedAbove) return {};

  std::unordered_map<const ExprNode*, int> uses;
  std::vector<Expr> order;  // arguments first
  const std::function<void(const Expr&)> visit = [&](const Expr& e) {
    if (++uses[e.get()] > 1) return;
    for (const Expr& a : e.args()) visit(a);
    order.push_back(e);
  };
  for (const Expr& e : roots) visit(e);

  std::vector<std::string> definitions;
  for (const Expr& e : order) {
    if (uses[e.get()] < 2 || !worth_a_name(e)) continue;
    const int number = static_cast<int>(definitions.size());
    definitions.push_back("#" + std::to_string(number) + " = " + text(e));
    shared_.emplace(e.get(), number);
  }
  return definitions;
}

std::string ExprPrinter::text(const Expr& e) {
  out_.clear();
  print(e, kLoosest);
  return std::move(out_);
}

void ExprPrinter::list(std::span<const Expr> exprs) {
  const char* separator = "";
  for (const Expr& e : exprs) {
    out_ += separator;
    print(e, kLoosest);
    separator = ", ";
  }
}

void ExprPrinter::print(const Expr& e, int context) {
  ROOFTOP_CHECK(static_cast<bool>(e)) << "empty expression";
  if (const auto found = shared_.find(e.get()); found != shared_.end()) {
    out_ += "#" + std::to_string(found->second);
    return;
  }
  print_node(e, context);
}

void ExprPrinter::print_node(const Expr& e, int context) {
  switch (e.kind()) {
    case ExprKind::Constant:
      out_ += literal(e.constant(), e.dtype());
      return;
    case ExprKind::Variable:
      out_ += '%' + names_.name(e.var());
      return;
    case ExprKind::Operation:
      operation(e, context);
      return;
    case ExprKind::Load:
      load(e);
      return;
    case ExprKind::Length:
    case ExprKind::Stride:
      print(e.array(), kTightest);
      out_ += e.is(ExprKind::Length) ? ".shape[" : ".strides[";
      out_ += std::to_string(e.dimension()) + "]";
      return;
    case ExprKind::View:
      view(e);
      return;
    case ExprKind::Disjoint:
      out_ += "disjoint(";
      list(e.args());
      out_ += ")";
      return;
    case ExprKind::Lookup:
      out_ += "lookup(" + symbol(table_name(*e.table())) + ", ";
      print(e.arg(0), kLoosest);
      out_ += ")";
      return;
  }
  ROOFTOP_UNREACHABLE("expression of an unknown kind");
}

void ExprPrinter::operation(const Expr& e, int context) {
  const ops::OpInfo& row = ops::info(e.op());
  const auto infix = infix_of(e.op());
  if (infix) {
    const bool parentheses = infix->precedence < context;
    if (parentheses) out_ += '(';
    // Left-associative; comparisons associate not at all.
    print(e.arg(0), infix->precedence + (infix->precedence == kComparison ? 1 : 0));
    out_ += ' ' + std::string(infix->sign) + ' ';
    print(e.arg(1), infix->precedence + 1);
    if (parentheses) out_ += ')';
    return;
  }
  const char sign = e.is_op(Op::neg) ? '-' : !e.is_op(Op::bit_not) ? '\0' : e.dtype() == DType::Bool ? '!' : '~';
  if (sign != '\0') {
    out_ += sign;
    // `-3` is a constant, `-(3)` the negation of one.
    const bool constant = e.arg(0).is_constant();
    if (constant) out_ += '(';
    print(e.arg(0), kTightest);
    if (constant) out_ += ')';
    return;
  }
  out_ += row.name;
  if (row.rule == ops::Rule::Target) out_ += "<" + std::string(array::short_name_of(e.dtype())) + ">";
  if (row.rule == ops::Rule::Widen) out_ += "<" + std::to_string(e.lanes()) + ">";
  out_ += '(';
  list(e.args());
  out_ += ')';
}

void ExprPrinter::load(const Expr& e) {
  print(e.array(), kTightest);
  out_ += '[';
  list(e.indices());
  if (e.has_mask()) {
    out_ += "; ";
    print(e.mask(), kLoosest);
  }
  out_ += ']';
}

void ExprPrinter::view(const Expr& e) {
  const ViewParts parts = view_parts(e);
  out_ += "view<" + to_string(e.type()) + ">(";
  print(parts.base, kTightest);
  out_ += '[';
  list(parts.starts);
  out_ += ']';
  for (std::size_t k = 0; k < parts.from.size(); ++k) {
    out_ += ", axis(" + (parts.from[k] < 0 ? std::string("new") : std::to_string(parts.from[k])) + ", ";
    print(parts.lengths[k], kLoosest);
    out_ += ", ";
    print(parts.steps[k], kLoosest);
    out_ += ')';
  }
  out_ += ')';
}

std::string ExprPrinter::table_name(const Table& table) const {
  const auto found = tables_.find(&table);
  return found == tables_.end() ? table.name : found->second;
}

std::optional<std::string> ExprPrinter::name_table(const std::shared_ptr<const Table>& table) {
  if (tables_.contains(table.get())) return std::nullopt;
  std::string name = table->name;
  for (int i = 1; !table_names_.insert(name).second; ++i) name = table->name + "." + std::to_string(i);
  tables_.emplace(table.get(), name);
  return name;
}

namespace {

Constant table_value(const Table& table, std::size_t i) {
  const std::uint64_t bits = table.values[i];
  if (table.dtype == DType::F64) return {.real = std::bit_cast<double>(bits)};
  if (table.dtype == DType::F32) return {.real = std::bit_cast<float>(static_cast<std::uint32_t>(bits))};
  // Through the factory, which wraps the bits into the type.
  return int_constant(static_cast<std::int64_t>(bits), Type::scalar(table.dtype)).constant();
}

}  // namespace

std::string table_text(const Table& table, const std::string& name) {
  constexpr std::size_t kPerLine = 6;
  const bool single = table.dtype == DType::F32;
  std::string text = "table " + symbol(name) + ": " + std::string(array::short_name_of(table.dtype)) + " = [";
  for (std::size_t i = 0; i < table.values.size(); ++i) {
    text += i % kPerLine == 0 ? "\n  " : " ";
    const Constant value = table_value(table, i);
    text += array::is_float(table.dtype) ? float_literal(value.real, single)
            : table.dtype == DType::U64  ? std::to_string(static_cast<std::uint64_t>(value.integer))
                                         : std::to_string(value.integer);
    if (i + 1 < table.values.size()) text += ",";
  }
  return text + "\n]\n";
}

}  // namespace rooftop::ir
