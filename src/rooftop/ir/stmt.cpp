// Validating factories of statements. Rules that need the whole function (scopes, results) are the verifier's.
#include "rooftop/ir/stmt.h"

#include "rooftop/base/errors.h"

namespace rooftop::ir {
namespace {

Stmt make(StmtNode node) { return Stmt(std::make_shared<const StmtNode>(std::move(node))); }

Stmt bind(StmtKind kind, const Var& var, const Expr& value, SourceLocation at) {
  ROOFTOP_CHECK(var && value);
  ROOFTOP_CHECK(var->type == value.type())
      << var->name << ": " << to_string(var->type) << " = " << to_string(value.type());
  return make({.kind = kind, .location = at, .var = var, .exprs = {value}});
}

void check_condition(const Expr& condition) {
  ROOFTOP_CHECK(condition && condition.type() == kBool) << "condition must be bool";
}

void check_raise_arguments(std::span<const Expr> arguments) {
  ROOFTOP_CHECK(arguments.size() <= 4);
  for (const Expr& a : arguments) ROOFTOP_CHECK(a && (a.type() == kI64 || a.type() == kF64));
}

}  // namespace

StmtKind Stmt::kind() const { return node_->kind; }
const SourceLocation& Stmt::location() const { return node_->location; }
bool Stmt::is_opaque() const {
  return is(StmtKind::Call) || is(StmtKind::Create) || is(StmtKind::Retain) || is(StmtKind::Release);
}

Stmt let(const Var& var, const Expr& value, SourceLocation at) { return bind(StmtKind::Let, var, value, at); }
Stmt declare(const Var& var, const Expr& value, SourceLocation at) { return bind(StmtKind::Declare, var, value, at); }
Stmt assign(const Var& var, const Expr& value, SourceLocation at) { return bind(StmtKind::Assign, var, value, at); }

Stmt store(const Expr& array, std::vector<Expr> indices, const Expr& value, Expr mask, SourceLocation at) {
  // A load of the same place validates array, subscripts and mask.
  const Type type = load(array, indices, mask).type();
  ROOFTOP_CHECK(value && value.type() == type) << to_string(value.type()) << " into " << to_string(array.type());
  ROOFTOP_CHECK(!array.type().read_only()) << "store into a read-only array";
  return make({.kind = StmtKind::Store,
               .location = at,
               .array = array,
               .exprs = std::move(indices),
               .value = value,
               .mask = std::move(mask)});
}

Stmt if_then(const Expr& condition, Block then_body, Block else_body, SourceLocation at) {
  check_condition(condition);
  return make({.kind = StmtKind::If,
               .location = at,
               .exprs = {condition},
               .body = std::move(then_body),
               .else_body = std::move(else_body)});
}

Stmt for_loop(const Var& var, const Expr& begin, const Expr& end, std::int64_t step, Block body, LoopKind kind,
              SourceLocation at, Block otherwise) {
  ROOFTOP_CHECK(var && var->type == kI64 && begin && begin.type() == kI64 && end && end.type() == kI64);
  ROOFTOP_CHECK(step != 0);
  return make({.kind = StmtKind::For,
               .location = at,
               .var = var,
               .exprs = {begin, end},
               .body = std::move(body),
               .else_body = std::move(otherwise),
               .step = step,
               .loop = kind});
}

Stmt while_loop(const Expr& condition, Block body, SourceLocation at) {
  check_condition(condition);
  return make({.kind = StmtKind::While, .location = at, .exprs = {condition}, .body = std::move(body)});
}

Stmt break_loop(SourceLocation at) { return make({.kind = StmtKind::Break, .location = at}); }
Stmt continue_loop(SourceLocation at) { return make({.kind = StmtKind::Continue, .location = at}); }

Stmt return_values(std::vector<Expr> values, SourceLocation at) {
  return make({.kind = StmtKind::Return, .location = at, .exprs = std::move(values)});
}

Stmt raise(RaiseInfo info, std::vector<Expr> arguments, SourceLocation at) {
  check_raise_arguments(arguments);
  return make(
      {.kind = StmtKind::Raise, .location = at, .raise_arguments = std::move(arguments), .raise = std::move(info)});
}

Stmt check(const Expr& condition, RaiseInfo info, std::vector<Expr> arguments, SourceLocation at) {
  check_condition(condition);
  check_raise_arguments(arguments);
  return make({.kind = StmtKind::Check,
               .location = at,
               .exprs = {condition},
               .raise_arguments = std::move(arguments),
               .raise = std::move(info)});
}

Stmt call(std::vector<Var> results, std::string callee, std::vector<Expr> arguments, SourceLocation at) {
  return make({.kind = StmtKind::Call,
               .location = at,
               .results = std::move(results),
               .exprs = std::move(arguments),
               .callee = std::move(callee)});
}

Stmt assume(const Expr& condition, SourceLocation at) {
  check_condition(condition);
  return make({.kind = StmtKind::Assume, .location = at, .exprs = {condition}});
}

namespace {

void check_new_array(const Var& var, const std::vector<Expr>& lengths) {
  ROOFTOP_CHECK(var && var->type.is_array() && var->type.layout() == Layout::C);
  ROOFTOP_CHECK(static_cast<int>(lengths.size()) == var->type.rank());
  for (const Expr& n : lengths) ROOFTOP_CHECK(n && n.type() == kI64);
}

Stmt count(StmtKind kind, const Expr& owner, SourceLocation at) {
  ROOFTOP_CHECK(owner && owner.type() == kI64);
  return make({.kind = kind, .location = at, .exprs = {owner}});
}

}  // namespace

Stmt create(const Var& array, const Var& owner, std::vector<Expr> lengths, SourceLocation at) {
  check_new_array(array, lengths);
  ROOFTOP_CHECK(owner && owner->type == kI64);
  return make({.kind = StmtKind::Create, .location = at, .results = {array, owner}, .exprs = std::move(lengths)});
}

Stmt retain(const Expr& owner, SourceLocation at) { return count(StmtKind::Retain, owner, at); }
Stmt release(const Expr& owner, SourceLocation at) { return count(StmtKind::Release, owner, at); }

Stmt allocate(const Var& var, std::vector<Expr> lengths, SourceLocation at) {
  check_new_array(var, lengths);
  return make({.kind = StmtKind::Allocate, .location = at, .var = var, .exprs = std::move(lengths)});
}

Stmt prefetch(const Expr& array, std::vector<Expr> indices, SourceLocation at) {
  ROOFTOP_CHECK(array && array.type().is_array());
  ROOFTOP_CHECK(static_cast<int>(indices.size()) == array.type().rank());
  for (const Expr& i : indices) ROOFTOP_CHECK(i && i.type() == kI64);
  return make({.kind = StmtKind::Prefetch, .location = at, .array = array, .exprs = std::move(indices)});
}

Stmt poll(SourceLocation at) { return make({.kind = StmtKind::Poll, .location = at}); }

Stmt with_body(const Stmt& stmt, Block body) {
  StmtNode node = *stmt.get();
  node.body = std::move(body);
  return make(std::move(node));
}

Stmt with_loop_kind(const Stmt& loop, LoopKind kind) {
  ROOFTOP_CHECK(loop.is(StmtKind::For));
  StmtNode node = *loop.get();
  node.loop = kind;
  return make(std::move(node));
}

const Function* Module::find(const std::string& name) const {
  for (const Function& f : functions) {
    if (f.name == name) return &f;
  }
  return nullptr;
}

}  // namespace rooftop::ir
