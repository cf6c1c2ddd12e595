// Loops of rounds: parameters, bounds, the elements that a round may touch, and the statements of its body.
#include "random_lanes.h"

#include "lane_loops.h"

namespace rooftop::fuzz {

ir::Module LaneLoops::module() {
  static const std::vector<DType> kMain{DType::F64, DType::F64, DType::F64, DType::F32, DType::F32,
                                        DType::I64, DType::I64, DType::I32, DType::U32, DType::U8,
                                        DType::I16, DType::I8,  DType::U64, DType::C128};
  main_ = random_.pick(kMain);
  second_ = random_.chance(50) ? DType::I64 : dtype();
  // Few types, so that there are variables of those that expressions want.
  types_ = {main_, main_, main_, second_, second_, DType::I64, DType::I64, random_.pick(kTypes)};
  ir::Module m{.float_model = options_.contract ? ir::FloatModel::Contract : ir::FloatModel::Strict};
  ir::Function f{.name = "f", .python_name = "f", .location = here()};
  if (random_.chance(25)) helpers_.push_back(helper("g"));
  if (!helpers_.empty() && random_.chance(30)) helpers_.push_back(helper("h"));
  parameters(f);
  const int nests = random_.between(1, 2);
  for (int i = 0; i < nests; ++i) nest(f.body);
  m.functions.push_back(std::move(f));
  for (ir::Function& g : helpers_) m.functions.push_back(std::move(g));
  return m;
}

/// A function of scalars that rounds call: it may return early, loop, fail, and call those before it.
ir::Function LaneLoops::helper(const std::string& name) {
  ir::Function g{.name = name, .python_name = name, .location = here()};
  Round round;
  round_ = fresh("p", ir::kI64);
  g.parameters = {round_, fresh("p", Type::scalar(main_)), fresh("p", Type::scalar(likely()))};
  round.all.values = g.parameters;
  round.uniform = round.all;
  round.stores = false;
  returned_ = {Type::scalar(main_)};
  if (random_.chance(30)) returned_.push_back(Type::scalar(second_));
  g.results = returned_;
  stored_ = ends_ = false;
  budget_ = random_.between(2, 7);
  g.body = block(round, 4);
  if (random_.chance(60)) jump(round, g.body);
  for (Stmt& s : way_out(round, false)) g.body.push_back(std::move(s));
  returned_.clear();
  return g;
}

/// Inputs, outputs (most of them of a layout that keeps elements apart), arrays of indices, scalars.
void LaneLoops::parameters(ir::Function& f) {
  const auto add = [&](const char* prefix, Type type) {
    f.parameters.push_back(fresh(prefix, type));
    return f.parameters.back();
  };
  const auto layout = [&](int strided) {
    return random_.chance(strided) ? random_.chance(50) ? ir::Layout::Strided : ir::Layout::Inner : ir::Layout::C;
  };
  const int inputs = random_.between(2, 3);
  for (int i = 0; i < inputs; ++i) {
    const DType of = i == 0 ? main_ : likely();
    inputs_.push_back(add("A", Type::array(of, i == 2 ? 2 : 1, layout(30), random_.chance(20))));
  }
  const int outputs = random_.between(1, 3);
  for (int i = 0; i < outputs; ++i) {
    const DType of = i == 0 ? main_ : likely();
    outputs_.push_back(add("O", Type::array(of, i == 2 ? 2 : 1, layout(3), false)));
  }
  indices_.push_back(add("I", Type::array(DType::I64, 1, layout(10), false)));
  scalars_ = {add("n", ir::kI64), add("m", ir::kI64), add("x", Type::scalar(main_)), add("y", Type::scalar(second_))};
}

DType LaneLoops::likely() {
  const int kind = random_.below(10);
  return kind < 6 ? main_ : kind < 8 ? second_ : dtype();
}

/// One loop of rounds, often inside another one, often behind a test that what it writes overlaps nothing else.
void LaneLoops::nest(Block& out) {
  Block before;
  const Stmt loop = random_.chance(25) ? outer_loop() : lane_loop(nullptr, before);
  for (Stmt& s : before) out.push_back(std::move(s));
  if (random_.chance(25)) {  // a pass may make the test
    out.push_back(loop);
    return carried_ends(out);
  }
  Expr apart;
  Block body;
  for (const Var& o : outputs_) {
    for (const auto* others : {&inputs_, &outputs_, &indices_}) {
      for (const Var& a : *others) {
        if (a == o) continue;
        const Expr pair = ir::disjoint(ir::variable(o), ir::variable(a));
        apart = apart ? binary(Op::bit_and, apart, pair) : pair;
        body.push_back(ir::assume(pair, here()));
      }
    }
  }
  body.push_back(loop);
  carried_ends(body);
  out.push_back(ir::if_then(apart, std::move(body), {}, here()));
}

/// What went from round to round is seen afterwards.
void LaneLoops::carried_ends(Block& out) {
  const Var& o = outputs_[0];
  for (const Var& v : carried_) {
    const Stmt seen = ir::store(ir::variable(o), {integer(0)}, ir::variable(v), {}, here());
    out.push_back(ir::if_then(binary(Op::lt, integer(0), length(o, 0)), {seen}, {}, here()));
  }
  carried_.clear();
}

Stmt LaneLoops::outer_loop() {
  const Var row = fresh("r", ir::kI64);
  const Var* matrix = nullptr;
  for (const Var& o : outputs_) {
    if (o->type.rank() == 2) matrix = &o;
  }
  Block body;
  const Stmt inner = lane_loop(matrix == nullptr ? nullptr : &row, body);
  body.push_back(inner);
  carried_ends(body);
  const Expr rows = matrix == nullptr ? integer(random_.between(1, 3)) : length(*matrix, 0);
  return ir::for_loop(row, integer(0), rows, 1, std::move(body), ir::LoopKind::Serial, here());
}

/// for %i in first .. end, where element `%i - first + begin` of the arrays is the round's.
Stmt LaneLoops::lane_loop(const Var* row, Block& before) {
  round_ = fresh("i", ir::kI64);
  stored_ = false;
  late_ = random_.chance(25);
  ends_ = wild_ || random_.chance(12);
  carried_.clear();
  if (random_.chance(20)) carried_.push_back(fresh("carried", Type::scalar(main_)));
  const int kind = random_.below(100);
  const Expr index = ir::variable(round_);
  // Where the loop begins, and which element that is.
  Expr first = integer(0), element = index, offset = integer(0);
  if (kind < 6) {
    offset = integer(-random_.between(1, 40));
  } else if (kind < 9) {
    offset = integer(INT64_MAX - random_.between(0, 40));
  } else if (kind < 25) {
    first = integer(random_.between(1, 3));
  } else if (kind < 30) {
    first = binary(Op::max, integer(0), ir::variable(scalars_[0]));
  }
  if (!ir::is_int_constant(offset, 0)) element = index - offset;
  Round round;
  for (const auto* list : {&inputs_, &indices_})
    round.all.arrays.insert(round.all.arrays.end(), list->begin(), list->end());
  round.all.values = scalars_;
  round.uniform = round.all;
  for (const Var& v : carried_) {
    before.push_back(ir::declare(v, scalar(round.uniform, main_, 1), here()));
    if (random_.chance(30)) round.all.values.push_back(v);
  }
  if (row != nullptr) round.uniform.values.push_back(*row), round.all.values.push_back(*row);
  round.all.values.push_back(round_);
  round.all.values.push_back(round_);
  Expr end = integer(40);
  own_elements(round, element, row, end);
  prove_inputs(round, element, end);
  Expr last = named("count", end, before);
  if (!ir::is_int_constant(offset, 0)) {
    // Not beyond the largest integer.
    const bool high = offset.constant().integer > 0;
    if (high) last = binary(Op::min, last, integer(INT64_MAX - offset.constant().integer));
    first = offset;
    last = last + offset;
  }
  budget_ = random_.between(4, 16);
  Block rounds = body(round);
  const std::int64_t step = random_.chance(96) ? 1 : random_.between(2, 3);
  return ir::for_loop(round_, first, last, step, std::move(rounds), ir::LoopKind::Serial, here());
}

/// Elements of the outputs that only this round touches.
void LaneLoops::own_elements(Round& round, const Expr& element, const Var* row, Expr& end) {
  for (const Var& o : outputs_) {
    round.all.arrays.push_back(o);
    if (o->type.rank() == 1) {
      // Each round of an outer loop writes them anew.
      round.all.safe.push_back({o.get(), 0, element});
      end = binary(Op::min, end, length(o, 0));
    } else if (row != nullptr) {
      round.all.safe.push_back({o.get(), 0, ir::variable(*row)});
      round.all.safe.push_back({o.get(), 1, element});
      end = binary(Op::min, end, length(o, 1));
    } else {
      round.all.safe.push_back({o.get(), 0, element});  // the columns come with inner loops
      end = binary(Op::min, end, length(o, 0));
    }
  }
}

/// Along memory, shifted, backwards, with a stride: the loop ends where the first of them would leave its array.
void LaneLoops::prove_inputs(Round& round, const Expr& element, Expr& end) {
  for (const auto* list : {&inputs_, &indices_}) {
    for (const Var& a : *list) {
      const int d = a->type.rank() == 1 ? 0 : random_.below(2);
      const Expr n = length(a, d);
      Expr index = element, rounds = n;
      const int kind = random_.below(20);
      if (kind < 2) {
        const int shift = random_.between(1, 2);
        index = element + integer(shift), rounds = n - integer(shift);
      } else if (kind == 2) {
        index = n - integer(1) - element;
      } else if (kind == 3) {
        index = element * integer(2), rounds = binary(Op::shr, n + integer(1), integer(1));
      }
      if (kind < 16) {
        round.all.safe.push_back({a.get(), d, index});
        end = binary(Op::min, end, rounds);
      }
      if (a->type.rank() == 1 && random_.chance(20)) {
        // The same element in every round.
        end = ir::operation(Op::select, {binary(Op::gt, n, integer(2)), end, integer(0)});
        const Expr fixed = integer(random_.below(3));
        round.all.safe.push_back({a.get(), 0, fixed});
        round.uniform.safe.push_back({a.get(), 0, fixed});
      }
    }
  }
}

ir::Module random_lanes(std::uint64_t seed) { return LaneLoops(seed).module(); }

}  // namespace rooftop::fuzz
