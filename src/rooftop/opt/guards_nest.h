// One nest before `guards` decides about it: which checks a test in front could replace, which arrays it touches, and
// the test itself.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "rooftop/opt/guards_domain.h"
#include "rooftop/opt/view_bases.h"

namespace rooftop::opt {

/// Two different arrays, one of them written in the nest.
struct ArrayPair {
  ir::Var written;
  ir::Var other;
};

class NestAnalysis {
 public:
  NestAnalysis(const ir::Stmt& nest, const ViewBases& bases);

  /// A check of the nest's own body that stays, with the reason; those of inner loops may still go there.
  struct Kept {
    ir::Stmt check;
    std::string reason;
  };

  int removable_checks() const { return removable_; }
  const std::vector<Kept>& kept_checks() const { return kept_; }
  /// Of arrays bound outside of the nest.
  const std::vector<ArrayPair>& pairs() const { return pairs_; }
  /// Together they say that none of the removable checks would fail.
  std::vector<ir::Expr> conditions() const;
  /// The nest without the removable checks, with subscripts that wrap never left unwrapped.
  ir::Stmt without_checks() const;

 private:
  /// One condition of the test, over values that are fixed before the nest.
  struct Atom {
    ir::Expr condition;                ///< itself, or
    std::vector<Linear> alternatives;  ///< one of these
    bool computable_only = false;      ///< is computed without overflow (else: and is not negative)
    bool operator==(const Atom& other) const;
  };
  /// What a condition needs, by the loop around the place where it needs it.
  using Needs = std::vector<std::pair<int, Atom>>;
  /// `let k = select(k0 < 0, k0 + n, k0)`, taken to be k0.
  struct Unwrapped {
    Needs needs;
    ir::Expr value;
    bool used = false;
  };

  void walk(const ir::Block& block, int loop);
  void let(const ir::Stmt& s, int loop);
  void check(const ir::Stmt& s, int loop);
  void touch(const ir::Stmt& s);
  void find_pairs();
  ir::Var root_of(const ir::Expr& array) const;

  bool resolve(const ir::Expr& condition, bool holds, int loop, Needs& needs);
  bool resolve_relation(ir::Op op, const ir::Expr& a, const ir::Expr& b, bool holds, int loop, Needs& needs);
  bool need_nonnegative(const std::vector<Linear>& forms, int loop, Needs& needs);
  bool need_fit(const Linear& form, int loop, Needs& needs);
  bool need_extremes(const Linear& form, int loop, Needs& needs);
  bool need_bounds(int loop, Needs& needs);
  void commit(const Needs& needs);
  void use_subscripts(const ir::Stmt& s);
  void use_lets(const ir::Expr& e);
  ir::Expr condition_of(const Atom& atom) const;
  ir::Expr may_be_skipped(int loop) const;

  ir::Stmt nest_;
  const ViewBases& bases_;
  Domain domain_;
  std::unordered_map<const ir::VarNode*, ir::Expr> let_values_;
  std::unordered_map<const ir::VarNode*, Unwrapped> unwrapped_;
  std::vector<std::vector<Atom>> atoms_;                  ///< by loop
  std::unordered_map<const ir::StmtNode*, bool> checks_;  ///< whether it may go
  std::vector<Kept> kept_;
  std::vector<ArrayPair> pairs_;
  std::vector<ir::Var> written_;
  std::vector<ir::Var> touched_;
  int removable_ = 0;
};

}  // namespace rooftop::opt
