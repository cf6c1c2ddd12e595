// Work is estimated bottom-up in expression nodes; what may be large gets polls of its own on the way.
#include "rooftop/opt/polls.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/trip_bound.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

/// Work, in expression nodes, that may pass between two polls: at a node a nanosecond or faster a tenth of a
/// millisecond.
constexpr std::int64_t kWorkBetweenPolls = std::int64_t{1} << 17;
constexpr std::int64_t kLongestStrip = std::int64_t{1} << 16;
constexpr std::int64_t kShortestStrip = std::int64_t{1} << 8;
/// More than any bound above: work that may be anything, but polls for itself.
constexpr std::int64_t kUnbounded = INT64_MAX;

std::int64_t sum(std::int64_t a, std::int64_t b) { return a > kUnbounded - b ? kUnbounded : a + b; }
std::int64_t product(std::int64_t a, std::int64_t b) { return b != 0 && a > kUnbounded / b ? kUnbounded : a * b; }

std::int64_t work_of(const Expr& e, std::unordered_set<const ir::ExprNode*>& seen) {
  if (!seen.insert(e.get()).second) return 0;
  std::int64_t work = 1;
  if (e.is(ir::ExprKind::Operation)) work += ops::info(e.op()).flops * std::max(e.lanes() / 8, 1);
  for (const Expr& a : e.args()) work += work_of(a, seen);
  return work;
}

/// Whether the loop around `block` can be left by a Break in it.
bool breaks(const Block& block) {
  return std::any_of(block.begin(), block.end(), [](const Stmt& s) {
    return s.is(StmtKind::Break) || (s.is(StmtKind::If) && (breaks(s->body) || breaks(s->else_body)));
  });
}

std::optional<std::int64_t> constant_trips(const Stmt& loop) {
  if (!loop->begin().is_constant() || !loop->end().is_constant()) return std::nullopt;
  const auto begin = static_cast<std::uint64_t>(loop->begin().constant().integer);
  const auto end = static_cast<std::uint64_t>(loop->end().constant().integer);
  const bool up = loop->step > 0;
  if (up ? loop->begin().constant().integer >= loop->end().constant().integer
         : loop->begin().constant().integer <= loop->end().constant().integer) {
    return 0;
  }
  const std::uint64_t distance = up ? end - begin : begin - end;
  const auto step =
      up ? static_cast<std::uint64_t>(loop->step) : std::uint64_t{0} - static_cast<std::uint64_t>(loop->step);
  const std::uint64_t trips = distance / step + (distance % step != 0 ? 1 : 0);
  return static_cast<std::int64_t>(std::min<std::uint64_t>(trips, INT64_MAX));
}

class Polls {
 public:
  /// The block with polls, and its work added to `work`.
  Block block(const Block& statements, std::int64_t& work) {
    Block out;
    out.reserve(statements.size());
    for (const Stmt& s : statements) statement(s, work, out);
    return out;
  }

 private:
  void statement(const Stmt& s, std::int64_t& work, Block& out) {
    std::unordered_set<const ir::ExprNode*> seen;
    std::int64_t own = 1;
    ir::for_each_expr(s, [&](const Expr& e) { own += work_of(e, seen); });
    work = sum(work, own);
    switch (s.kind()) {
      case StmtKind::If: {
        std::int64_t then_work = 0;
        std::int64_t else_work = 0;
        Block then_body = block(s->body, then_work);
        Block else_body = block(s->else_body, else_work);
        work = sum(work, std::max(then_work, else_work));
        out.push_back(ir::if_then(s->condition(), std::move(then_body), std::move(else_body), s.location()));
        return;
      }
      case StmtKind::For:
        return for_loop(s, work, out);
      case StmtKind::While: {
        std::int64_t ignored = 0;
        Block body = inside(s, ignored);
        body.insert(body.begin(), ir::poll(s.location()));
        work = kUnbounded;
        out.push_back(ir::with_body(s, std::move(body)));
        return;
      }
      case StmtKind::Call:
        work = kUnbounded;
        break;
      case StmtKind::Create:
        // Work that does not show in the text.
        work = sum(work, 100);
        break;
      case StmtKind::Let:
        bounds_.note(s);
        break;
      default:
        break;
    }
    out.push_back(s);
  }

  Block inside(const Stmt& loop, std::int64_t& work) {
    ++depth_;
    Block body = block(loop->body, work);
    --depth_;
    return body;
  }

  void for_loop(const Stmt& s, std::int64_t& work, Block& out) {
    std::int64_t once = 0;
    Block body = inside(s, once);
    auto trips = constant_trips(s);
    if (!trips) trips = bounds_.of(s);
    const std::int64_t all = trips ? product(once, *trips) : kUnbounded;
    work = sum(work, all);
    // An iteration that is long already affords a poll.
    if (all > kWorkBetweenPolls && once >= kWorkBetweenPolls / kShortestStrip) {
      body.insert(body.begin(), ir::poll(s.location()));
    } else if (all > kWorkBetweenPolls && breaks(s->body)) {
      body.insert(body.begin(), now_and_then(s, once));
    } else if (all > kWorkBetweenPolls && s->loop == ir::LoopKind::Serial) {
      return strips(s, std::move(body), once, out);
    }
    out.push_back(ir::with_body(s, std::move(body)));
  }

