// One walk per function with the bindings visible at each point.
#include "rooftop/ir/verify.h"

#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "rooftop/base/errors.h"
#include "rooftop/ir/print.h"
#include "rooftop/ir/walk.h"

namespace rooftop::ir {
namespace {

/// Whether a break of the loop whose body this is stands in the block.
bool breaks_out(const Block& body) {
  for (const Stmt& s : body) {
    if (s.is(StmtKind::Break)) return true;
    if (s.is(StmtKind::If) && (breaks_out(s->body) || breaks_out(s->else_body))) return true;
  }
  return false;
}

/// Functions whose call can raise: they raise or check, call one that does, or recurse.
class Raising {
 public:
  explicit Raising(const Module& module) : module_(module) {}

  bool can_raise(const std::string& name) {
    const auto [entry, fresh] = known_.emplace(name, true);  // true while in progress: recursion can raise
    if (!fresh) return entry->second;
    const Function* f = module_.find(name);
    bool raises = f == nullptr;
    if (f != nullptr) {
      for_each_statement(f->body, [&](const Stmt& s) {
        raises |= s.is(StmtKind::Raise) || s.is(StmtKind::Check) || (s.is(StmtKind::Call) && can_raise(s->callee));
      });
    }
    return known_[name] = raises;
  }

 private:
  const Module& module_;
  std::unordered_map<std::string, bool> known_;
};

class FunctionVerifier {
 public:
  FunctionVerifier(const Module& module, const Function& function, Raising& raising)
      : module_(module), function_(function), raising_(raising) {}

  void run();

 private:
  struct Binding {
    bool assignable;
    int parallel_loops;  ///< around the binding
  };

  void require(bool holds, const std::string& rule) const;
  void block(const Block& b);
  void statement(const Stmt& s);
  void shape(const Stmt& s) const;
  void bind(const Var& var, bool assignable = false);
  void expressions(const Stmt& s) const;
  void expression(const Expr& e, std::unordered_set<const ExprNode*>& seen) const;
  void loop(const Stmt& s);
  void jump(const Stmt& s) const;
  void call(const Stmt& s);
  void raise(const Stmt& s) const;
  void assign(const Stmt& s) const;

