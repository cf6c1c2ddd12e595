// From the outside inwards: each nest is analysed, and versioned if a test in front gains something.
#include "rooftop/opt/guards.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/guards_nest.h"
#include "rooftop/opt/memory_facts.h"
#include "rooftop/opt/simplify_expr.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;
using ir::Var;

constexpr int kMaxStatements = 400;  ///< of a nest that is copied
constexpr std::size_t kMaxConditions = 80;
constexpr std::size_t kMaxPairs = 16;

int statement_count(const Block& block) {
  int count = 0;
  ir::for_each_statement(block, [&](const Stmt&) { ++count; });
  return count;
}

/// Whether a variable is bound at two places of the nest: what is known of one place would be taken for the other's.
bool binds_twice(const Block& block) {
  ir::VarSet seen;
  bool twice = false;
  ir::for_each_statement(block, [&](const Stmt& s) {
    if (s->var && !s.is(StmtKind::Assign)) twice |= !seen.insert(s->var.get()).second;
    for (const Var& v : s->results) twice |= !seen.insert(v.get()).second;
  });
  return twice;
}

class FunctionGuards {
 public:
  FunctionGuards(const ir::Function& function, const PassContext& context)
      : function_(function),
        context_(context),
        assigned_(ir::assigned_variables(function.body)),
        bases_(function.body) {}

  ir::Function run() {
    ir::Function result = function_;
    result.body = block(function_.body, {});
    return result;
  }

 private:
  Block block(const Block& statements, MemoryFacts facts) {
    Block out;
    out.reserve(statements.size());
    for (const Stmt& s : statements) {
      facts.learn(s);
      if (s.is(StmtKind::For)) {
        nest(s, facts, out);
      } else {
        out.push_back(inside(s, facts));
      }
    }
    return out;
  }

  /// The statement with its nested blocks' nests versioned.
  Stmt inside(const Stmt& s, const MemoryFacts& facts) {
    return ir::map_blocks(s, [&](const Block& b) { return block(b, facts); });
  }

  void nest(const Stmt& given, const MemoryFacts& facts, Block& out) {
    if (statement_count(given->body) > kMaxStatements || binds_twice(given->body)) {
      context_.missed("guards", given.location(),
                      "checks stay in the loop, which is too large for a second version without them; a shorter one "
                      "in a function of its own would have one");
      return out.push_back(inside(given, facts));
    }
    Block before;
    const Stmt s = with_fixed_bounds(given, before);
    const NestAnalysis analysis(s, bases_);
    std::vector<ArrayPair> pairs = analysis.pairs();
    std::erase_if(pairs, [&](const ArrayPair& p) { return facts.disjoint(p.written, p.other); });
    if (pairs.size() > kMaxPairs) {
      context_.missed(
          "guards", s.location(),
          "the loop touches too many arrays to test before it whether they overlap, so the order of its loads and "
          "stores is kept");
      pairs.clear();
    }
    std::vector<Expr> conditions = analysis.conditions();
    report_kept(analysis);
    if ((analysis.removable_checks() == 0 && pairs.empty()) || is_short(s) || !worthwhile(conditions)) {
      return out.push_back(inside(given, facts));
    }
    report(s, analysis, pairs);
    out.insert(out.end(), before.begin(), before.end());
    MemoryFacts known = facts;
    for (const ArrayPair& p : pairs) known.learn(ir::assume(apart(p), s.location()));
    const Stmt fast = inside(analysis.without_checks(), known);
    if (context_.without_checks) conditions.clear();
    if (conditions.empty() && pairs.empty()) return out.push_back(fast);
    version(s, fast, conditions, pairs, out);
  }

  /// A loop of so few iterations that a test before it would cost as much as the checks.
  static bool is_short(const Stmt& s) {
    if (!s->begin().is_constant() || !s->end().is_constant()) return false;
    const bool has_loops = std::any_of(s->body.begin(), s->body.end(), [](const Stmt& inner) {
      return inner.is(StmtKind::For) || inner.is(StmtKind::While) || inner.is(StmtKind::If);
    });
    const Wide distance = static_cast<Wide>(s->end().constant().integer) - s->begin().constant().integer;
    return !has_loops && distance / s->step <= 4;
  }

