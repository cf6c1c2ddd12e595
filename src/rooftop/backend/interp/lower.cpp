// Module to program: one register per variable and per distinct expression node of a statement.
#include <cstring>
#include <map>
#include <string>
#include <unordered_map>

#include "rooftop/backend/interp/program.h"
#include "rooftop/backend/site_message.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/meaning.h"
#include "rooftop/ir/print.h"

namespace rooftop::backend::interp {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

std::uint32_t bytes_of(const ir::Type& type) {
  if (type.is_array()) return 8 * (1 + 2 * static_cast<std::uint32_t>(type.rank()));
  return static_cast<std::uint32_t>(array::size_of(type.dtype())) * static_cast<std::uint32_t>(type.lanes());
}

namespace {

class FunctionLowering {
 public:
  FunctionLowering(Program& program, FunctionCode& code) : program_(program), code_(code) {}

  void run();

 private:
  Operand allocate(const ir::Type& type);
  Register constant(const Expr& e);
  Operand bind(const ir::Var& var);
  Operand operand(const Expr& e) { return {value(e), bytes_of(e.type())}; }
  Register value(const Expr& e);
  Register compute(const Expr& e);
  Register kernel(const Expr& e);
  Register load(const Expr& e);
  Register view(const Expr& e);
  std::uint32_t access(const Expr& array, std::span<const Expr> indices, const Expr& mask, Register value, int lanes);
  Instruction& emit(Instruction::Kind kind, Register result, int lanes);

  std::vector<Step> block(const Block& block);
  Step step(const Stmt& s);
  void act(const Stmt& s, Step& step);
  const Site* site(const SourceLocation& at, ExceptionKind kind, const std::string& message, std::size_t arguments);

