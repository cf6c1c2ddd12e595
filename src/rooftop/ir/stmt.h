// Statements and functions of the loop language. Statements are immutable like expressions; a Block is their sequence.
// Everything that can raise, write or jump is a statement, so order is what the text says.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rooftop/base/exception_kind.h"
#include "rooftop/base/source_location.h"
#include "rooftop/ir/expr.h"

namespace rooftop::ir {

enum class StmtKind : std::uint8_t {
  Let,       ///< var = value, once; var is visible to the end of the block
  Declare,   ///< a mutable variable with its first value, visible to the end of the block
  Assign,    ///< a new value for a declared variable of an enclosing block
  Store,     ///< array[indices] = value, under mask if it has one
  If,        ///< condition, then-block, else-block
  For,       ///< var = begin, begin + step, … while before end (after it, for a negative step); bounds evaluated once
  While,     ///< condition evaluated before each iteration
  Break,     ///< leaves the innermost loop
  Continue,  ///< goes on with the innermost loop's next iteration
  Return,    ///< leaves the function with its results
  Raise,     ///< raises a Python exception
  Check,     ///< raises unless the condition holds
  Call,      ///< results = callee(arguments); results are immutable; an exception propagates
  Assume,    ///< the condition is known to hold until the end of the block; costs nothing
  Allocate,  ///< var = fresh uninitialised array of the lengths given, until the end of the block
  Create,    ///< results = such an array and its owner, which lives until its references are released
  Retain,    ///< one reference more to an owner; nothing for owner 0
  Release,   ///< one reference less; the last one gives the array's memory back
  Prefetch,  ///< array[indices] will be needed soon; changes nothing
  Poll,      ///< lets the user interrupt; put into loops by the pass `polls`
};

enum class LoopKind : std::uint8_t {
  Serial,
  Parallel,  ///< iterations are independent and raise nothing: any order, any thread
};

/// What a Raise or a failed Check raises. `{0}` … `{3}` in the message stand for the arguments.
struct RaiseInfo {
  ExceptionKind kind;
  std::string message;
};

struct StmtNode;

class Stmt {
 public:
  Stmt() = default;
  explicit Stmt(std::shared_ptr<const StmtNode> node) : node_(std::move(node)) {}

  explicit operator bool() const { return node_ != nullptr; }
  const StmtNode* get() const { return node_.get(); }
  const StmtNode* operator->() const { return node_.get(); }
  bool operator==(const Stmt& other) const { return node_ == other.node_; }

  StmtKind kind() const;
  bool is(StmtKind k) const { return kind() == k; }
  const SourceLocation& location() const;
  /// Whether it runs code that is not in the block: passes know nothing more of a call, and of what counts references.
  bool is_opaque() const;

 private:
  std::shared_ptr<const StmtNode> node_;
};

using Block = std::vector<Stmt>;

/// One struct for every statement; the comment of each member names the kinds that use it, the rest is empty.
struct StmtNode {
  StmtKind kind;
  SourceLocation location{};
  Var var{};                   ///< Let, Declare, Assign, For, Allocate
  std::vector<Var> results{};  ///< Call · Create: the array, its owner
  Expr array{};                ///< Store: the array written · Prefetch
  std::vector<Expr> exprs{};   ///< Let/Declare/Assign: value · Store, Prefetch: indices · If/While/Check/Assume:
                              ///< condition · For: begin, end · Return: results · Call: arguments · Allocate, Create:
                              ///< lengths · Retain, Release: owner
  Expr value{};                         ///< Store
  Expr mask{};                          ///< Store: optional
  std::vector<Expr> raise_arguments{};  ///< Raise, Check
  Block body{};                         ///< If (then), For, While
  Block else_body{};                    ///< If · For: otherwise
  std::int64_t step = 1;                ///< For: never 0
  LoopKind loop = LoopKind::Serial;     ///< For
  RaiseInfo raise{};                    ///< Raise, Check
  std::string callee{};                 ///< Call: the function's name in the module

  const Expr& condition() const { return exprs[0]; }
  const Expr& begin() const { return exprs[0]; }
  const Expr& end() const { return exprs[1]; }
};

// Factories: validate and build.
Stmt let(const Var& var, const Expr& value, SourceLocation at = {});
Stmt declare(const Var& var, const Expr& value, SourceLocation at = {});
Stmt assign(const Var& var, const Expr& value, SourceLocation at = {});
Stmt store(const Expr& array, std::vector<Expr> indices, const Expr& value, Expr mask = {}, SourceLocation at = {});
Stmt if_then(const Expr& condition, Block then_body, Block else_body = {}, SourceLocation at = {});
Stmt for_loop(const Var& var, const Expr& begin, const Expr& end, std::int64_t step, Block body,
              LoopKind kind = LoopKind::Serial, SourceLocation at = {}, Block otherwise = {});
Stmt while_loop(const Expr& condition, Block body, SourceLocation at = {});
Stmt break_loop(SourceLocation at = {});
Stmt continue_loop(SourceLocation at = {});
Stmt return_values(std::vector<Expr> values, SourceLocation at = {});
Stmt raise(RaiseInfo info, std::vector<Expr> arguments = {}, SourceLocation at = {});
Stmt check(const Expr& condition, RaiseInfo info, std::vector<Expr> arguments = {}, SourceLocation at = {});
Stmt call(std::vector<Var> results, std::string callee, std::vector<Expr> arguments, SourceLocation at = {});
Stmt assume(const Expr& condition, SourceLocation at = {});
Stmt allocate(const Var& var, std::vector<Expr> lengths, SourceLocation at = {});
/// @pre `array` is of layout C, `owner` an i64
Stmt create(const Var& array, const Var& owner, std::vector<Expr> lengths, SourceLocation at = {});
Stmt retain(const Expr& owner, SourceLocation at = {});
Stmt release(const Expr& owner, SourceLocation at = {});
Stmt prefetch(const Expr& array, std::vector<Expr> indices, SourceLocation at = {});
Stmt poll(SourceLocation at = {});

/// The statement with another location, body or loop kind: copies of the node with one member changed.
Stmt with_body(const Stmt& stmt, Block body);
Stmt with_loop_kind(const Stmt& loop, LoopKind kind);

struct Function {
  std::string name;         ///< unique in the module; the first function is the entry
  std::string python_name;  ///< for messages and tracebacks
  std::vector<Var> parameters;
  std::vector<Type> results;
  Block body;
  SourceLocation location;
};

/// How floating-point operations may be changed. See docs/ir.md.
enum class FloatModel : std::uint8_t {
  Strict,    ///< each operation rounds; math functions are the C library's
  Contract,  ///< a*b+c may round once
  Fast,      ///< and sums may be reordered
};

struct Module {
  std::vector<Function> functions;
  FloatModel float_model = FloatModel::Contract;

  const Function& entry() const { return functions.front(); }
  const Function* find(const std::string& name) const;
};

}  // namespace rooftop::ir
