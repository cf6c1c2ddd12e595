// The order is that of `Rows` twice: for the rounds as a whole, with all of a row as one step, and for the row's.
#include "rooftop/opt/jam_updates.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/affine.h"
#include "rooftop/opt/dependence.h"
#include "rooftop/opt/fresh.h"
#include "rooftop/opt/let_in.h"
#include "rooftop/opt/meeting.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Op;
using ir::Stmt;
using ir::StmtKind;

/// Rounds together: rows of operands that stay in the nearest cache, with the row that they update.
constexpr int kRounds = 8;
/// Loads and operations of a step, all rounds of which are in one loop.
constexpr int kLargestStep = 6;

int size_of(const Stmt& s) {
  int size = 0;
  ir::for_each_expr(s, [&](const Expr& e) {
    ir::for_each_node(e, [&](const Expr& n) {
      size += n.is(ExprKind::Load) || (n.is(ExprKind::Operation) && n.type() != ir::kI64) ? 1 : 0;
    });
  });
  return size;
}

/// Whether each round of the outer loop updates the elements that the one before did, which are side by side.
bool updates_a_row(const Stmt& steps, const ir::Var& outer) {
  int size = 0, stores = 0;
  bool good = true;
  for (const Stmt& s : steps->body) {
    size += size_of(s);
    if (s.is(StmtKind::Let)) continue;
    good = good && s.is(StmtKind::Store);
    if (!good) break;
    ++stores;
    good = access_of(s->array, s->exprs, steps->var) == Access::Contiguous &&
           std::none_of(s->exprs.begin(), s->exprs.end(), [&](const Expr& i) { return ir::reads(i, outer); });
  }
  return good && stores == 1 && size <= kLargestStep;
}

/// Whether the common steps, which stand in a loop of their own, read no name that a round binds beside them.
bool stands_alone(const Rows& rows) {
  ir::VarSet beside;
  for (const Block& b : rows.straight) beside.merge(ir::bound_variables(b));
  bool alone = rows.inner.size() == 1;
  if (!alone) return false;
  ir::for_each_statement({rows.inner[0].loop}, [&](const Stmt& s) {
    ir::for_each_expr(s, [&](const Expr& e) {
      ir::for_each_node(e,
                        [&](const Expr& n) { alone &= !(n.is(ExprKind::Variable) && beside.contains(n.var().get())); });
    });
  });
  return alone;
}

/// The phases before and after the common steps, as loops over the rounds.
void rounds_of(const Rows& rows, const Expr& from, const Block& body, Block& out) {
  if (body.empty()) return;
  const Stmt loop =
      ir::for_loop(rows.outer->var, from, plus(from, rows.count), 1, body, ir::LoopKind::Serial, rows.outer.location());
  out.push_back(with_fresh_variables({loop})[0]);
}

Stmt part_of(const RowLoop& l, const Expr& begin, const Expr& end) {
  return ir::for_loop(l.loop->var, begin, end, 1, l.loop->body, ir::LoopKind::Serial, l.loop.location());
}

/// `common` does the common steps.
Block in_phases(const Rows& rows, const Expr& from, const Stmt& common) {
  const RowLoop& l = rows.inner[0];
  const Expr round = ir::variable(rows.outer->var);
  const Expr begin = rows.common_begin(l, from), end = rows.common_end(l, from);
  Block out, before = rows.straight[0], after;
  if (rows.has_lead(l)) {
    // Short, and it says so: no vectors are made of it.
    const Expr most = plus(rows.begin(l, round), rows.count - 1);
    const Expr end_of_lead = ir::operation(Op::min, {ir::operation(Op::min, {begin, rows.end(l, round)}), most});
    before.push_back(part_of(l, rows.begin(l, round), end_of_lead));
  }
  if (rows.has_rest(l)) after.push_back(part_of(l, ir::operation(Op::max, {begin, end}), rows.end(l, round)));
  after.insert(after.end(), rows.straight[1].begin(), rows.straight[1].end());
  rounds_of(rows, from, before, out);
  out.push_back(common);
  rounds_of(rows, from, after, out);
  return out;
}

/// The element that each round updates.
const Stmt& update_of(const Stmt& steps) {
  return *std::find_if(steps->body.begin(), steps->body.end(), [](const Stmt& s) { return s.is(StmtKind::Store); });
}

bool is_element(const Expr& load, const Stmt& store) {
  if (!load.is(ExprKind::Load) || load.has_mask() || !ir::same_expression(load.array(), store->array)) return false;
  return std::equal(load.indices().begin(), load.indices().end(), store->exprs.begin(), store->exprs.end(),
                    [](const Expr& a, const Expr& b) { return ir::same_expression(a, b); });
}

