// Statements and blocks, and the frame of a function.
#include "rooftop/backend/llvm/function_emitter.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {

using ir::StmtKind;

FunctionEmitter::FunctionEmitter(ModuleEmitter& module, const ir::Function& source)
    : module_(module),
      source_(source),
      function_(module.signature(source.name).function),
      results_(module.signature(source.name).results),
      b_(module.context()),
      aliases_(std::make_shared<AliasFacts>(module.context())),
      is_long_(is_long(source)) {}

void FunctionEmitter::emit() {
  go_on_at(new_block("entry"));
  b_.setFastMathFlags(module_.float_flags());
  start_statement();
  ll::Argument* next = function_->arg_begin() + 1;
  for (const ir::Var& parameter : source_.parameters) {
    SmallVector<ll::Value*, 8> components;
    for (std::size_t i = component_types(module_.context(), parameter->type).size(); i > 0; --i) {
      next->setName(parameter->name);
      components.push_back(next++);
    }
    variables_[parameter.get()] = from_components(parameter->type, components, true);
  }
  if (module_.signature(source_.name).recursive) emit_recursion_check();
  emit_block(source_.body);
  if (!reachable()) return;
  ROOFTOP_CHECK(source_.results.empty()) << "function " << source_.name << " ends without its results";
  return_components({});
}

void FunctionEmitter::emit_block(const ir::Block& block) {
  const std::size_t facts = aliases_->count();
  const std::size_t allocations = allocations_.size();
  for (const ir::Stmt& s : block) {
    if (!reachable()) break;
    start_statement();
    emit_statement(s);
  }
  if (reachable()) free_down_to(allocations);
  allocations_.resize(allocations);
  aliases_->forget_to(facts);
}

void FunctionEmitter::emit_statement(const ir::Stmt& s) {
  switch (s.kind()) {
    case StmtKind::Let:
      return bind(s->var, s->exprs[0]);
    case StmtKind::Declare:
      return declare(s->var, s->exprs[0]);
    case StmtKind::Assign:
      return assign(s->var, s->exprs[0]);
    case StmtKind::Store:
      return emit_store(s);
    case StmtKind::If:
      return emit_if(s);
    case StmtKind::For:
      return s->loop == ir::LoopKind::Parallel ? emit_parallel_for(s) : emit_for(s);
    case StmtKind::While:
      return emit_while(s);
    case StmtKind::Break:
      free_down_to(loops_.back().allocations);
      return jump(loops_.back().on_break);
    case StmtKind::Continue:
      free_down_to(loops_.back().allocations);
      return jump(loops_.back().on_continue);
    case StmtKind::Return:
      return emit_return(s);
    case StmtKind::Raise:
      return emit_raise(s);
    case StmtKind::Check:
      return emit_check(s);
    case StmtKind::Call:
      return emit_call(s);
    case StmtKind::Assume:
      return emit_assume(s);
    case StmtKind::Allocate:
      return emit_allocate(s);
    case StmtKind::Create:
      return emit_create(s);
    case StmtKind::Retain:
      return emit_retain(s);
    case StmtKind::Release:
      return emit_release(s);
    case StmtKind::Prefetch:
      return emit_prefetch(s);
    case StmtKind::Poll:
      return emit_poll(s);
  }
  ROOFTOP_UNREACHABLE("statement");
}

void FunctionEmitter::emit_store(const ir::Stmt& s) {
  const Array target = array(s->array);
  const auto subscripts = scalars(s->exprs);
  ll::Value* mask = s->mask ? value(s->mask) : nullptr;
  const Scalar stored = scalar(s->value);
  store(b_, *aliases_, {target, subscripts, s->value.lanes(), mask}, stored);
}

void FunctionEmitter::emit_prefetch(const ir::Stmt& s) {
  const Array target = array(s->array);
  const auto subscripts = scalars(s->exprs);
  prefetch(b_, {target, subscripts, 1, nullptr});
}

void FunctionEmitter::emit_if(const ir::Stmt& s) {
  ll::BasicBlock* then_block = new_block("then");
  ll::BasicBlock* join = new_block("endif");
  ll::BasicBlock* else_block = s->else_body.empty() ? join : new_block("else");
  const bool else_is_rare = s->condition().is_op(ops::Op::likely);
  if (else_is_rare) {
    branch_rarely(b_.CreateNot(value(s->condition())), else_block, then_block);
  } else {
    branch(value(s->condition()), then_block, else_block);
  }
  go_on_at(then_block);
  emit_block(s->body);
  if (reachable()) jump(join);
  if (else_block != join) {
    go_on_at(else_block);
    if (else_is_rare) {
      emit_rare(s->else_body);
    } else {
      emit_block(s->else_body);
    }
    if (reachable()) jump(join);
  }
  go_on_if_reached(join);
}

void FunctionEmitter::emit_return(const ir::Stmt& s) {
  SmallVector<ll::Value*, 8> list;
  for (const ir::Expr& e : s->exprs) list.append(components(e));
  free_down_to(0);
  return_components(list);
}

/// Returns with status kOk, if the function has one.
void FunctionEmitter::return_components(ArrayRef<ll::Value*> components) {
  SmallVector<ll::Value*, 8> list;
  if (results_.size() > components.size()) list.push_back(b_.getInt32(kOk));
  list.append(components.begin(), components.end());
  ROOFTOP_CHECK(list.size() == results_.size()) << "function " << source_.name << " returns another number of values";
  if (list.empty()) {
    b_.CreateRetVoid();
  } else if (list.size() == 1) {
    b_.CreateRet(list[0]);
  } else {
    b_.CreateAggregateRet(list.data(), static_cast<unsigned>(list.size()));
  }
  b_.ClearInsertionPoint();
}

/// Tells LLVM only what its alias analysis uses. A condition as llvm.assume costs more time than it saves: the
/// optimiser's range analysis has seen it.
void FunctionEmitter::emit_assume(const ir::Stmt& s) { assume_disjoint(s->condition()); }

void FunctionEmitter::assume_disjoint(const ir::Expr& condition) {
  if (condition.is_op(ops::Op::bit_and)) {
    for (const ir::Expr& part : condition.args()) assume_disjoint(part);
  } else if (condition.is(ir::ExprKind::Disjoint)) {
    aliases_->assume_disjoint(array(condition.arg(0)).memory, array(condition.arg(1)).memory);
  }
}

void FunctionEmitter::go_on_if_reached(ll::BasicBlock* block) {
  if (block->hasNPredecessorsOrMore(1)) {
    go_on_at(block);
  } else {
    block->eraseFromParent();
    b_.ClearInsertionPoint();
  }
}

void FunctionEmitter::jump(ll::BasicBlock* block) {
  b_.CreateBr(block);
  b_.ClearInsertionPoint();
}

void FunctionEmitter::branch(ll::Value* condition, ll::BasicBlock* then_block, ll::BasicBlock* else_block) {
  b_.CreateCondBr(condition, then_block, else_block);
  b_.ClearInsertionPoint();
}

void FunctionEmitter::branch_rarely(ll::Value* condition, ll::BasicBlock* rare, ll::BasicBlock* usual) {
  b_.CreateCondBr(condition, rare, usual, module_.unlikely());
  b_.ClearInsertionPoint();
}

ll::BasicBlock* FunctionEmitter::enter_rarely(ll::Value* condition, const char* name) {
  ll::BasicBlock* rare = new_block(name);
  ll::BasicBlock* usual = new_block("usual");
  branch_rarely(condition, rare, usual);
  go_on_at(rare);
  return usual;
}

}  // namespace rooftop::backend::llvm