  const Module& module_;
  const Function& function_;
  Raising& raising_;
  std::unordered_map<const VarNode*, Binding> visible_;
  std::vector<const VarNode*> bound_;
  const Stmt* current_ = nullptr;
  int parallel_ = 0;                ///< parallel loops around the current statement
  int caught_ = 0;                  ///< those of them that say what happens when an iteration raises
  std::vector<const Stmt*> loops_;  ///< around it, outermost first
};

void FunctionVerifier::require(bool holds, const std::string& rule) const {
  if (holds) [[likely]]
    return;
  std::string message = "verify: " + rule + "\nin function " + function_.name;
  if (current_ != nullptr) {
    std::string text = to_string(*current_, {.locations = true});
    constexpr std::size_t kLongest = 1500;
    if (text.size() > kLongest) text = text.substr(0, kLongest) + "…\n";
    message += ", at\n" + text;
  }
  throw InternalError(__FILE__, __LINE__, message);
}

void FunctionVerifier::bind(const Var& var, bool assignable) {
  require(var != nullptr, "statement binds no variable");
  const bool fresh = visible_.emplace(var.get(), Binding{assignable, parallel_}).second;
  require(fresh, "variable " + (var ? var->name : "") + " is bound again while it is visible");
  bound_.push_back(var.get());
}

void FunctionVerifier::expression(const Expr& e, std::unordered_set<const ExprNode*>& seen) const {
  require(static_cast<bool>(e), "empty expression");
  if (!seen.insert(e.get()).second) return;
  if (e.is(ExprKind::Variable)) {
    require(visible_.contains(e.var().get()), "variable " + e.var()->name + " is not visible here");
  }
  for (const Expr& a : e.args()) expression(a, seen);
}

void FunctionVerifier::expressions(const Stmt& s) const {
  std::unordered_set<const ExprNode*> seen;
  for_each_expr(s, [&](const Expr& e) { expression(e, seen); });
}

/// A rewrite may have changed types below a statement: its factory must accept the parts again.
void FunctionVerifier::shape(const Stmt& s) const {
  try {
    switch (s.kind()) {
      case StmtKind::Let:
        ir::let(s->var, s->exprs.at(0));
        break;
      case StmtKind::Declare:
        ir::declare(s->var, s->exprs.at(0));
        break;
      case StmtKind::Assign:
        ir::assign(s->var, s->exprs.at(0));
        break;
      case StmtKind::Store:
        ir::store(s->array, s->exprs, s->value, s->mask);
        break;
      case StmtKind::If:
        ir::if_then(s->exprs.at(0), {});
        break;
      case StmtKind::For:
        ir::for_loop(s->var, s->exprs.at(0), s->exprs.at(1), s->step, {});
        break;
      case StmtKind::While:
        ir::while_loop(s->exprs.at(0), {});
        break;
      case StmtKind::Raise:
        ir::raise(s->raise, s->raise_arguments);
        break;
      case StmtKind::Check:
        ir::check(s->exprs.at(0), s->raise, s->raise_arguments);
        break;
      case StmtKind::Assume:
        ir::assume(s->exprs.at(0));
        break;
      case StmtKind::Allocate:
        ir::allocate(s->var, s->exprs);
        break;
      case StmtKind::Create:
        ir::create(s->results.at(0), s->results.at(1), s->exprs);
        break;
      case StmtKind::Retain:
      case StmtKind::Release:
        ir::release(s->exprs.at(0));
        break;
      case StmtKind::Prefetch:
        ir::prefetch(s->array, s->exprs);
        break;
      case StmtKind::Call:
      case StmtKind::Return:
      case StmtKind::Break:
      case StmtKind::Continue:
      case StmtKind::Poll:
        break;
    }
  } catch (const InternalError& error) {
    require(false, error.what());
  }
}

void FunctionVerifier::assign(const Stmt& s) const {
  const auto found = visible_.find(s->var.get());
  require(found != visible_.end(), "variable " + s->var->name + " is not visible here");
  require(found->second.assignable, "variable " + s->var->name + " is assigned but was not declared with var");
  require(found->second.parallel_loops == parallel_,
          "variable " + s->var->name + " is declared around the parallel loop that assigns it");
}

void FunctionVerifier::jump(const Stmt& s) const {
  if (s.is(StmtKind::Return)) {
    require(parallel_ == 0, "return in a parallel loop");
    require(s->exprs.size() == function_.results.size(), "return of another number of results");
    for (std::size_t i = 0; i < s->exprs.size(); ++i) {
      require(s->exprs[i].type() == function_.results[i], "result " + std::to_string(i) + " has type " +
                                                              to_string(s->exprs[i].type()) + ", the function's is " +
                                                              to_string(function_.results[i]));
    }
    return;
  }
  require(!loops_.empty(), "break or continue outside of a loop");
  if (s.is(StmtKind::Break)) require((*loops_.back())->loop == LoopKind::Serial, "break of a parallel loop");
}

void FunctionVerifier::raise(const Stmt& s) const {
  require(parallel_ == caught_, "raise or check in a parallel loop");
  const std::string& message = s->raise.message;
  for (std::size_t i = message.find('{'); i != std::string::npos; i = message.find('{', i + 1)) {
    if (i + 1 >= message.size() || message[i + 1] < '0' || message[i + 1] > '9') continue;
    require(static_cast<std::size_t>(message[i + 1] - '0') < s->raise_arguments.size(),
            "the message names an argument that is not there");
  }
}

void FunctionVerifier::call(const Stmt& s) {
  const Function* callee = module_.find(s->callee);
  require(callee != nullptr, "call of an unknown function");
  require(s->exprs.size() == callee->parameters.size(), "call with another number of arguments");
  for (std::size_t i = 0; i < s->exprs.size(); ++i) {
    require(s->exprs[i].type() == callee->parameters[i]->type,
            "argument " + std::to_string(i) + " has type " + to_string(s->exprs[i].type()) + ", the parameter's is " +
                to_string(callee->parameters[i]->type));
  }
  require(s->results.size() == callee->results.size(), "call binds another number of results");
  for (std::size_t i = 0; i < s->results.size(); ++i) {
    require(s->results[i]->type == callee->results[i], "call result " + std::to_string(i) + " has another type");
  }
  require(parallel_ == caught_ || !raising_.can_raise(s->callee), "a call in a parallel loop can raise");
  for (const Var& v : s->results) bind(v);
}

void FunctionVerifier::loop(const Stmt& s) {
  const bool parallel = s.is(StmtKind::For) && s->loop == LoopKind::Parallel;
  loops_.push_back(&s);
  const bool catches = !s->else_body.empty();
  require(!catches || parallel, "otherwise after a loop that is not parallel");
  parallel_ += parallel;
  caught_ += catches;
  const std::size_t outer = bound_.size();
  if (s.is(StmtKind::For)) bind(s->var);
  block(s->body);
  if (bound_.size() > outer) {
    visible_.erase(bound_.back());
    bound_.pop_back();
  }
  parallel_ -= parallel;
  loops_.pop_back();
  caught_ -= catches;
  block(s->else_body);
}

void FunctionVerifier::statement(const Stmt& s) {
  shape(s);
  expressions(s);
  switch (s.kind()) {
    case StmtKind::Let:
    case StmtKind::Allocate:
      bind(s->var);
      return;
    case StmtKind::Declare:
      bind(s->var, true);
      return;
    case StmtKind::Assign:
      assign(s);
      return;
    case StmtKind::If:
      block(s->body);
      block(s->else_body);
      return;
    case StmtKind::For:
    case StmtKind::While:
      loop(s);
      return;
    case StmtKind::Break:
    case StmtKind::Continue:
    case StmtKind::Return:
      jump(s);
      return;
    case StmtKind::Raise:
    case StmtKind::Check:
      raise(s);
      return;
    case StmtKind::Call:
      call(s);
      return;
    case StmtKind::Create:
      require(parallel_ == 0, "create in a parallel loop");
      for (const Var& v : s->results) bind(v);
      return;
    case StmtKind::Retain:
    case StmtKind::Release:
      require(parallel_ == 0, "references are counted in a parallel loop");
      return;
    case StmtKind::Store:
    case StmtKind::Assume:
    case StmtKind::Prefetch:
    case StmtKind::Poll:
      return;
  }
}

void FunctionVerifier::block(const Block& b) {
  const std::size_t outer = bound_.size();
  const Stmt* const around = current_;
  for (const Stmt& s : b) {
    require(static_cast<bool>(s), "empty statement");
    current_ = &s;
    statement(s);
  }
  current_ = around;
  while (bound_.size() > outer) {
    visible_.erase(bound_.back());
    bound_.pop_back();
  }
}

void FunctionVerifier::run() {
  for (const Var& p : function_.parameters) {
    bind(p);
    require(p->type.is_array() || (p->type.is_scalar() && !p->type.is_vector()),
            "parameter " + p->name + " is neither a scalar nor an array");
  }
  for (const Type& t : function_.results) {
    require(t.is_array() || (t.is_scalar() && !t.is_vector()), "a result is neither a scalar nor an array");
  }
  block(function_.body);
  require(function_.results.empty() || never_ends(function_.body), "a function with results can reach its end");
}

}  // namespace

bool never_ends(const Block& block) {
  for (const Stmt& s : block) {
    switch (s.kind()) {
      case StmtKind::Return:
      case StmtKind::Raise:
      case StmtKind::Break:
      case StmtKind::Continue:
        return true;
      case StmtKind::If:
        if (never_ends(s->body) && never_ends(s->else_body)) return true;
        break;
      case StmtKind::While:
        if (is_int_constant(s->condition(), 1) && !breaks_out(s->body)) return true;
        break;
      case StmtKind::Check:
        if (is_int_constant(s->condition(), 0)) return true;
        break;
      case StmtKind::Let:
      case StmtKind::Declare:
      case StmtKind::Assign:
      case StmtKind::Store:
      case StmtKind::For:
      case StmtKind::Call:
      case StmtKind::Assume:
      case StmtKind::Allocate:
      case StmtKind::Create:
      case StmtKind::Retain:
      case StmtKind::Release:
      case StmtKind::Prefetch:
      case StmtKind::Poll:
        break;
    }
  }
  return false;
}

void verify(const Module& module) {
  ROOFTOP_CHECK(!module.functions.empty()) << "verify: a module without functions";
  std::unordered_set<std::string> names;
  for (const Function& f : module.functions) {
    ROOFTOP_CHECK(names.insert(f.name).second) << "verify: two functions named " << f.name;
  }
  Raising raising(module);
  for (const Function& f : module.functions) FunctionVerifier(module, f, raising).run();
}

}  // namespace rooftop::ir
