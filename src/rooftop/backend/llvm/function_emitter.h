// One function of the ir as one LLVM function, and one more for each parallel loop in it, and for each part that hardly
// ever runs if it is long. The class keeps what the statements share; its members are spread by concept:
// expressions.cpp, statements.cpp, loops.cpp, parallel_loops.cpp, outlining.cpp, failures.cpp (raise, calls, polls) and
// allocations.cpp.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "rooftop/backend/llvm/aliasing.h"
#include "rooftop/backend/llvm/arrays.h"
#include "rooftop/backend/llvm/module_emitter.h"
#include "rooftop/backend/llvm/values.h"
#include "rooftop/ir/stmt.h"

namespace rooftop::backend::llvm {

class FunctionEmitter {
 public:
  FunctionEmitter(ModuleEmitter& module, const ir::Function& source);

  void emit();

 private:
  /// A variable: immutable ones are their values, mutable ones live in slots that a pass turns into registers.
  struct Variable {
    Scalar scalar;
    Array array;
    SmallVector<ll::AllocaInst*, 2> slots;  ///< one per component; empty for an immutable variable
    bool is_sum = false;                    ///< of a mutable variable and a product, in a loop
  };
  struct Loop {
    ll::BasicBlock* on_break;
    ll::BasicBlock* on_continue;
    std::size_t allocations;  ///< how many live where the loop stands
  };
  struct Allocation {
    ll::Value* memory;
    ll::Value* bytes;
  };
  /// Values of the statement's expressions. Those of a block that may be skipped are dropped at its end.
  using Memo = std::vector<std::unordered_map<const ir::ExprNode*, Scalar>>;

  /// Variables of a function that an outlined part of it gets in a struct, component by component.
  struct Captures {
    std::vector<ir::Var> variables;
    std::vector<unsigned> fields;       ///< the first of each variable
    std::vector<std::size_t> assigned;  ///< which of the variables the part assigns
    ll::StructType* type = nullptr;
    ll::AllocaInst* frame = nullptr;  ///< the caller's
  };

  /// A part of `parent` as a function of its own.
  FunctionEmitter(FunctionEmitter& parent, ll::Function* function);

  // Expressions (expressions.cpp).
  Scalar scalar(const ir::Expr& e);
  ll::Value* value(const ir::Expr& e) { return scalar(e).real; }
  Scalar compute(const ir::Expr& e);
  Scalar constant(const ir::Expr& e);
  Scalar operation(const ir::Expr& e);
  Scalar select_rare(const ir::Expr& e);
  bool accumulates(const ir::Expr& e) const;
  Scalar math(const ir::Expr& e);
  Scalar libm_call(const ir::Expr& e);
  ll::Value* lookup(const ir::Expr& e);
  Array array(const ir::Expr& e);
  Array view(const ir::Expr& e);
  bool is_known(const ir::Expr& e) const;
  template <typename Subscripts>
  SmallVector<Scalar, 4> scalars(const Subscripts& list);
  SmallVector<ll::Value*, 8> components(const ir::Expr& e);
  void start_statement();

  // Variables (variables.cpp).
  void bind(const ir::Var& var, const ir::Expr& value);
  void declare(const ir::Var& var, const ir::Expr& value);
  void assign(const ir::Var& var, const ir::Expr& value);
  Variable from_components(const ir::Type& type, ArrayRef<ll::Value*> components, bool known_origin);
  Scalar read_scalar(const ir::Var& var);
  Array read_array(const ir::Var& var);
  const Variable& variable(const ir::Var& var) const;
  ll::AllocaInst* new_slot(ll::Type* type, const ll::Twine& name = "");

  // Statements (statements.cpp, loops.cpp, parallel_loops.cpp).
  void emit_block(const ir::Block& block);
  void emit_statement(const ir::Stmt& s);
  void emit_store(const ir::Stmt& s);
  void emit_if(const ir::Stmt& s);
  void emit_for(const ir::Stmt& s);
  void emit_counted(const ir::Stmt& s, ll::Value* begin, ll::Value* end);
  void emit_while(const ir::Stmt& s);
  void emit_loop_body(const ir::Block& body, ll::BasicBlock* next, ll::BasicBlock* exit);
  void emit_parallel_for(const ir::Stmt& s);
  void emit_iterations(const ir::Stmt& s, const Captures& captures, const FunctionEmitter& parent);
  void emit_return(const ir::Stmt& s);
  void emit_assume(const ir::Stmt& s);
  void assume_disjoint(const ir::Expr& condition);

