// Legality by dependence, profit by an estimate of the work that is evaluated before the loop.
#include "rooftop/opt/parallel.h"

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/carried.h"
#include "rooftop/opt/dependence.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/inspection.h"
#include "rooftop/opt/let_in.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/spare.h"
#include "rooftop/opt/undo.h"
#include "rooftop/opt/work_estimate.h"

namespace rooftop::opt {

using ir::Expr;
using ir::Op;
using ir::StmtKind;
using ir::Type;

namespace {

constexpr std::int64_t kChunksPerThread = 4;

class Parallel {
 public:
  explicit Parallel(const PassContext& context) : context_(context), machine_(*context.machine) {}

  ir::Block block(const ir::Block& statements, MemoryFacts facts) {
    ir::Block out;
    for (const ir::Stmt& s : statements) {
      facts.learn(s);
      if (s.is(StmtKind::For) && (s->loop == ir::LoopKind::Parallel || loop(s, facts, out))) {
        if (s->loop == ir::LoopKind::Parallel) out.push_back(s);
        continue;
      }
      out.push_back(with_usual_blocks(s, [&](const ir::Block& b) { return block(b, facts); }));
    }
    return out;
  }

 private:
  bool loop(const ir::Stmt& s, const MemoryFacts& facts, ir::Block& out) {
    std::string why_not;
    if (can_leave_the_thread(s, why_not) && rounds_are_independent(s, facts, why_not)) {
      emit(s, out);
      return true;
    }
    if (may_raise(s->body) && raising_loop(s, facts, out, why_not)) return true;
    if (!why_not.empty()) context_.missed("parallel", s.location(), why_not);
    return false;
  }

  /// A loop that only its checks keep on one thread. `why_not` holds what they do, and gets what is in the way.
  bool raising_loop(const ir::Stmt& s, const MemoryFacts& facts, ir::Block& out, std::string& why_not) {
    std::string other;
    const auto inspection = inspection_of(s, facts, other);
    if (inspection && can_leave_the_thread(inspection->loop, other) &&
        rounds_are_independent(inspection->loop, facts, other)) {
      emit_inspected(s, *inspection, out);
      return true;
    }
    std::string another;
    if (can_leave_the_thread(s, another, true) && rounds_are_independent(s, facts, another)) {
      if (auto undo = Undo::of(s, another)) {
        emit_undone(s, *undo, out);
        return true;
      }
    }
    if (!another.empty()) other = another;
    if (!other.empty()) why_not += why_not.empty() ? other : "; " + other;
    return false;
  }

  /// No exceptions but where they are allowed, no exits, no variables of the surroundings written, no parallel loop
  /// inside.
  bool can_leave_the_thread(const ir::Stmt& loop, std::string& why_not, bool raises = false) const {
    const ir::VarSet inside = ir::bound_variables(loop->body);
    bool good = true;
    bool stores = false;
    const auto no = [&](std::string why) {
      if (good) why_not = std::move(why);
      good = false;
    };
    ir::for_each_statement(loop->body, [&](const ir::Stmt& s) {
      switch (s.kind()) {
        case StmtKind::Check:
        case StmtKind::Raise:
          if (raises) break;
          no("a round may raise " + std::string(name_of(s->raise.kind)) + in_line(s) +
             ", and then none after it may have run");
          break;
        case StmtKind::Return:
          no("a round may return from the function");
          break;
        case StmtKind::Call:
          no("a round calls a function that is not compiled into it");
          break;
        case StmtKind::Create:
        case StmtKind::Retain:
        case StmtKind::Release:
          no("a round makes an array that outlives it");
          break;
        case StmtKind::Poll:
          good = false;
          break;
        case StmtKind::Assign:
          if (!inside.contains(s->var.get())) no(carried_value(s->var, loop->body, machine_));
          break;
        case StmtKind::For:
          good &= s->loop == ir::LoopKind::Serial;
          break;
        case StmtKind::Store:
          stores = true;
          break;
        default:
          break;
      }
    });
    if (ir::has_own_jump(loop->body, StmtKind::Break)) no("a round may end the loop");
    return good && stores;
  }

  static std::string in_line(const ir::Stmt& s) {
    return s.location().line > 0 ? " (line " + std::to_string(s.location().line) + ")" : "";
  }

  /// The rounds of a loop in equal parts.
  struct Chunks {
    Expr begin, end, rounds, count, length;
  };

