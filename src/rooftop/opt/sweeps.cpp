// The sizes of tiles are computed before the steps, from the arrays' lengths and the machine's caches.
#include "rooftop/opt/sweeps.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/let_in.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/sweeps_match.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

/// Bounds and lengths beyond this are those of no tile.
constexpr std::int64_t kModerate = std::int64_t{1} << 40;
constexpr std::int64_t kMostSteps = 64;
/// How many times the least width a tile must have for the nearest cache.
constexpr std::int64_t kEasily = 16;
/// Tiles for each thread, where the rows are enough.
constexpr std::int64_t kTilesPerThread = 2;
/// Operations that an element may take in a sweep, for the estimate of work.
constexpr double kElementWork = 4;

Expr integer(std::int64_t value) { return ir::int_constant(value); }
Expr at_least(const Expr& a, const Expr& b) { return ir::operation(Op::max, {a, b}); }
Expr at_most(const Expr& a, const Expr& b) { return ir::operation(Op::min, {a, b}); }
Expr choose(const Expr& c, const Expr& a, const Expr& b) { return ir::operation(Op::select, {c, a, b}); }
Expr both(const Expr& a, const Expr& b) { return ir::operation(Op::bit_and, {a, b}); }
Expr equal(const Expr& a, const Expr& b) { return ir::operation(Op::eq, {a, b}); }
Expr over(const Expr& a, const Expr& b) { return ir::operation(Op::floordiv, {a, b}); }
Expr is_moderate(const Expr& e) {
  return both(ir::operation(Op::gt, {e, integer(-kModerate)}), ir::operation(Op::lt, {e, integer(kModerate)}));
}

class Tiles {
 public:
  Tiles(const TimeSteps& steps, const Machine& machine) : steps_(steps), machine_(machine) {}

  void emit(Block& out) {
    sizes(out);
    const Stmt& time = steps_.loop;
    const ir::Var strip = ir::make_var("strip", ir::kI64), phase = ir::make_var("phase", ir::kI64);
    const ir::Var tile = ir::make_var("tile", ir::kI64);
    Block in_strip, in_tile;
    const Expr start = let(in_strip, "start", plus(begin_, ir::variable(strip) * steps_a_strip_));
    const Expr stop = let(in_strip, "stop",
                          choose(equal(ir::variable(strip), minus(strips_, integer(1))), end_, start + steps_a_strip_));
    const Expr low = let(in_tile, "low", low_ + ir::variable(tile) * width_);
    const Stmt step =
        ir::for_loop(time->var, start, stop, 1, one_step(ir::variable(phase), ir::variable(tile), low, start),
                     ir::LoopKind::Serial, time.location());
    in_tile.push_back(step);
    const auto kind = machine_.threads > 1 ? ir::LoopKind::Parallel : ir::LoopKind::Serial;
    const Stmt tiles = ir::for_loop(tile, ir::variable(phase), tiles_, 1, std::move(in_tile), kind, time.location());
    in_strip.push_back(ir::for_loop(phase, integer(0), integer(2), 1, {tiles}, ir::LoopKind::Serial, time.location()));
    out.push_back(
        ir::for_loop(strip, integer(0), strips_, 1, std::move(in_strip), ir::LoopKind::Serial, time.location()));
  }

 private:
  Expr let(Block& block, const char* name, const Expr& value) const {
    return let_in(block, name, value, steps_.loop.location());
  }

  std::int64_t count() const { return static_cast<std::int64_t>(steps_.sweeps.size()); }

  /// Bytes of one round of all sweeps: of the arrays whose elements it chooses.
  Expr row_bytes() const {
    std::vector<ir::Var> seen;
    Expr sum = integer(0);
    for (const ArrayAccess& a : steps_.accesses) {
      if (std::find(seen.begin(), seen.end(), a.array) != seen.end()) continue;
      seen.push_back(a.array);
      Expr bytes = integer(static_cast<std::int64_t>(array::size_of(a.array->type.dtype())));
      for (int d = 1; d < a.array->type.rank(); ++d) bytes = bytes * ir::length(ir::variable(a.array), d);
      sum = plus(sum, bytes);
    }
    return sum;
  }

