// An iteration's longest chain of operations against the work of one register: rough cycles of a wide processor.
#include "rooftop/opt/lanes_registers.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace rooftop::opt {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

namespace {

/// Without loops inside nothing waits; with them two registers are never too many, and four are worth their code only
/// where two leave the processor idle.
constexpr int kWithoutLoops = 1, kUsual = 2, kMost = 4;
constexpr double kIdle = 1.25;
constexpr int kSpareRegisters = 4;  ///< for constants and what is on its way

constexpr double kMask = 8;     ///< from a comparison to the lanes that it switches off
constexpr double kGather = 12;  ///< from subscripts to elements

constexpr double kApart = -1;  ///< the depth of what no earlier iteration decides

struct Cost {
  double chain = 0;  ///< cycles until the result is there
  double work = 0;   ///< cycles of one register
};

Cost cost_of(const Expr& n) {
  if (n.is(ExprKind::Load)) return {kGather, 4};
  if (!n.is(ExprKind::Operation)) return {};
  const bool is_float = n.type().is_scalar() && (array::is_float(n.dtype()) || array::is_complex(n.dtype()));
  const double parts = n.type().is_scalar() && array::is_complex(n.dtype()) ? 2 : 1;
  switch (n.op()) {
    case Op::div:
      return {parts == 1 ? 14.0 : 40.0, parts == 1 ? 6.0 : 22.0};
    case Op::sqrt:
      return {20 * parts, 9 * parts};
    case Op::quo:
    case Op::rem:
    case Op::floordiv:
    case Op::floormod:
      return n.arg(1).is_constant() ? Cost{4, 2} : Cost{40, 40};
    case Op::mul:
    case Op::fma:
      return {4 * parts, 0.5 * parts * parts};
    default:
      if (ops::info(n.op()).is_math) return {2.0 * ops::info(n.op()).flops, 0.5 * ops::info(n.op()).flops};
      return {is_float ? 4.0 : 1.0, is_float ? 0.5 * parts : 0.3};
  }
}

/// One iteration of an innermost loop for one register of lanes.
class Iteration {
 public:
  Iteration(const Stmt& loop, const Divergence& divergence) : divergence_(divergence) {
    const ir::VarSet bound = ir::bound_variables(loop->body);
    for (const ir::VarNode* v : ir::assigned_variables(loop->body)) {
      if (!bound.contains(v)) depth_[v] = 0;
    }
    const auto carried = depth_;
    block(loop->body, kApart);
    count_values(loop, bound);
    if (loop.is(StmtKind::While)) {
      count(loop);
      leave(after(depth(loop->condition()), kMask));
    }
    for (const auto& [var, start] : carried) chain = std::max(chain, depth_.at(var));
  }

  double chain = 0, work = 0;
  int values = 0;  ///< vectors that live through the iteration

 private:
  /// `under`: when it is known which lanes take part.
  void block(const Block& list, double under) {
    for (const Stmt& s : list) {
      count(s);
      switch (s.kind()) {
        case StmtKind::Let:
        case StmtKind::Declare:
          depth_[s->var.get()] = depth(s->exprs[0]);
          break;
        case StmtKind::Assign:
          depth_[s->var.get()] = after(std::max(depth(s->exprs[0]), under), 1);
          break;
        case StmtKind::If: {
          const double lanes = std::max(under, after(depth(s->condition()), kMask));
          block(s->body, lanes);
          block(s->else_body, lanes);
          break;
        }
        case StmtKind::Break:
        case StmtKind::Continue:
          leave(under);
          break;
        default:
          break;
      }
      memo_.clear();
    }
  }

  /// The next iteration's lanes are known: its first assignment waits for them.
  void leave(double at) { chain = std::max(chain, after(at, 2)); }

  void count(const Stmt& s) {
    ir::for_each_expr(s, [&](const Expr& e) {
      ir::for_each_node(e, [&](const Expr& n) {
        if (divergence_.varies(n)) work += cost_of(n).work;
      });
    });
    if (s.is(StmtKind::If) || s.is(StmtKind::Assign)) work += 0.5;
  }

  void count_values(const Stmt& loop, const ir::VarSet& bound) {
    ir::VarSet seen;
    const auto look = [&](const Expr& n) {
      if (!n.is(ExprKind::Variable) || !divergence_.varies(n.var()) || bound.contains(n.var().get())) return;
      if (seen.insert(n.var().get()).second) values += array::is_complex(n.dtype()) ? 2 : 1;
    };
    ir::for_each_statement(
        {loop}, [&](const Stmt& s) { ir::for_each_expr(s, [&](const Expr& e) { ir::for_each_node(e, look); }); });
  }

  static double after(double depth, double cycles) { return depth < 0 ? depth : depth + cycles; }

  double depth(const Expr& e) {
    if (e.is(ExprKind::Variable)) {
      const auto found = depth_.find(e.var().get());
      return found == depth_.end() ? kApart : found->second;
    }
    if (const auto found = memo_.find(e.get()); found != memo_.end()) return found->second;
    double last = kApart;
    for (const Expr& a : e.args()) last = std::max(last, depth(a));
    return memo_[e.get()] = after(last, cost_of(e).chain);
  }

  const Divergence& divergence_;
  std::unordered_map<const ir::VarNode*, double> depth_;
  std::unordered_map<const ir::ExprNode*, double> memo_;
};

/// The innermost loop with the most work.
void find_heaviest(const Block& body, const Divergence& divergence, std::optional<Iteration>& heaviest) {
  for (const Stmt& s : body) {
    bool has_loops = false;
    ir::for_each_statement(s->body, [&](const Stmt& i) { has_loops |= i.is(StmtKind::For) || i.is(StmtKind::While); });
    if ((s.is(StmtKind::For) || s.is(StmtKind::While)) && !has_loops) {
      const Iteration found(s, divergence);
      if (!heaviest || found.work > heaviest->work) heaviest.emplace(found);
    }
    ir::for_each_block(s, [&](const Block& b) { find_heaviest(b, divergence, heaviest); });
  }
}

}  // namespace

int lane_registers(const Stmt& loop, const Divergence& divergence, const Machine& machine) {
  std::optional<Iteration> heaviest;
  find_heaviest(loop->body, divergence, heaviest);
  if (!heaviest) return kWithoutLoops;
  const bool waits = heaviest->chain > kIdle * kUsual * heaviest->work;
  // With smaller registers, masks take some of them too.
  const bool fits =
      machine.vector_bytes == 64 && kMost * heaviest->values + kSpareRegisters <= machine.vector_registers;
  return waits && fits ? kMost : kUsual;
}

}  // namespace rooftop::opt
