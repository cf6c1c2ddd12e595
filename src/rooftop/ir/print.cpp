// The printer: one pass over the module with the names that are visible at each point. docs/ir.md holds the grammar.
#include "rooftop/ir/print.h"

#include <unordered_map>
#include <unordered_set>

#include "rooftop/base/errors.h"
#include "rooftop/ir/literal.h"
#include "rooftop/ir/print_expr.h"
#include "rooftop/ir/walk.h"

namespace rooftop::ir {
namespace {

class Printer {
 public:
  explicit Printer(PrintOptions options) : options_(options) {}

  std::string text;

  void module(const Module& m);
  void function(const Function& f);
  void statement(const Stmt& s);
  void block(const Block& b);

 private:
  void line() { text.append(2 * static_cast<std::size_t>(depth_), ' '); }
  void nested(const Block& b);
  void shared_parts(const Stmt& s);
  void head(const Stmt& s);
  void expr(const Expr& e) { text += exprs_.text(e); }
  void list(std::span<const Expr> exprs);
  std::string typed(const Var& var) { return '%' + names_.bind(var) + ": " + to_string(var->type); }
  void subscripts(const Stmt& s);
  void raise(const Stmt& s);
  void loop_head(const Stmt& s);
  void call_head(const Stmt& s);
  void location(const SourceLocation& at);