  /// One part where the work does not pay.
  Chunks chunks_of(const ir::Stmt& s, ir::Block& out, const Undo* undo = nullptr) const {
    const SourceLocation& place = s.location();
    const auto integer = [](std::int64_t v) { return ir::int_constant(v); };
    const Expr begin = let_in(out, "begin", s->begin(), place), end = let_in(out, "end", s->end(), place);
    const Expr rounds = let_in(out, "rounds", round_count(begin, end, s->step), place);
    Expr work = ir::cast(rounds, array::DType::F64) * work_of_round(s);
    if (undo != nullptr) work = let_in(out, "work", work, place);
    Expr pays = ir::operation(Op::gt, {work, ir::float_constant(machine_.fork_work)});
    if (undo != nullptr) pays = ir::operation(Op::bit_and, {pays, undo->is_cheap(work, machine_)});
    const Expr wanted = ir::operation(Op::select, {pays, integer(most_chunks()), integer(1)});
    const Expr chunks =
        let_in(out, "chunks", ir::operation(Op::max, {ir::operation(Op::min, {wanted, rounds}), integer(1)}), place);
    return {begin, end, rounds, chunks, let_in(out, "chunk", pieces(rounds, chunks), place)};
  }

  /// The loop over the parts, each of which runs `body` in a loop like `s`. `around` makes the loop's statements of it.
  template <class Around>
  ir::Stmt chunk_loop(const Chunks& c, const ir::Stmt& s, const ir::Var& var, ir::Block rounds, Around around) const {
    const auto integer = [](std::int64_t v) { return ir::int_constant(v); };
    const std::int64_t step = s->step;
    const ir::Var t = ir::make_var("t", ir::kI64);
    ir::Block body;
    const Expr low = ir::operation(Op::min, {ir::variable(t) * c.length, c.rounds});
    const Expr high = ir::operation(Op::min, {low + c.length, c.rounds});
    const auto at = [&](const Expr& round) {
      if (step == 1) return plus(c.begin, round);
      const Expr value = plus(c.begin, round * integer(step));
      if (step == -1) return value;
      // The first value that is not below the end may be beyond 64 bits.
      return ir::operation(Op::select, {ir::operation(Op::lt, {round, c.rounds}), value, c.end});
    };
    // The chunks keep the loop's own bounds, so that what is known of them stays known.
    const Expr first =
        let_in(body, "first", ir::operation(step > 0 ? Op::max : Op::min, {at(low), c.begin}), s.location());
    const Expr last =
        let_in(body, "last", ir::operation(step > 0 ? Op::min : Op::max, {at(high), c.end}), s.location());
    around(ir::variable(t), ir::for_loop(var, first, last, step, std::move(rounds), ir::LoopKind::Serial, s.location()),
           body);
    return ir::for_loop(t, integer(0), c.count, 1, std::move(body), ir::LoopKind::Parallel, s.location());
  }

  ir::Stmt shared(const Chunks& chunks, const ir::Stmt& s) const {
    return chunk_loop(chunks, s, s->var, s->body,
                      [](const Expr&, const ir::Stmt& loop, ir::Block& out) { out.push_back(loop); });
  }

  void emit(const ir::Stmt& s, ir::Block& out) const {
    const Chunks chunks = chunks_of(s, out);
    out.push_back(shared(chunks, s));
    context_.done("parallel", s.location(),
                  "its rounds are independent: " + rounds_that_pay(s, machine_) + ", in up to " + parts_in_words() +
                      "; expected to be " + expected_gain(s, machine_));
  }