/// Whether all that the rounds' common steps read of the array is the element that they update, or other than it.
bool reads_nothing_between(const Rows& row, const Expr& from, MemoryFacts facts) {
  const RowLoop& l = row.inner[0];
  facts.learn(part_of(l, row.common_begin(l, from), row.common_end(l, from)));
  const Stmt& update = update_of(l.loop);
  std::string unused;
  const auto accesses = accesses_in(l.loop->body, unused);
  if (!accesses) return false;
  const ir::VarSet changing = ir::bound_variables(l.loop->body);
  const Order any = Order::Any;
  for (const ArrayAccess& store : *accesses) {
    for (const ArrayAccess& other : *accesses) {
      if (!store.is_store || other.is_store || other.array != store.array) continue;
      if (is_element(ir::load(ir::variable(other.array), other.indices), update)) continue;
      if (may_meet(store, other, {&row.outer, 1}, {&any, 1}, facts, changing)) return false;
    }
  }
  return true;
}

/// Reads of the updated element become the value that the round before has for it.
class Forward : public ir::Rewriter {
 public:
  explicit Forward(const Stmt& update) : update_(update) {}
  using Rewriter::rewrite;
  void set(const Expr& value) {
    value_ = value;
    forget();
  }

 protected:
  Expr rewrite_expression(const Expr& e) override { return value_ && is_element(e, update_) ? value_ : e; }

 private:
  const Stmt& update_;
  Expr value_;
};

}  // namespace

std::optional<Updates> Updates::match(const Stmt& loop, const MemoryFacts& facts) {
  auto rounds = Rows::match(loop, true);
  if (!rounds || !stands_alone(*rounds)) return std::nullopt;
  const Stmt& rows = rounds->inner[0].loop;
  const ir::Var first = ir::make_var("first", ir::kI64);
  const Expr from = ir::variable(first);
  const Stmt in_row = ir::for_loop(loop->var, from, plus(from, kRounds), 1, rows->body);
  auto row = Rows::match(in_row);
  if (!row || !stands_alone(*row) || !updates_a_row(row->inner[0].loop, loop->var)) return std::nullopt;
  rounds->count = row->count = kRounds;
  if (!rounds->is_legal(facts)) return std::nullopt;
  MemoryFacts inside = facts;
  inside.learn(ir::assume(rounds->bounds_are_moderate()));
  inside.learn(ir::for_loop(first, loop->begin(), loop->end(), kRounds, {}));
  inside.learn(part_of(rounds->inner[0], rounds->common_begin(rounds->inner[0], from),
                       rounds->common_end(rounds->inner[0], from)));
  if (!row->is_legal(inside)) return std::nullopt;
  const bool stores_last = reads_nothing_between(*row, from, inside);
  return Updates{std::move(*rounds), std::move(*row), first, stores_last};
}

Block Updates::together() const {
  const Expr from = ir::variable(first);
  const RowLoop &rows = rounds.inner[0], &steps = row.inner[0];
  Block all_rounds;
  Forward forward(update_of(steps.loop));
  for (int r = 0; r < row.count; ++r) {
    ir::Substitution own;
    own.set(row.outer->var, plus(from, r));
    for (const Stmt& given : with_fresh_variables(steps.loop->body, own)) {
      const Stmt s = ir::map_children(
          given, [&](const Expr& e) { return forward.rewrite(e); }, [](const Block& b) { return b; });
      if (!stores_last || !s.is(StmtKind::Store) || r + 1 == row.count) {
        all_rounds.push_back(s);
      } else {
        forward.set(let_in(all_rounds, "value", s->value, s.location()));
      }
    }
  }
  const Stmt common_steps =
      with_fresh_variables({ir::for_loop(steps.loop->var, row.common_begin(steps, from), row.common_end(steps, from), 1,
                                         std::move(all_rounds), ir::LoopKind::Serial, steps.loop.location())})[0];
  const Stmt common_rows =
      ir::for_loop(rows.loop->var, rounds.common_begin(rows, from), rounds.common_end(rows, from), 1,
                   in_phases(row, from, common_steps), ir::LoopKind::Serial, rows.loop.location());
  // What the rounds that are together have in common: later passes need it again.
  Block out = {ir::assume(rounds.bounds_are_moderate(), rounds.outer.location())};
  for (Stmt& s : in_phases(rounds, from, common_rows)) out.push_back(std::move(s));
  return out;
}

}  // namespace rooftop::opt