  static bool worthwhile(const std::vector<Expr>& conditions) {
    return conditions.size() <= kMaxConditions &&
           std::none_of(conditions.begin(), conditions.end(), [](const Expr& c) { return ir::is_int_constant(c, 0); });
  }

  /// Bounds are evaluated where the loop stood and named, for the test and both versions to use.
  Stmt with_fixed_bounds(const Stmt& s, Block& before) const {
    const auto named = [&](const Expr& bound, const char* name) {
      const bool plain =
          bound.is_constant() || (bound.is(ExprKind::Variable) && !assigned_.contains(bound.var().get()));
      if (plain) return bound;
      const Var var = ir::make_var(name, ir::kI64);
      before.push_back(ir::let(var, bound, s.location()));
      return ir::variable(var);
    };
    const Expr begin = named(s->begin(), "begin");
    const Expr end = named(s->end(), "end");
    return ir::for_loop(s->var, begin, end, s->step, s->body, s->loop, s.location());
  }

  static Expr apart(const ArrayPair& p) { return ir::disjoint(ir::variable(p.written), ir::variable(p.other)); }

  static void version(const Stmt& s, const Stmt& fast, const std::vector<Expr>& conditions,
                      const std::vector<ArrayPair>& pairs, Block& out) {
    Expr all;
    const auto require = [&](const Expr& c) {
      all = all ? simplify_node(ir::operation(ir::Op::bit_and, {all, c})) : c;
    };
    for (const Expr& c : conditions) require(c);
    Block body;
    for (const ArrayPair& p : pairs) {
      require(apart(p));
      body.push_back(ir::assume(apart(p), s.location()));
    }
    body.push_back(fast);
    const Var safe = ir::make_var("safe", ir::kBool);
    out.push_back(ir::let(safe, all, s.location()));
    const Expr test = ir::operation(ir::Op::likely, {ir::variable(safe)});
    out.push_back(ir::if_then(test, std::move(body), {s}, s.location()));
  }

  void report(const Stmt& s, const NestAnalysis& analysis, const std::vector<ArrayPair>& pairs) const {
    const int checks = analysis.removable_checks();
    std::string text;
    if (checks > 0) {
      text = (checks == 1 ? "1 check is" : std::to_string(checks) + " checks are") +
             std::string(" made once before the loop, not in each round");
    }
    if (!pairs.empty()) {
      const std::string count = pairs.size() == 1 ? "a pair" : std::to_string(pairs.size()) + " pairs";
      text += (checks > 0 ? "; there, too, " : "before the loop ") + count + " of arrays " +
              (pairs.size() == 1 ? "is" : "are") + " tested for overlap";
    }
    context_.done("guards", s.location(), std::move(text));
  }

  /// What does the same without the check.
  static std::string instead_of(const ir::RaiseInfo& raise) {
    switch (raise.kind) {
      case ExceptionKind::OverflowError:
        return "; np.int64 numbers wrap around without one";
      case ExceptionKind::ZeroDivisionError:
        return "; NumPy's numbers are divided without one";
      case ExceptionKind::ValueError:
        return raise.message.find("math domain") == std::string::npos ? "" : "; NumPy's function has none";
      default:
        return "";
    }
  }

  void report_kept(const NestAnalysis& analysis) const {
    for (const NestAnalysis::Kept& kept : analysis.kept_checks()) {
      context_.missed("guards", kept.check.location(),
                      "the check for " + std::string(name_of(kept.check->raise.kind)) +
                          " stays in the loop: " + kept.reason + instead_of(kept.check->raise));
    }
  }

  const ir::Function& function_;
  const PassContext& context_;
  ir::VarSet assigned_;
  ViewBases bases_;
};

/// The block without its checks and those of blocks inside.
Block without_checks(const Block& block) {
  Block out;
  for (const Stmt& s : block) {
    if (s.is(StmtKind::Check)) continue;
    out.push_back(ir::map_blocks(s, without_checks));
  }
  return out;
}

}  // namespace

ir::Module guards(const ir::Module& module, const PassContext& context) {
  ir::Module result = module;
  for (ir::Function& f : result.functions) {
    f = FunctionGuards(f, context).run();
    if (context.without_checks) f.body = without_checks(f.body);
  }
  return result;
}

}  // namespace rooftop::opt