  /// Whether any round raises is found out first, on all threads; then they run. One that raises makes them run in
  /// order.
  void emit_inspected(const ir::Stmt& s, const Inspection& inspection, ir::Block& out) const {
    const SourceLocation& at = s.location();
    const Chunks chunks = chunks_of(inspection.loop, out);
    const auto integer = [](std::int64_t v) { return ir::int_constant(v); };
    const ir::Var safe = ir::make_var("all_safe", ir::kI64);
    const ir::Var flags = ir::make_var("flags", ir::Type::array(array::DType::I64, 1, ir::Layout::C));
    out.push_back(ir::declare(safe, integer(0), at));
    // Without a place of the source: what passes do with this loop is nothing that the user wrote.
    const ir::Stmt rounds = ir::for_loop(s->var, s->begin(), s->end(), s->step, {}, ir::LoopKind::Serial);
    ir::Block inspect = {ir::allocate(flags, {chunks.count}, at)};
    const ir::Var round = ir::make_var(s->var->name, ir::kI64);
    ir::Substitution renamed;
    renamed.set(s->var, ir::variable(round));
    ir::Block checks = with_fresh_variables(inspection.checks, renamed);
    inspect.push_back(
        chunk_loop(chunks, rounds, round, std::move(checks), [&](const Expr& t, const ir::Stmt& loop, ir::Block& body) {
          body.push_back(ir::declare(inspection.failed, integer(0), at));
          body.push_back(loop);
          body.push_back(ir::store(ir::variable(flags), {t}, ir::variable(inspection.failed), {}, at));
        }));
    inspect.push_back(ir::assign(safe, integer(1), at));
    const ir::Var t = ir::make_var("t", ir::kI64);
    const Expr flag = ir::load(ir::variable(flags), {ir::variable(t)});
    const Expr bad = ir::operation(Op::ne, {flag, integer(0)});
    inspect.push_back(ir::for_loop(t, integer(0), chunks.count, 1,
                                   {ir::if_then(bad, {ir::assign(safe, integer(0), at)}, {}, at)}, ir::LoopKind::Serial,
                                   at));
    out.push_back(ir::if_then(ir::operation(Op::gt, {chunks.count, integer(1)}), std::move(inspect), {}, at));
    const Expr all_safe = ir::operation(Op::ne, {ir::variable(safe), integer(0)});
    out.push_back(ir::if_then(all_safe, {shared(chunks, inspection.loop)}, {s}, at));
    context_.done("parallel", at,
                  "its rounds are independent but for exceptions: " + rounds_that_pay(inspection.loop, machine_) +
                      " all checks are made first, then it runs in up to " + parts_in_words() +
                      ", one round at a time if any raises; expected to be " +
                      expected_gain(inspection.loop, machine_, inspection.share));
  }

  /// All rounds in parts; when one raises, what they wrote is undone, and they run as one part.
  void emit_undone(const ir::Stmt& s, Undo& undo, ir::Block& out) const {
    const SourceLocation& at = s.location();
    const auto integer = [](std::int64_t v) { return ir::int_constant(v); };
    Chunks chunks = chunks_of(s, out, &undo);
    undo.keep(ir::operation(Op::gt, {chunks.count, integer(1)}), out);
    const ir::Var parts = ir::make_var("parts", ir::kI64), again = ir::make_var("again", ir::kI64);
    out.push_back(ir::declare(parts, chunks.count, at));
    out.push_back(ir::declare(again, integer(1), at));
    ir::Block turn = {ir::assign(again, integer(0), at)};
    const ir::Var count = ir::make_var("count", ir::kI64);
    turn.push_back(ir::let(count, ir::variable(parts), at));
    chunks.count = ir::variable(count);
    chunks.length = let_in(turn, "chunk", pieces(chunks.rounds, chunks.count), at);
    ir::Block otherwise;
    undo.put_back(otherwise);
    otherwise.push_back(ir::assign(parts, integer(1), at));
    otherwise.push_back(ir::assign(again, integer(1), at));
    const ir::Stmt loop = shared(chunks, s);
    turn.push_back(ir::for_loop(loop->var, loop->begin(), loop->end(), 1, loop->body, ir::LoopKind::Parallel, at,
                                std::move(otherwise)));
    out.push_back(ir::while_loop(ir::operation(Op::ne, {ir::variable(again), integer(0)}), std::move(turn), at));
    context_.done("parallel", at,
                  "its rounds are independent but for exceptions: " + rounds_that_pay(s, machine_) + ", in up to " +
                      parts_in_words() +
                      "; what they write is copied first, and put back if one raises: then they run one after the "
                      "other; expected to be " +
                      expected_gain(s, machine_));
  }

  std::int64_t most_chunks() const { return kChunksPerThread * machine_.threads; }

  std::string parts_in_words() const {
    return std::to_string(most_chunks()) + " parts on " + std::to_string(machine_.threads) + " threads";
  }

  const PassContext& context_;
  const Machine& machine_;
};

}  // namespace

ir::Module parallel(const ir::Module& module, const PassContext& context) {
  if (context.machine->threads <= 1) return module;
  return with_bodies(module, [&](const ir::Function& f) { return Parallel(context).block(f.body, {}); });
}

}  // namespace rooftop::opt
