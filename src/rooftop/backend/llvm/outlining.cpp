// Parts of a function that become functions of their own: bodies of parallel loops, and what hardly ever runs of a long
// function, so that its code can be generated on several threads and takes no registers from the rest.
// They are called with (context, captures…), and return a status; the captures lie in the frame of the function.
#include <unordered_set>

#include "rooftop/backend/llvm/function_emitter.h"
#include "rooftop/ir/walk.h"

namespace rooftop::backend::llvm {
namespace {

using ir::StmtKind;

/// Statements of a function, as ir, whose code takes tens of milliseconds.
constexpr int kLong = 1000;
/// Statements that are worth a function of their own.
constexpr int kLeast = 10;

int statement_count(const ir::Block& block) {
  int count = 0;
  ir::for_each_statement(block, [&](const ir::Stmt&) { ++count; });
  return count;
}

/// Variables that the block reads or assigns and that are bound outside, in the order of their first use.
std::vector<ir::Var> captured_variables(const ir::Block& block, const ir::VarNode* bound) {
  const ir::VarSet inside = ir::bound_variables(block);
  std::unordered_set<const ir::VarNode*> seen{bound};
  std::vector<ir::Var> captured;
  const auto use = [&](const ir::Var& var) {
    if (!inside.contains(var.get()) && seen.insert(var.get()).second) captured.push_back(var);
  };
  ir::for_each_statement(block, [&](const ir::Stmt& s) {
    ir::for_each_expr(s, [&](const ir::Expr& e) {
      ir::for_each_node(e, [&](const ir::Expr& node) {
        if (node.is(ir::ExprKind::Variable)) use(node.var());
      });
    });
    if (s.is(StmtKind::Assign)) use(s->var);
  });
  return captured;
}

/// Whether control may leave the block for another place than its end, failures aside.
bool jumps_out(const ir::Block& block) {
  bool returns = false;
  ir::for_each_statement(block, [&](const ir::Stmt& s) { returns |= s.is(StmtKind::Return); });
  return returns || ir::has_own_jump(block, StmtKind::Break) || ir::has_own_jump(block, StmtKind::Continue);
}

bool is_worth_a_function(const ir::Block& block) { return statement_count(block) >= kLeast && !jumps_out(block); }

}  // namespace

FunctionEmitter::FunctionEmitter(FunctionEmitter& parent, ll::Function* function)
    : module_(parent.module_),
      source_(parent.source_),
      function_(function),
      results_({ll::Type::getInt32Ty(parent.module_.context())}),
      b_(parent.module_.context()),
      aliases_(parent.aliases_),
      is_long_(parent.is_long_) {
  b_.setFastMathFlags(module_.float_flags());
}

bool FunctionEmitter::is_long(const ir::Function& function) { return statement_count(function.body) >= kLong; }

FunctionEmitter::Captures FunctionEmitter::capture(const ir::Block& block, const ir::VarNode* bound, ll::Value* first) {
  Captures captures{.variables = captured_variables(block, bound)};
  const ir::VarSet assigned = ir::assigned_variables(block);
  SmallVector<ll::Value*, 16> values;
  if (first != nullptr) values.push_back(first);
  start_statement();
  for (std::size_t i = 0; i < captures.variables.size(); ++i) {
    const ir::Var& var = captures.variables[i];
    if (assigned.contains(var.get())) captures.assigned.push_back(i);
    captures.fields.push_back(static_cast<unsigned>(values.size()));
    values.append(components(ir::variable(var)));
  }
  SmallVector<ll::Type*, 16> types;
  for (ll::Value* v : values) types.push_back(v->getType());
  captures.type = ll::StructType::get(module_.context(), types);
  captures.frame = new_slot(captures.type, "captures");
  for (unsigned i = 0; i < values.size(); ++i) store_field(captures, captures.frame, i, values[i]);
  return captures;
}

ll::Function* FunctionEmitter::new_outlined_function(const char* suffix, ArrayRef<ll::Type*> more_parameters) {
  SmallVector<ll::Type*, 4> parameters{b_.getPtrTy(), b_.getPtrTy()};
  parameters.append(more_parameters.begin(), more_parameters.end());
  ll::Function* function =
      module_.new_function(function_->getName() + suffix, ll::FunctionType::get(b_.getInt32Ty(), parameters, false));
  function->setCallingConv(ll::CallingConv::C);
  function->addParamAttr(1, ll::Attribute::NoAlias);
  return function;
}

void FunctionEmitter::enter_outlined(const Captures& captures, const FunctionEmitter& parent) {
  go_on_at(new_block("entry"));
  start_statement();
  for (std::size_t i = 0; i < captures.variables.size(); ++i) {
    const ir::Var& var = captures.variables[i];
    SmallVector<ll::Value*, 8> components;
    for (std::size_t count = component_types(module_.context(), var->type).size(); components.size() < count;) {
      const unsigned field = captures.fields[i] + static_cast<unsigned>(components.size());
      components.push_back(load_field(captures, function_->getArg(1), field));
    }
    Variable variable = from_components(var->type, components, false);
    // The same memory as outside, so that what is known of it goes on holding.
    variable.array.memory = parent.variable(var).array.memory;
    variables_[var.get()] = std::move(variable);
  }
}

ll::Value* FunctionEmitter::load_field(const Captures& captures, ll::Value* frame, unsigned field) {
  ll::LoadInst* load =
      b_.CreateLoad(captures.type->getElementType(field), b_.CreateStructGEP(captures.type, frame, field));
  aliases_->annotate_own(load);
  return load;
}

void FunctionEmitter::store_field(const Captures& captures, ll::Value* frame, unsigned field, ll::Value* value) {
  aliases_->annotate_own(b_.CreateStore(value, b_.CreateStructGEP(captures.type, frame, field)));
}

void FunctionEmitter::emit_rare(const ir::Block& block) {
  if (!is_long_ || !module_.signature(source_.name).can_fail || !is_worth_a_function(block)) return emit_block(block);
  const Captures captures = capture(block);
  ll::Function* rare = new_outlined_function(".rare", {});
  FunctionEmitter(*this, rare).emit_apart(block, captures, *this);
  ll::Value* status = b_.CreateCall(rare, {function_->getArg(0), captures.frame});
  // What failed carries its place already: the block is no function of the user's.
  fail_if(b_.CreateICmpNE(status, b_.getInt32(kOk)), status);
  for_each_assigned(captures, [&](ll::AllocaInst* slot, unsigned field) {
    b_.CreateStore(load_field(captures, captures.frame, field), slot);
  });
}

/// The function of such a block. Variables from outside that it assigns are its own meanwhile.
void FunctionEmitter::emit_apart(const ir::Block& block, const Captures& captures, const FunctionEmitter& parent) {
  is_long_ = false;
  enter_outlined(captures, parent);
  for (const std::size_t i : captures.assigned) declare(captures.variables[i], ir::variable(captures.variables[i]));
  emit_block(block);
  if (!reachable()) return;
  for_each_assigned(captures, [&](ll::AllocaInst* slot, unsigned field) {
    store_field(captures, function_->getArg(1), field, b_.CreateLoad(slot->getAllocatedType(), slot));
  });
  return_components({});
}

/// Calls action(slot, field) for each component of the variables from outside that the block assigns.
template <typename Action>
void FunctionEmitter::for_each_assigned(const Captures& captures, Action action) {
  for (const std::size_t i : captures.assigned) {
    unsigned field = captures.fields[i];
    for (ll::AllocaInst* slot : variable(captures.variables[i]).slots) action(slot, field++);
  }
}

}  // namespace rooftop::backend::llvm