  /// The iterations that may pass between two polls.
  static std::int64_t strip_length(std::int64_t once) {
    std::int64_t count = kLongestStrip;
    while (count > kShortestStrip && count * once > kWorkBetweenPolls) count /= 2;
    return count;
  }

  /// A poll for a loop that is left by break, which has no vector form to keep: in iterations whose variable has some
  /// bits zero. They come in turn where the step is a power of two.
  static Stmt now_and_then(const Stmt& s, std::int64_t once) {
    const Stmt poll = ir::poll(s.location());
    const std::int64_t count = strip_length(once);
    if (s->step <= 0 || s->step > kLongestStrip || (s->step & (s->step - 1)) != 0) return poll;
    const Expr bits = ir::operation(Op::bit_and, {ir::variable(s->var), ir::int_constant((count - 1) * s->step)});
    const Expr pass = ir::operation(Op::likely, {ir::operation(Op::ne, {bits, ir::int_constant(0)})});
    return ir::if_then(pass, {}, {poll}, s.location());
  }

  /// The loop cut into strips of a fixed number of iterations, with a poll before each. Loops around a loop that may be
  /// long poll in each iteration: there, polls between the strips are enough, and a loop of one strip costs no more
  /// than a few instructions.
  void strips(const Stmt& s, Block body, std::int64_t once, Block& out) const {
    const std::int64_t count = strip_length(once);
    std::int64_t stride = 0;
    // Steps so large that a strip would leave 64 bits leave few iterations for the loop.
    if (__builtin_mul_overflow(s->step, count, &stride)) {
      out.push_back(ir::with_body(s, std::move(body)));
      return;
    }
    const SourceLocation& at = s.location();
    const Expr end = evaluated_once(s->end(), "end", s, out);
    const ir::Var start = ir::make_var(s->var->name, ir::kI64);
    const ir::Var stop = ir::make_var("stop", ir::kI64);
    const Expr from = ir::variable(start);
    // The distance is positive and below 2^64, though perhaps not below 2^63.
    const Expr distance = s->step > 0 ? end - from : from - end;
    const std::int64_t size = s->step > 0 ? stride : -stride;
    const Expr more = ir::operation(
        Op::gt, {ir::cast(distance, ir::DType::U64), ir::int_constant(size, ir::Type::scalar(ir::DType::U64))});
    const Stmt last = ir::let(stop, ir::operation(Op::select, {more, from + ir::int_constant(stride), end}), at);
    const Stmt strip = ir::for_loop(s->var, from, ir::variable(stop), s->step, std::move(body), s->loop, at);
    if (depth_ == 0) {
      out.push_back(ir::for_loop(start, s->begin(), end, stride, {ir::poll(at), last, strip}, s->loop, at));
      return;
    }
    const Expr begin = evaluated_once(s->begin(), "begin", s, out);
    const Expr done = ir::operation(Op::likely, {ir::operation(Op::eq, {ir::variable(stop), end})});
    Block rounds = {last, strip, ir::if_then(done, {ir::break_loop(at)}, {}, at), ir::poll(at),
                    ir::assign(start, ir::variable(stop), at)};
    const Expr runs = ir::operation(s->step > 0 ? Op::lt : Op::gt, {begin, end});
    out.push_back(ir::if_then(
        runs, {ir::declare(start, begin, at), ir::while_loop(ir::bool_constant(true), std::move(rounds), at)}, {}, at));
  }

  /// The loop's bound for use inside the loop, where its variables may have changed.
  static Expr evaluated_once(const Expr& bound, const char* name, const Stmt& s, Block& out) {
    if (bound.is_constant()) return bound;
    const ir::Var var = ir::make_var(name, ir::kI64);
    out.push_back(ir::let(var, bound, s.location()));
    return ir::variable(var);
  }

  TripBounds bounds_;
  int depth_ = 0;  ///< of loops
};

/// The functions that can call themselves, directly or not.
class Recursion {
 public:
  explicit Recursion(const ir::Module& module) {
    for (const ir::Function& f : module.functions) {
      ir::for_each_statement(f.body, [&](const Stmt& s) {
        if (s.is(StmtKind::Call)) calls_[f.name].insert(s->callee);
      });
    }
  }

  bool is_recursive(const std::string& name) const {
    std::unordered_set<std::string> seen;
    std::vector<std::string> queue{name};
    while (!queue.empty()) {
      const auto found = calls_.find(queue.back());
      queue.pop_back();
      if (found == calls_.end()) continue;
      for (const std::string& callee : found->second) {
        if (callee == name) return true;
        if (seen.insert(callee).second) queue.push_back(callee);
      }
    }
    return false;
  }

 private:
  std::unordered_map<std::string, std::unordered_set<std::string>> calls_;
};

}  // namespace

ir::Module polls(const ir::Module& module, const PassContext&) {
  const Recursion recursion(module);
  ir::Module result = module;
  for (ir::Function& f : result.functions) {
    std::int64_t work = 0;
    f.body = Polls().block(f.body, work);
    if (recursion.is_recursive(f.name)) f.body.insert(f.body.begin(), ir::poll(f.location));
  }
  return result;
}

}  // namespace rooftop::opt