  Program& program_;
  FunctionCode& code_;
  std::unordered_map<const ir::VarNode*, Register> variables_;
  std::unordered_map<const ir::ExprNode*, Register> values_;  ///< of the current statement
  std::vector<Expr> expanded_;                                ///< mathematical functions of the current statement
  std::map<std::pair<ir::DType, std::string>, Register> constants_;
};

Operand FunctionLowering::allocate(const ir::Type& type) {
  const std::uint32_t bytes = bytes_of(type);
  const auto at = static_cast<Register>(8 * code_.image.size());
  code_.image.resize(code_.image.size() + (bytes + 7) / 8);
  return {at, bytes};
}

Operand FunctionLowering::bind(const ir::Var& var) {
  const Operand operand = allocate(var->type);
  variables_[var.get()] = operand.at;
  return operand;
}

Register FunctionLowering::constant(const Expr& e) {
  std::string lane(array::size_of(e.dtype()), '\0');
  ir::write_lane(e.constant(), e.dtype(), lane.data());
  const auto [entry, fresh] = constants_.try_emplace({e.dtype(), lane}, kNone);
  if (fresh) {
    entry->second = allocate(e.type()).at;
    std::memcpy(reinterpret_cast<char*>(code_.image.data()) + entry->second, lane.data(), lane.size());
  }
  return entry->second;
}

Instruction& FunctionLowering::emit(Instruction::Kind kind, Register result, int lanes) {
  return code_.instructions.emplace_back(Instruction{.kind = kind, .lanes = lanes, .result = result});
}

/// The register that holds the value once the instructions emitted so far have run.
Register FunctionLowering::value(const Expr& e) {
  if (const auto found = values_.find(e.get()); found != values_.end()) return found->second;
  const Register at = compute(e);
  values_.emplace(e.get(), at);
  return at;
}

Register FunctionLowering::compute(const Expr& e) {
  switch (e.kind()) {
    case ExprKind::Constant:
      return constant(e);
    case ExprKind::Variable:
      return variables_.at(e.var().get());
    case ExprKind::Operation:
      return kernel(e);
    case ExprKind::Load:
      return load(e);
    case ExprKind::Length:
      return value(e.array()) + 8 * (1 + static_cast<Register>(e.dimension()));
    case ExprKind::Stride:
      return value(e.array()) + 8 * (1 + static_cast<Register>(e.array().type().rank() + e.dimension()));
    case ExprKind::View:
      return view(e);
    case ExprKind::Disjoint: {
      const DisjointTest test{{value(e.arg(0)), value(e.arg(1))}, {e.arg(0).type(), e.arg(1).type()}};
      Instruction& i = emit(Instruction::Kind::Disjoint, allocate(e.type()).at, 1);
      i.index = static_cast<std::uint32_t>(code_.disjoints.size());
      code_.disjoints.push_back(test);
      return i.result;
    }
    case ExprKind::Lookup: {
      const Register index = value(e.arg(0));
      Instruction& i = emit(Instruction::Kind::Lookup, allocate(e.type()).at, e.lanes());
      i.arguments[0] = index;
      i.index = static_cast<std::uint32_t>(code_.lookups.size());
      code_.lookups.push_back({e.table().get(), e.arg(0).dtype()});
      return i.result;
    }
  }
  ROOFTOP_UNREACHABLE("expression of an unknown kind");
}

Register FunctionLowering::kernel(const Expr& e) {
  const ops::OpInfo& row = ops::info(e.op());
  if (row.is_math && program_.module.float_model != ir::FloatModel::Strict && ir::expands(e.op())) {
    // Kept until the statement is done: the memo goes by address.
    expanded_.push_back(ir::expand(e.op(), e.args()));
    return value(Expr(expanded_.back()));
  }
  Register arguments[3] = {kNone, kNone, kNone};
  ROOFTOP_CHECK(e.args().size() <= 3) << row.name;
  for (std::size_t i = 0; i < e.args().size(); ++i) arguments[i] = value(e.arg(i));
  const ir::DType dtype = e.arg(row.rule == ops::Rule::Select ? 1 : 0).dtype();
  const int lanes = row.rule == ops::Rule::Narrow ? e.arg(0).lanes() : e.lanes();
  Instruction& i = emit(Instruction::Kind::Kernel, allocate(e.type()).at, lanes);
  i.kernel = row.is_math ? ir::libm_kernel(e.op(), dtype) : ir::lane_kernel(e.op(), dtype, e.dtype());
  ROOFTOP_CHECK(i.kernel != nullptr) << "no meaning for " << to_string(e);
  std::copy(std::begin(arguments), std::end(arguments), std::begin(i.arguments));
  return i.result;
}

std::uint32_t FunctionLowering::access(const Expr& array, std::span<const Expr> indices, const Expr& mask, Register at,
                                       int lanes) {
  Access access{.array = value(array),
                .value = at,
                .lanes = lanes,
                .element_size = static_cast<std::uint32_t>(array::size_of(array.dtype()))};
  for (const Expr& i : indices) access.indices.push_back({value(i), i.lanes() > 1});
  if (mask) access.mask = value(mask);
  code_.accesses.push_back(std::move(access));
  return static_cast<std::uint32_t>(code_.accesses.size() - 1);
}

Register FunctionLowering::load(const Expr& e) {
  const Register result = allocate(e.type()).at;
  const std::uint32_t index = access(e.array(), e.indices(), e.has_mask() ? e.mask() : Expr(), result, e.lanes());
  emit(Instruction::Kind::Load, result, e.lanes()).index = index;
  return result;
}

Register FunctionLowering::view(const Expr& e) {
  const ir::ViewParts parts = ir::view_parts(e);
  ViewPlan plan{.base = value(parts.base),
                .base_rank = parts.base.type().rank(),
                .from = parts.from,
                .result = allocate(e.type()).at,
                .type = e.type()};
  for (const Expr& x : parts.starts) plan.starts.push_back(value(x));
  for (const Expr& x : parts.lengths) plan.lengths.push_back(value(x));
  for (const Expr& x : parts.steps) plan.steps.push_back(value(x));
  emit(Instruction::Kind::View, plan.result, 1).index = static_cast<std::uint32_t>(code_.views.size());
  code_.views.push_back(std::move(plan));
  return code_.views.back().result;
}

const Site* FunctionLowering::site(const SourceLocation& at, ExceptionKind kind, const std::string& message,
                                   std::size_t arguments) {
  program_.sites.push_back({.kind = kind,
                            .line = at.line,
                            .column = at.column,
                            .end_line = at.end_line,
                            .end_column = at.end_column,
                            .argument_count = static_cast<std::int32_t>(arguments),
                            .message = intern(message)->c_str(),
                            .file = intern(at.file_name())->c_str(),
                            .function = intern(code_.source->python_name)->c_str()});
  return &program_.sites.back();
}

/// What the statement does once its expressions are computed.
void FunctionLowering::act(const Stmt& s, Step& step) {
  switch (s.kind()) {
    case StmtKind::Let:
    case StmtKind::Declare:
      step.target = bind(s->var);
      return;
    case StmtKind::Assign:
      step.target = {variables_.at(s->var.get()), bytes_of(s->var->type)};
      return;
    case StmtKind::If:
    case StmtKind::While:
      step.body = block(s->body);
      step.else_body = block(s->else_body);
      return;
    case StmtKind::For:
      step.target = bind(s->var);
      step.body = block(s->body);
      step.else_body = block(s->else_body);
      return;
    case StmtKind::Call:
      for (std::size_t i = 0; i < program_.module.functions.size(); ++i) {
        if (program_.module.functions[i].name == s->callee) step.callee = static_cast<std::uint32_t>(i);
      }
      for (const ir::Var& v : s->results) step.results.push_back(bind(v));
      step.site = site(s.location(), ExceptionKind::RuntimeError, "", 0);
      return;
    case StmtKind::Raise:
    case StmtKind::Check:
      step.site = site(s.location(), s->raise.kind, site_message(s->raise.message, s->raise_arguments),
                       s->raise_arguments.size());
      return;
    case StmtKind::Allocate:
      step.target = bind(s->var);
      step.site = site(s.location(), ExceptionKind::MemoryError, "", 0);
      return;
    case StmtKind::Create:
      for (const ir::Var& v : s->results) step.results.push_back(bind(v));
      step.site = site(s.location(), ExceptionKind::MemoryError, "", 0);
      return;
    case StmtKind::Retain:
    case StmtKind::Release:
    case StmtKind::Store:
    case StmtKind::Break:
    case StmtKind::Continue:
    case StmtKind::Return:
    case StmtKind::Assume:
    case StmtKind::Prefetch:
    case StmtKind::Poll:
      return;
  }
}

Step FunctionLowering::step(const Stmt& s) {
  Step step{.kind = s.kind(), .source = s.get()};
  values_.clear();
  expanded_.clear();
  step.first = static_cast<std::uint32_t>(code_.instructions.size());
  if (s.is(StmtKind::Store)) {
    step.access = access(s->array, s->exprs, s->mask, value(s->value), s->value.lanes());
  } else {
    for (const Expr& e : s->exprs) step.values.push_back(operand(e));
    for (const Expr& e : s->raise_arguments) step.values.push_back(operand(e));
  }
  step.last = static_cast<std::uint32_t>(code_.instructions.size());
  act(s, step);
  return step;
}

std::vector<Step> FunctionLowering::block(const Block& statements) {
  std::vector<Step> steps;
  steps.reserve(statements.size());
  for (const Stmt& s : statements) steps.push_back(step(s));
  return steps;
}

void FunctionLowering::run() {
  for (const ir::Var& p : code_.source->parameters) code_.parameters.push_back(bind(p));
  code_.too_deep = site(code_.source->location, ExceptionKind::RecursionError, "maximum recursion depth exceeded", 0);
  code_.body = block(code_.source->body);
}

}  // namespace

Program lower(const ir::Module& module) {
  Program program{.module = module};
  program.functions.resize(module.functions.size());
  for (std::size_t i = 0; i < module.functions.size(); ++i) {
    program.functions[i].source = &program.module.functions[i];
    FunctionLowering(program, program.functions[i]).run();
  }
  return program;
}

}  // namespace rooftop::backend::interp