  // Parts that become functions (outlining.cpp).
  static bool is_long(const ir::Function& function);
  /// Stores what the block needs from outside, but for the variable `bound`; `first` becomes field 0.
  Captures capture(const ir::Block& block, const ir::VarNode* bound = nullptr, ll::Value* first = nullptr);
  ll::Function* new_outlined_function(const char* suffix, ArrayRef<ll::Type*> more_parameters);
  /// Begins the function with its variables from outside.
  void enter_outlined(const Captures& captures, const FunctionEmitter& parent);
  ll::Value* load_field(const Captures& captures, ll::Value* frame, unsigned field);
  void store_field(const Captures& captures, ll::Value* frame, unsigned field, ll::Value* value);
  /// A block that hardly ever runs: of a long function it is a function of its own.
  void emit_rare(const ir::Block& block);
  void emit_apart(const ir::Block& block, const Captures& captures, const FunctionEmitter& parent);
  template <typename Action>
  void for_each_assigned(const Captures& captures, Action action);

  // Failures (failures.cpp).
  void emit_raise(const ir::Stmt& s);
  void emit_check(const ir::Stmt& s);
  void emit_call(const ir::Stmt& s);
  void emit_prefetch(const ir::Stmt& s);
  void emit_poll(const ir::Stmt& s);
  void emit_recursion_check();
  void raise(const SourceLocation& at, const ir::RaiseInfo& info, ArrayRef<ir::Expr> arguments);
  /// Goes on only when the status of something called is kOk; else leaves the function with it, as a frame of the
  /// traceback.
  void propagate(ll::Value* status, const SourceLocation& at);
  /// Frees what is allocated and leaves the function with the status.
  void fail(ll::Value* status);
  /// Leaves with the status if the condition holds.
  void fail_if(ll::Value* condition, ll::Value* status);
  void return_components(ArrayRef<ll::Value*> components);
  ll::Value* context_field(std::size_t offset);
  /// The limit in the context, which holds 0 for none, or `most` where that is less.
  ll::Value* threads_of_call(ll::Value* most);

  // Allocations (allocations.cpp).
  void emit_allocate(const ir::Stmt& s);
  void emit_create(const ir::Stmt& s);
  void emit_retain(const ir::Stmt& s);
  void emit_release(const ir::Stmt& s);
  void free_down_to(std::size_t count);
  bool fits_on_stack(const ir::Stmt& s, std::uint64_t& bytes) const;
  ll::Value* allocation_bytes(const ir::Stmt& s, ir::DType dtype, ArrayRef<ll::Value*> lengths);
  ll::CallInst* new_memory(const ir::Stmt& s, std::string_view function, ll::Value* bytes);
  ll::Value* owned_field(ll::Value* owned, std::size_t offset);

  // Control flow.
  ll::BasicBlock* new_block(const char* name) { return ll::BasicBlock::Create(module_.context(), name, function_); }
  bool reachable() const { return b_.GetInsertBlock() != nullptr; }
  void go_on_at(ll::BasicBlock* block) { b_.SetInsertPoint(block); }
  /// Continues at the block, or drops it and stops when nothing jumps to it.
  void go_on_if_reached(ll::BasicBlock* block);
  void jump(ll::BasicBlock* block);
  void branch(ll::Value* condition, ll::BasicBlock* then_block, ll::BasicBlock* else_block);
  /// Jumps to `rare` when the condition holds, which is hardly ever.
  void branch_rarely(ll::Value* condition, ll::BasicBlock* rare, ll::BasicBlock* usual);
  /// Goes on in a block for when the condition holds, which hardly ever does; returns the block for otherwise.
  ll::BasicBlock* enter_rarely(ll::Value* condition, const char* name);

  ModuleEmitter& module_;
  const ir::Function& source_;
  ll::Function* function_;
  SmallVector<ll::Type*, 8> results_;  ///< of the LLVM function: a status first if it has one
  Builder b_;
  std::shared_ptr<AliasFacts> aliases_;
  std::unordered_map<const ir::VarNode*, Variable> variables_;
  Memo memo_;
  std::vector<ir::Expr> expanded_;  ///< made during emission; alive as long as the memo names them
  std::vector<Loop> loops_;
  std::vector<Allocation> allocations_;
  std::uint64_t stack_bytes_ = 0;
  bool is_long_;  ///< so long that parts of it are worth functions of their own
};

template <typename Subscripts>
SmallVector<Scalar, 4> FunctionEmitter::scalars(const Subscripts& list) {
  SmallVector<Scalar, 4> values;
  for (const ir::Expr& e : list) values.push_back(scalar(e));
  return values;
}

}  // namespace rooftop::backend::llvm