  void sizes(Block& out) {
    begin_ = let(out, "begin", steps_.loop->begin());
    end_ = let(out, "end", steps_.loop->end());
    Expr low, high, fits = both(is_moderate(begin_), is_moderate(end_));
    for (const Stmt& s : steps_.sweeps) {
      low = low ? at_most(low, s->begin()) : s->begin();
      high = high ? at_least(high, s->end()) : s->end();
      fits = both(fits, both(is_moderate(s->begin()), is_moderate(s->end())));
    }
    low_ = let(out, "low", low);
    const Expr rows = let(out, "rows", at_least(minus(let(out, "high", high), low_), integer(0)));
    const Expr row = let(out, "row", at_least(row_bytes(), integer(1)));
    // A tile that loses `reach` rows on both sides with each sweep keeps half of them over the steps of a strip.
    const std::int64_t least = 4 * steps_.reach * count();
    const Expr in_l1 = let(out, "in_l1", over(integer(machine_.l1_bytes / 4 * 3), row));
    const Expr in_l2 = over(integer(machine_.l2_bytes / 2), row);
    const Expr in_cache = choose(ir::operation(Op::ge, {in_l1, integer(kEasily * least)}), in_l1, in_l2);
    const Expr share = over(rows, integer(kTilesPerThread * machine_.threads));
    const Expr wanted = let(out, "wanted", at_least(at_most(in_cache, share), integer(least)));
    const auto real = [](const Expr& e) { return ir::cast(e, array::DType::F64); };
    steps_a_strip_ = let(out, "steps", at_most(over(wanted, integer(least)), integer(kMostSteps)));
    const Expr work = real(rows) * real(row) * real(steps_a_strip_) *
                      ir::float_constant(kElementWork / 8 * static_cast<double>(count()));
    const Expr pays = both(fits, ir::operation(Op::gt, {work, ir::float_constant(machine_.fork_work)}));
    tiles_ = let(out, "tiles", choose(pays, at_least(over(rows, wanted), integer(1)), integer(1)));
    width_ = let(out, "width", over(rows, tiles_));
    const Expr steps = choose(ir::operation(Op::lt, {begin_, end_}), minus(end_, begin_), integer(0));
    // One strip where the numbers are beyond reason: its only tile is the loop as it was.
    steps_a_strip_ = let(out, "strip_steps", choose(fits, steps_a_strip_, integer(INT64_MAX)));
    strips_ = let(out, "strips",
                  choose(fits, over(plus(steps, minus(steps_a_strip_, integer(1))), steps_a_strip_),
                         ir::cast(ir::operation(Op::lt, {begin_, end_}), array::DType::I64)));
  }

  /// The sweeps of a step in a tile. In phase 0 it is a block, which loses rows with each sweep except at the ends of
  /// all; in phase 1 the gap before the block, which grows as the blocks beside it shrink.
  Block one_step(const Expr& phase, const Expr& tile, const Expr& low, const Expr& start) const {
    Block out;
    const Expr is_block = equal(phase, integer(0));
    const Expr first = both(is_block, equal(tile, integer(0)));
    const Expr last = both(is_block, equal(tile, minus(tiles_, integer(1))));
    const Expr done = (ir::variable(steps_.loop->var) - start) * integer(count());
    for (std::int64_t p = 0; p < count(); ++p) {
      const Stmt& s = steps_.sweeps[static_cast<std::size_t>(p)];
      const Expr lost = let(out, "lost", plus(done, p) * integer(steps_.reach));
      const Expr from = choose(is_block, low + lost, low - lost);
      const Expr to = choose(is_block, low + width_ - lost, low + lost);
      const Expr begin = let(out, "from", choose(first, s->begin(), at_least(s->begin(), from)));
      const Expr end = let(out, "to", choose(last, s->end(), at_most(s->end(), to)));
      out.push_back(ir::for_loop(s->var, begin, end, 1, s->body, ir::LoopKind::Serial, s.location()));
    }
    return out;
  }

  const TimeSteps& steps_;
  const Machine& machine_;
  Expr begin_, end_, low_, steps_a_strip_, strips_, tiles_, width_;
};

Block tiled(const Block& statements, MemoryFacts facts, const PassContext& context) {
  Block out;
  for (const Stmt& s : statements) {
    facts.learn(s);
    if (const auto steps = TimeSteps::match(s, facts)) {
      Tiles(*steps, *context.machine).emit(out);
      context.done("sweeps", s.location(),
                   "several steps of " + std::to_string(steps->sweeps.size()) +
                       " sweeps run tile by tile, while a tile stays in the cache");
      continue;
    }
    out.push_back(ir::map_children(
        s, [](const Expr& e) { return e; }, [&](const Block& b) { return tiled(b, facts, context); }));
  }
  return out;
}

}  // namespace

ir::Module sweeps(const ir::Module& module, const PassContext& context) {
  ir::Module result = module;
  for (ir::Function& f : result.functions) f.body = tiled(f.body, {}, context);
  return result;
}

}  // namespace rooftop::opt
