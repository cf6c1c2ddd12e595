// Grows loops whose rounds write elements of their own, with any control flow inside.
#pragma once

#include <utility>
#include <vector>

#include "generator.h"

namespace rooftop::fuzz {

class LaneLoops : private Generator {
 public:
  explicit LaneLoops(std::uint64_t seed)
      : Generator(seed * 11 + 5, {.statements = 0, .vectors = false, .calls = false, .contract = seed % 4 == 0}),
        wild_(random_.chance(8)) {}

  ir::Module module();

 private:
  /// What is visible in a round; a block works on a copy.
  struct Round {
    Scope all;
    Scope uniform;  ///< of that, what is most often the same in all rounds
    int loops = 0;  ///< around, inside of the round
    bool checks = true;
    bool stores = true;
  };

  struct Bounds {
    Expr begin, end;
    std::int64_t step = 1;
    bool same = true;  ///< all rounds begin at one place
  };

  void parameters(ir::Function& f);
  ir::Function helper(const std::string& name);
  void nest(Block& out);
  void carried_ends(Block& out);
  Stmt outer_loop();
  Stmt lane_loop(const Var* row, Block& before);
  /// Proves subscripts of the inputs for a round `first + k` with `first <= k < end`; narrows `end` to what they need.
  void prove_inputs(Round& round, const Expr& element, Expr& end);
  void own_elements(Round& round, const Expr& element, const Var* row, Expr& end);

  Block body(Round round);
  Block iteration(Round round);
  Block block(Round round, int statements);
  void statement(Round& round, Block& out);
  void bind(Round& round, Block& out);
  void assign(Round& round, Block& out);
  void store(Round& round, Block& out);
  void branch(Round& round, Block& out);
  void bounded_while(Round& round, Block& out);
  Bounds bounds(const Round& round, const Expr& limit, const Expr& own);
  void inner_for(Round& round, Block& out);
  void jump(Round& round, Block& out);
  void failure(Round& round, Block& out);
  void read(Round& round, const Var& a, int dimension, const Expr& index, Block& out);
  void gather(Round& round, Block& out);
  void division(Round& round, Block& out);
  void overflow(Round& round, Block& out);
  void inner_view(Round& round, Block& out);
  void call(Round& round, Block& out);
  void carry(Round& round, Block& out);
  Block way_out(const Round& round, bool breaks);
  void results(Round& round, Block& out);

  DType likely();
  Expr value(const Round& round, DType dtype, int depth);
  Expr condition(const Round& round);
  /// An i64 in [0, limit], most often another one in each round.
  Expr small(const Round& round, int limit);
  /// Holds but in one round, at most.
  Expr mostly(const Expr& holds);
  Round inside_loop(const Round& round);
  bool may_fail(const Round& round) const { return wild_ || (round.checks && (!stored_ || late_)); }
  Expr length(const Var& array, int d) { return ir::length(ir::variable(array), d); }
  Expr named(const char* name, const Expr& value, Block& out) {
    const Var var = fresh(name, value.type());
    out.push_back(ir::let(var, value, here()));
    return ir::variable(var);
  }
  void fail_unless(const Expr& c, ExceptionKind kind, const char* message, Block& out) {
    out.push_back(ir::check(c, {kind, message}, {}, here()));
  }

  bool wild_;  ///< does what must not become lanes, too
  DType main_ = DType::F64, second_ = DType::I64;
  std::vector<Var> inputs_, outputs_, scalars_, indices_;
  Var round_;                   ///< the variable of the loop that is grown
  bool stored_ = false;         ///< in the round, so far
  bool late_ = false;           ///< may fail after that
  bool ends_ = false;           ///< a round may be the last one
  std::vector<Var> carried_;    ///< from round to round
  std::vector<Type> returned_;  ///< by the helper that is grown
  std::vector<ir::Function> helpers_;
};

}  // namespace rooftop::fuzz
