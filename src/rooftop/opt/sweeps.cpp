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
/// The part of the rows that a cache holds which a sweep does at once, before the next one follows.
constexpr std::int64_t kBandsInCache = 4;
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
  Tiles(const TimeSteps& steps, const Machine& machine)
      : steps_(steps),
        machine_(machine),
        has_rows_(steps.has_rows()),
        low_most_(*std::max_element(steps.low_lost.begin(), steps.low_lost.end())),
        high_most_(*std::max_element(steps.high_lost.begin(), steps.high_lost.end())) {}

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
    const Position at{ir::variable(phase), ir::variable(tile), low, start, stop};
    if (has_rows_) {
      in_bands(at, in_tile);
    } else {
      in_tile.push_back(
          ir::for_loop(time->var, start, stop, 1, one_step(at, {}), ir::LoopKind::Serial, time.location()));
    }
    const auto kind = machine_.threads > 1 ? ir::LoopKind::Parallel : ir::LoopKind::Serial;
    const Stmt tiles = ir::for_loop(tile, ir::variable(phase), tiles_, 1, std::move(in_tile), kind, time.location());
    in_strip.push_back(ir::for_loop(phase, integer(0), integer(2), 1, {tiles}, ir::LoopKind::Serial, time.location()));
    out.push_back(
        ir::for_loop(strip, integer(0), strips_, 1, std::move(in_strip), ir::LoopKind::Serial, time.location()));
  }

 private:
  /// A tile's place in the order, its lowest row and its steps.
  struct Position {
    Expr phase, tile, low, start, stop;

    Expr is_block() const { return equal(phase, integer(0)); }
  };

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
    high_ = let(out, "high", high);
    fits_ = let(out, "fits", fits);
    const Expr rows = let(out, "rows", at_least(minus(high_, low_), integer(0)));
    const Expr row = let(out, "row", at_least(row_bytes(), integer(1)));
    // A tile that loses rows at both ends keeps more than half of them over the steps of a strip.
    const std::int64_t least = 2 * steps_.loss() + 2 * kFarthestShared;
    Expr most_steps = integer(kMostSteps), wanted;
    const std::int64_t tiles = machine_.threads > 1 ? kTilesPerThread * machine_.threads : 1;
    if (has_rows_) {
      wanted = let(out, "wanted", at_least(over(rows, integer(tiles)), integer(least)));
      in_cache_ = let(out, "in_cache", over(integer(machine_.l2_bytes / 4 * 3), row));
      const Expr band = at_least(over(in_cache_, integer(kBandsInCache)), integer(1));
      const Expr behind = minus(in_cache_, plus(band, high_most_ + 1));
      const Expr fitting = over(behind, integer(std::max<std::int64_t>(steps_.high_slope, 1)));
      const Expr is_small = ir::operation(Op::le, {wanted, in_cache_});
      band_ = let(out, "band", choose(is_small, integer(kModerate), band));
      most_steps = choose(is_small, most_steps, at_most(at_least(fitting, integer(1)), most_steps));
    } else {
      const Expr in_l1 = let(out, "in_l1", over(integer(machine_.l1_bytes / 4 * 3), row));
      const Expr in_l2 = over(integer(machine_.l2_bytes / 2), row);
      const Expr in_cache = choose(ir::operation(Op::ge, {in_l1, integer(kEasily * least)}), in_l1, in_l2);
      const Expr share = over(rows, integer(kTilesPerThread * machine_.threads));
      wanted = let(out, "wanted", at_least(at_most(in_cache, share), integer(least)));
    }
    const auto real = [](const Expr& e) { return ir::cast(e, array::DType::F64); };
    steps_a_strip_ = let(out, "steps", at_most(over(wanted, integer(least)), most_steps));
    const Expr work = real(rows) * real(row) * real(steps_a_strip_) *
                      ir::float_constant(kElementWork / 8 * static_cast<double>(count()));
    const Expr pays = both(fits_, ir::operation(Op::gt, {work, ir::float_constant(machine_.fork_work)}));
    tiles_ = let(out, "tiles", choose(pays, at_least(over(rows, wanted), integer(1)), integer(1)));
    width_ = let(out, "width", over(rows, tiles_));
    const Expr steps = choose(ir::operation(Op::lt, {begin_, end_}), minus(end_, begin_), integer(0));
    // One strip where the numbers are beyond reason: its only tile is the loop as it was.
    steps_a_strip_ = let(out, "strip_steps", choose(fits_, steps_a_strip_, integer(INT64_MAX)));
    strips_ = let(out, "strips",
                  choose(fits_, over(plus(steps, minus(steps_a_strip_, integer(1))), steps_a_strip_),
                         ir::cast(ir::operation(Op::lt, {begin_, end_}), array::DType::I64)));
  }

  /// The tile in bands of rows from low to high: each sweep of each step does a band, so far behind the sweep before it
  /// that what it needs is there, and what it overwrites is not needed any more.
  void in_bands(const Position& at, Block& out) const {
    const Stmt& time = steps_.loop;
    const Expr further = minus(at.stop, plus(at.start, 1));
    const Expr is_last = equal(at.tile, minus(tiles_, integer(1)));
    const Expr block_end = choose(is_last, high_ + behind(high_most_, further), at.low + width_);
    const Expr gap_end = at.low + plus(further * integer(steps_.low_slope + steps_.high_slope), low_most_ + high_most_);
    const Expr count = minus(choose(at.is_block(), block_end, gap_end), at.low);
    const Expr is_whole =
        let(out, "whole", choose(fits_, ir::operation(Op::ge, {band_, count}), ir::bool_constant(true)));
    const Expr bands = choose(is_whole, integer(1), over(plus(count, minus(band_, integer(1))), band_));
    const ir::Var band = ir::make_var("band", ir::kI64);
    Block in_band;
    const Expr from = let(in_band, "from", at.low + ir::variable(band) * band_);
    in_band.push_back(ir::for_loop(time->var, at.start, at.stop, 1, one_step(at, Band{is_whole, from}),
                                   ir::LoopKind::Serial, time.location()));
    out.push_back(ir::for_loop(band, integer(0), bands, 1, std::move(in_band), ir::LoopKind::Serial, time.location()));
  }

  struct Band {
    Expr is_whole;  ///< of the tile
    Expr from;      ///< for a sweep that is behind no other
  };

  Expr behind(std::int64_t lost, const Expr& done) const { return plus(done * integer(steps_.high_slope), lost); }

  /// The sweeps of a step in a tile. In phase 0 it is a block, which loses rows with each sweep except at the ends of
  /// all; in phase 1 the gap before the block, which grows as the blocks beside it shrink.
  Block one_step(const Position& at, const std::optional<Band>& band) const {
    Block out;
    const Expr is_block = at.is_block();
    const Expr first = both(is_block, equal(at.tile, integer(0)));
    const Expr last = both(is_block, equal(at.tile, minus(tiles_, integer(1))));
    const Expr done = minus(ir::variable(steps_.loop->var), at.start);
    for (std::size_t p = 0; p < steps_.sweeps.size(); ++p) {
      const Stmt& s = steps_.sweeps[p];
      const Expr lost_low = let(out, "lost", plus(done * integer(steps_.low_slope), steps_.low_lost[p]));
      const Expr lost_high = let(out, "lost", behind(steps_.high_lost[p], done));
      const Expr from = choose(is_block, at.low + lost_low, at.low - lost_high);
      const Expr to = choose(is_block, at.low + width_ - lost_high, at.low + lost_low);
      Expr begin = let(out, "from", choose(first, s->begin(), at_least(s->begin(), from)));
      Expr end = let(out, "to", choose(last, s->end(), at_most(s->end(), to)));
      if (band) {
        const Expr lowest = band->from - lost_high;
        begin = let(out, "begin", choose(band->is_whole, begin, at_least(begin, lowest)));
        end = let(out, "end", choose(band->is_whole, end, at_most(end, lowest + band_)));
      }
      out.push_back(ir::for_loop(s->var, begin, end, 1, s->body, ir::LoopKind::Serial, s.location()));
    }
    return out;
  }

  const TimeSteps& steps_;
  const Machine& machine_;
  const bool has_rows_;
  const std::int64_t low_most_, high_most_;  ///< what a sweep of the first step loses at most
  Expr begin_, end_, low_, high_, fits_, steps_a_strip_, strips_, tiles_, width_;
  Expr in_cache_, band_;  ///< in rows
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
    out.push_back(ir::map_blocks(s, [&](const Block& b) { return tiled(b, facts, context); }));
  }
  return out;
}

}  // namespace

ir::Module sweeps(const ir::Module& module, const PassContext& context) {
  return with_bodies(module, [&](const ir::Function& f) { return tiled(f.body, {}, context); });
}

}  // namespace rooftop::opt