  PrintOptions options_;
  int depth_ = 0;
  const std::string* file_ = nullptr;  ///< the function's, which its statements need not repeat
  VisibleNames names_;
  ExprPrinter exprs_{names_};
};

void Printer::location(const SourceLocation& at) {
  if (!options_.locations || !at) return;
  text += " @";
  if (at.file != file_) text += quoted(at.file_name()) + ":";
  text += std::to_string(at.line) + ":" + std::to_string(at.column);
  if (at.end_line != 0) text += "-" + std::to_string(at.end_line) + ":" + std::to_string(at.end_column);
}

void Printer::list(std::span<const Expr> exprs) {
  const char* separator = "";
  for (const Expr& e : exprs) {
    text += separator;
    expr(e);
    separator = ", ";
  }
}

void Printer::subscripts(const Stmt& s) {
  expr(s->array);
  text += "[";
  list(s->exprs);
  if (s->mask) {
    text += "; ";
    expr(s->mask);
  }
  text += "]";
}

void Printer::raise(const Stmt& s) {
  text += std::string(rooftop::name_of(s->raise.kind)) + " " + quoted(s->raise.message);
  if (s->raise_arguments.empty()) return;
  text += " (";
  list(s->raise_arguments);
  text += ")";
}

void Printer::loop_head(const Stmt& s) {
  text += s->loop == LoopKind::Parallel ? "for parallel %" : "for %";
  // The bounds cannot see the variable, but its name must be free while they print and stay so in the body.
  std::string bounds = exprs_.text(s->begin()) + " .. " + exprs_.text(s->end());
  text += names_.bind(s->var) + " in " + bounds;
  if (s->step != 1) text += " step " + std::to_string(s->step);
}

void Printer::call_head(const Stmt& s) {
  if (!s->results.empty()) {
    const char* separator = "let (";
    for (const Var& v : s->results) {
      text += separator + typed(v);
      separator = ", ";
    }
    text += ") = ";
  }
  text += s.is(StmtKind::Create) ? "create(" : "call " + symbol(s->callee) + "(";
  list(s->exprs);
  text += ")";
}

/// The statement up to its body.
void Printer::head(const Stmt& s) {
  switch (s.kind()) {
    case StmtKind::Let:
    case StmtKind::Declare: {
      const std::string value = exprs_.text(s->exprs[0]);
      text += (s.is(StmtKind::Let) ? "let " : "var ") + typed(s->var);
      text += (s->var->is_unordered && s.is(StmtKind::Declare) ? " unordered = " : " = ") + value;
      return;
    }
    case StmtKind::Assign:
      text += '%' + names_.name(s->var) + " := ";
      expr(s->exprs[0]);
      return;
    case StmtKind::Store:
      subscripts(s);
      text += " = ";
      expr(s->value);
      return;
    case StmtKind::If:
    case StmtKind::While:
      text += s.is(StmtKind::If) ? "if " : "while ";
      expr(s->condition());
      return;
    case StmtKind::For:
      loop_head(s);
      return;
    case StmtKind::Break:
      text += "break";
      return;
    case StmtKind::Continue:
      text += "continue";
      return;
    case StmtKind::Return:
      text += s->exprs.empty() ? "return" : "return ";
      list(s->exprs);
      return;
    case StmtKind::Raise:
      text += "raise ";
      raise(s);
      return;
    case StmtKind::Check:
      text += "check ";
      expr(s->condition());
      text += " else ";
      raise(s);
      return;
    case StmtKind::Call:
    case StmtKind::Create:
      call_head(s);
      return;
    case StmtKind::Assume:
      text += "assume ";
      expr(s->condition());
      return;
    case StmtKind::Allocate:
      text += "let " + typed(s->var) + " = allocate(";
      list(s->exprs);
      text += ")";
      return;
    case StmtKind::Retain:
    case StmtKind::Release:
      text += s.is(StmtKind::Retain) ? "retain " : "release ";
      expr(s->exprs[0]);
      return;
    case StmtKind::Prefetch: {
      std::string indices;
      for (const Expr& e : s->exprs) indices += (indices.empty() ? "" : ", ") + exprs_.text(e);
      text += "prefetch " + exprs_.text(s->array) + "[" + indices + "]";
      return;
    }
    case StmtKind::Poll:
      text += "poll";
      return;
  }
  ROOFTOP_UNREACHABLE("statement of an unknown kind");
}

void Printer::shared_parts(const Stmt& s) {
  std::vector<Expr> roots;
  for_each_expr(s, [&](const Expr& e) { roots.push_back(e); });
  for (const std::string& definition : exprs_.share(roots)) {
    line();
    text += definition + "\n";
  }
}

void Printer::nested(const Block& b) {
  text += " {\n";
  ++depth_;
  block(b);
  --depth_;
  line();
  text += "}";
}

void Printer::statement(const Stmt& s) {
  shared_parts(s);
  line();
  const std::size_t outer = names_.mark();
  head(s);
  location(s.location());
  if (s.is(StmtKind::For) || s.is(StmtKind::While) || s.is(StmtKind::If)) {
    nested(s->body);
    if (!s->else_body.empty()) {
      text += s.is(StmtKind::If) ? " else" : " otherwise";
      nested(s->else_body);
    }
    names_.release(outer);
  }
  text += "\n";
}

void Printer::block(const Block& b) {
  const std::size_t outer = names_.mark();
  for (const Stmt& s : b) statement(s);
  names_.release(outer);
}

void Printer::function(const Function& f) {
  line();
  text += "func " + symbol(f.name) + " " + quoted(f.python_name) + " (";
  const char* separator = "";
  const std::size_t outer = names_.mark();
  for (const Var& p : f.parameters) {
    text += separator + typed(p);
    separator = ", ";
  }
  text += ")";
  separator = " -> (";
  for (const Type& t : f.results) {
    text += separator + to_string(t);
    separator = ", ";
  }
  if (!f.results.empty()) text += ")";
  file_ = nullptr;
  location(f.location);
  file_ = f.location.file;
  nested(f.body);
  names_.release(outer);
  text += "\n";
}

void Printer::module(const Module& m) {
  text += "module float_model=" + std::string(name_of(m.float_model)) + "\n";
  // Tables stand before the functions that read them, each under a name of its own.
  std::unordered_set<const ExprNode*> seen;
  const std::function<void(const Expr&)> visit = [&](const Expr& e) {
    if (!e || !seen.insert(e.get()).second) return;
    for (const Expr& a : e.args()) visit(a);
    if (e.is(ExprKind::Lookup)) {
      if (const auto name = exprs_.name_table(e.table())) text += "\n" + table_text(*e.table(), *name);
    }
  };
  for (const Function& f : m.functions) {
    for_each_statement(f.body, [&](const Stmt& s) { for_each_expr(s, visit); });
  }
  for (const Function& f : m.functions) {
    text += "\n";
    function(f);
  }
}

}  // namespace

std::string_view name_of(FloatModel model) {
  switch (model) {
    case FloatModel::Strict:
      return "strict";
    case FloatModel::Contract:
      return "contract";
    case FloatModel::Fast:
      return "fast";
  }
  ROOFTOP_UNREACHABLE("unknown float model");
}

std::string to_string(const Module& module, PrintOptions options) {
  Printer printer(options);
  printer.module(module);
  return std::move(printer.text);
}

std::string to_string(const Function& function, PrintOptions options) {
  Printer printer(options);
  printer.function(function);
  return std::move(printer.text);
}

std::string to_string(const Block& block, PrintOptions options) {
  Printer printer(options);
  printer.block(block);
  return std::move(printer.text);
}

std::string to_string(const Stmt& stmt, PrintOptions options) {
  Printer printer(options);
  printer.statement(stmt);
  return std::move(printer.text);
}

std::string to_string(const Expr& e) {
  VisibleNames names;
  ExprPrinter printer(names);
  std::string text;
  const Expr roots[] = {e};
  for (const std::string& definition : printer.share(roots)) text += definition + "\n";
  return text + printer.text(e);
}

}  // namespace rooftop::ir
