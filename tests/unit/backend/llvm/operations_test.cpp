// Every row of ops.def on every element type and width, compiled, against the interpreter on edge values.
#include <gtest/gtest.h>

#include <bit>

#include "compiled.h"
#include "edge_values.h"
#include "rooftop/backend/interp/interpreter.h"
#include "rooftop/ir/meaning.h"
#include "rooftop/ir/print.h"

namespace rooftop::backend {
namespace {

using array::DType;
using ir::Expr;
using ops::Op;
using testing::Compiled;
using testing::Elements;
using testing::Slots;

constexpr int kWidths[] = {1, 4, 8};

constexpr DType kTypes[] = {DType::Bool, DType::I8,  DType::I16, DType::I32, DType::I64,
                            DType::U8,   DType::U16, DType::U32, DType::U64, DType::F16,
                            DType::BF16, DType::F32, DType::F64, DType::C64, DType::C128};

/// f(inputs…, output): output[i] = row(inputs[i]…), some lanes at a time.
ir::Module elementwise(const std::vector<DType>& inputs, int lanes, ir::FloatModel model,
                       const std::function<Expr(const std::vector<Expr>&)>& row) {
  ir::Function f{.name = "f", .python_name = "f"};
  const ir::Var i = ir::make_var("i", ir::kI64);
  const Expr index = lanes == 1 ? ir::variable(i) : ir::ramp(ir::variable(i), ir::int_constant(1), lanes);
  std::vector<Expr> loads;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    f.parameters.push_back(ir::make_var("x" + std::to_string(k), ir::Type::array(inputs[k], 1, ir::Layout::C)));
    loads.push_back(ir::load(ir::variable(f.parameters[k]), {index}));
  }
  const Expr value = row(loads);
  const bool narrow = value.lanes() != lanes;
  f.parameters.push_back(ir::make_var("out", ir::Type::array(value.dtype(), 1, ir::Layout::C)));
  const Expr out = ir::variable(f.parameters.back());
  const Expr place = narrow ? ir::operation(Op::quo, {ir::variable(i), ir::int_constant(lanes)}) : index;
  f.body = {ir::for_loop(i, ir::int_constant(0), ir::length(ir::variable(f.parameters[0]), 0), lanes,
                         {ir::store(out, {place}, value)})};
  return {.functions = {f}, .float_model = model};
}

/// Runs the module compiled and interpreted; the outputs must agree.
void expect_same(const ir::Module& module, const std::vector<Elements>& inputs) {
  const ir::Type out_type = module.entry().parameters.back()->type;
  const auto count = static_cast<std::int64_t>(inputs[0].size());
  const std::size_t bytes = inputs[0].size() * array::size_of(out_type.dtype());
  const auto slots = [&](Elements& out) {
    Slots list;
    for (const Elements& e : inputs) {
      list.add_array(e.bytes.data(), {count}, {static_cast<std::int64_t>(array::size_of(e.dtype))});
    }
    list.add_array(out.bytes.data(), {count}, {static_cast<std::int64_t>(array::size_of(out.dtype))});
    return list;
  };
  Elements expected{out_type.dtype(), std::vector<unsigned char>(bytes)};
  Elements actual = expected;
  const interp::Interpreter interpreter(module);
  KernelContext context{};
  ASSERT_EQ(interpreter.run(&context, slots(expected).data(), nullptr), kOk);
  const Compiled compiled(module);
  ASSERT_EQ(compiled(slots(actual)).error(), "ok");
  int shown = 0;
  for (std::size_t i = 0; i < inputs[0].size() && shown < 3; ++i) {
    if (same_element(expected, actual, i)) continue;
    ++shown;
    std::string arguments;
    for (const Elements& e : inputs) arguments += to_text(e, i) + "  ";
    ADD_FAILURE() << ir::to_string(module) << "of " << arguments << "is " << to_text(actual, i) << ", should be "
                  << to_text(expected, i);
  }
}

/// Every combination of the types' edge values that `allowed` lets through, padded to whole vectors.
std::vector<Elements> combinations(const std::vector<DType>& types,
                                   const std::function<bool(const std::vector<Elements>&)>& allowed) {
  std::vector<Elements> edges;
  std::vector<Elements> all;
  for (const DType t : types) {
    edges.push_back(testing::edge_values(t));
    all.push_back({t, {}});
  }
  std::vector<std::size_t> at(types.size());
  for (bool more = true; more;) {
    std::vector<Elements> one;
    for (std::size_t k = 0; k < types.size(); ++k) {
      one.push_back({types[k], {}});
      one.back().push_raw(edges[k].at(at[k]));
    }
    if (allowed(one)) {
      for (std::size_t k = 0; k < types.size(); ++k) all[k].push_raw(one[k].at(0));
    }
    more = false;
    for (std::size_t k = 0; k < types.size() && !more; ++k) {
      more = ++at[k] < edges[k].size();
      if (!more) at[k] = 0;
    }
  }
  while (all[0].size() % 16 != 0) {
    for (Elements& e : all) e.push_raw(std::vector<unsigned char>(e.at(0), e.at(1)).data());
  }
  return all;
}

/// The preconditions of ops.def.
bool allowed(Op op, const std::vector<Elements>& args) {
  const DType type = args[0].dtype;
  const auto number = [&](std::size_t k) { return testing::as_integer(args[k], 0); };
  switch (op) {
    case Op::floordiv:
    case Op::floormod:
      return number(1) != 0;
    case Op::quo:
    case Op::rem: {
      const std::int64_t lowest = INT64_MIN >> (64 - array::bits_of(type));
      return number(1) != 0 && !(array::is_signed(type) && number(1) == -1 && number(0) == lowest);
    }
    case Op::shl:
    case Op::shr:
      return number(1) >= 0 && number(1) < array::bits_of(type);
    default:
      return true;
  }
}

std::vector<Op> rows_with(std::initializer_list<ops::Rule> rules, bool math) {
  std::vector<Op> rows;
  for (int i = 0; i < ops::op_count(); ++i) {
    const auto& info = ops::info(static_cast<Op>(i));
    if (info.is_math == math && std::find(rules.begin(), rules.end(), info.rule) != rules.end()) {
      rows.push_back(static_cast<Op>(i));
    }
  }
  return rows;
}

class Rows : public ::testing::TestWithParam<Op> {};
std::string row_name(const ::testing::TestParamInfo<Op>& row) { return std::string(ops::info(row.param).name); }

TEST_P(Rows, EqualTheInterpreterOnEveryTypeAndWidth) {
  const Op op = GetParam();
  for (const DType type : kTypes) {
    if (!ops::accepts(op, type)) continue;
    const std::vector<DType> types(ops::info(op).arity, type);
    const auto inputs = combinations(types, [&](const auto& args) { return allowed(op, args); });
    for (const int lanes : kWidths) {
      expect_same(
          elementwise(types, lanes, ir::FloatModel::Strict, [op](const auto& args) { return ir::operation(op, args); }),
          inputs);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Primitive, Rows,
    ::testing::ValuesIn(rows_with({ops::Rule::Same, ops::Rule::Test, ops::Rule::MakeComplex, ops::Rule::Part}, false)),
    row_name);
INSTANTIATE_TEST_SUITE_P(Libm, Rows, ::testing::ValuesIn(rows_with({ops::Rule::Same}, true)), row_name);

class MathRows : public ::testing::TestWithParam<Op> {};

TEST_P(MathRows, ExpandToTheInterpretersBitsAtEveryWidth) {
  const Op op = GetParam();
  if (!ir::expands(op)) GTEST_SKIP() << "no expansion: the C library's, as tested under Libm";
  for (const DType type : {DType::F32, DType::F64}) {
    const std::vector<DType> types(ops::info(op).arity, type);
    const auto inputs = combinations(types, [](const auto&) { return true; });
    for (const ir::FloatModel model : {ir::FloatModel::Contract, ir::FloatModel::Fast}) {
      for (const int lanes : kWidths) {
        expect_same(elementwise(types, lanes, model, [op](const auto& args) { return ir::operation(op, args); }),
                    inputs);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, MathRows, ::testing::ValuesIn(rows_with({ops::Rule::Same}, true)), row_name);

TEST(Operations, SelectAndSelectRareChoose) {
  for (const DType type : kTypes) {
    const std::vector<DType> types{DType::Bool, type, type};
    const auto inputs = combinations(types, [](const auto&) { return true; });
    for (const Op op : {Op::select, Op::select_rare}) {
      for (const int lanes : kWidths) {
        expect_same(elementwise(types, lanes, ir::FloatModel::Strict,
                                [op](const auto& args) { return ir::operation(op, args); }),
                    inputs);
      }
    }
  }
}

TEST(Operations, SelectRareComputesTheRareValueInABranch) {
  for (const int lanes : kWidths) {
    const auto rare = [](const std::vector<Expr>& args) {
      const Expr twice = args[0] + args[0];
      const Expr inner =
          ir::operation(Op::select_rare, {ir::operation(Op::lt, {twice, args[1]}), twice * args[1], twice});
      const Expr outer =
          ir::operation(Op::select_rare, {ir::operation(Op::lt, {args[0], args[1]}), inner / twice, args[1]});
      return outer + inner * twice;  // parts of the rare value are used outside it too
    };
    const auto inputs = combinations({DType::F64, DType::F64}, [](const auto&) { return true; });
    expect_same(elementwise({DType::F64, DType::F64}, lanes, ir::FloatModel::Strict, rare), inputs);
  }
}

/// Whether the interpreter and the code generator must agree on the cast: float to integer out of range is unspecified.
bool in_range(const Elements& value, DType to) {
  if (!array::is_float(value.dtype) || !array::is_integer(to)) return true;
  const double x = array::is_half(value.dtype) ? double{array::half_value(value.get<std::uint16_t>(0), value.dtype)}
                   : value.dtype == DType::F32 ? double{value.get<float>(0)}
                                               : value.get<double>(0);
  const int bits = array::bits_of(to) - (array::is_signed(to) ? 1 : 0);
  const double limit = std::ldexp(1.0, bits);
  return std::trunc(x) >= (array::is_signed(to) ? -limit : 0.0) && std::trunc(x) < limit;
}

TEST(Operations, CastBetweenAllTypes) {
  for (const DType from : kTypes) {
    for (const DType to : kTypes) {
      if (from == to || (array::is_complex(from) && !array::is_complex(to) && to != DType::Bool)) continue;
      const auto inputs = combinations({from}, [to](const auto& args) { return in_range(args[0], to); });
      for (const int lanes : kWidths) {
        expect_same(elementwise({from}, lanes, ir::FloatModel::Strict,
                                [to](const auto& args) { return ir::cast(args[0], to); }),
                    inputs);
      }
    }
  }
}

TEST(Operations, CastOutOfRangeIsSomeValue) {
  for (const DType to : {DType::I8, DType::U16, DType::I64, DType::U64}) {
    for (const int lanes : kWidths) {
      const Compiled compiled(elementwise({DType::F64}, lanes, ir::FloatModel::Strict,
                                          [to](const auto& args) { return ir::cast(args[0], to); }));
      const std::vector<double> in(8, 1e300);
      std::vector<std::int64_t> out(8);
      EXPECT_EQ(
          compiled(Slots().add(in).add_array(out.data(), {8}, {static_cast<std::int64_t>(array::size_of(to))})).error(),
          "ok");
    }
  }
}

TEST(Operations, BitcastKeepsTheBits) {
  for (const DType from : kTypes) {
    for (const DType to : kTypes) {
      if (from == to || array::bits_of(from) != array::bits_of(to) || !ops::accepts(Op::bitcast, from) ||
          !ops::accepts(Op::bitcast, to)) {
        continue;
      }
      const auto inputs = combinations({from}, [](const auto&) { return true; });
      for (const int lanes : kWidths) {
        expect_same(elementwise({from}, lanes, ir::FloatModel::Strict,
                                [to](const auto& args) { return ir::bitcast(args[0], to); }),
                    inputs);
      }
    }
  }
}

TEST(Operations, ReduceFromLaneZero) {
  for (const Op op : rows_with({ops::Rule::Narrow}, false)) {
    for (const DType type : kTypes) {
      if (!ops::accepts(op, type)) continue;
      const auto inputs = combinations({type}, [](const auto&) { return true; });
      for (const int lanes : {2, 4, 8, 16}) {
        expect_same(elementwise({type}, lanes, ir::FloatModel::Strict,
                                [op](const auto& args) { return ir::operation(op, args); }),
                    inputs);
      }
    }
  }
}

TEST(Operations, RampAndBroadcastWiden) {
  for (const DType type : kTypes) {
    const auto inputs = combinations({type, type}, [](const auto&) { return true; });
    const auto first = [](const Expr& lanes) { return ir::operation(Op::reduce_min, {lanes}); };
    if (array::is_integer(type)) {
      expect_same(elementwise({type, type}, 8, ir::FloatModel::Strict,
                              [&](const auto& args) { return ir::ramp(first(args[0]), first(args[1]), 8); }),
                  inputs);
      expect_same(elementwise({type, type}, 8, ir::FloatModel::Strict,
                              [&](const auto& args) {
                                return ir::ramp(first(args[0]), ir::int_constant(-3, args[1].type().element()), 8);
                              }),
                  inputs);
    }
    if (array::is_half(type)) {
      expect_same(elementwise({DType::F32}, 8, ir::FloatModel::Strict,
                              [&](const auto& args) { return ir::broadcast(ir::cast(first(args[0]), type), 8); }),
                  combinations({DType::F32}, [](const auto&) { return true; }));
    } else if (array::is_float(type)) {
      expect_same(elementwise({type, type}, 8, ir::FloatModel::Strict,
                              [&](const auto& args) { return ir::broadcast(first(args[0]), 8) * args[1]; }),
                  inputs);
    }
  }
}

TEST(Operations, ConstantDivisorsOfEveryKind) {
  for (const DType type : {DType::I8, DType::I32, DType::I64, DType::U8, DType::U64}) {
    for (const std::int64_t divisor : {1, 2, 3, 7, 8, 10, 64, -1, -2, -3, -8, -100}) {
      if (divisor < 0 && !array::is_signed(type)) continue;
      const auto inputs = combinations({type}, [&](const auto&) { return true; });
      for (const Op op : {Op::floordiv, Op::floormod}) {
        for (const int lanes : {1, 8}) {
          expect_same(elementwise({type}, lanes, ir::FloatModel::Strict,
                                  [&](const auto& args) {
                                    const Expr y = ir::int_constant(divisor, args[0].type());
                                    return ir::operation(op, {args[0], y});
                                  }),
                      inputs);
        }
      }
    }
  }
}

TEST(Operations, VectorDivisionByZeroInALaneThatIsOffDoesNotTrap) {
  for (const DType type : {DType::I32, DType::I64, DType::U64}) {
    for (const Op op : {Op::quo, Op::rem, Op::floordiv, Op::floormod}) {
      const Compiled compiled(elementwise({type, type}, 4, ir::FloatModel::Strict,
                                          [op](const auto& args) { return ir::operation(op, args); }));
      const std::vector<std::int64_t> x{5, 6, 7, 8};
      const std::vector<std::int64_t> y(4, 0);
      std::vector<std::int64_t> out(4);
      EXPECT_EQ(compiled(Slots().add(x).add(y).add(out)).error(), "ok");
    }
  }
}

TEST(Operations, LookupReadsTables) {
  const auto table = std::make_shared<ir::Table>();
  table->name = "squares";
  table->dtype = DType::F32;
  for (int i = 0; i < 18; ++i) table->values.push_back(std::bit_cast<std::uint32_t>(static_cast<float>(i * i)));
  for (const DType type : {DType::U8, DType::I64, DType::I16}) {
    const auto inputs = combinations({type}, [](const auto& args) {
      return testing::as_integer(args[0], 0) >= 0 && testing::as_integer(args[0], 0) < 18;
    });
    for (const int lanes : kWidths) {
      expect_same(elementwise({type}, lanes, ir::FloatModel::Strict,
                              [&](const auto& args) { return ir::lookup(table, args[0]); }),
                  inputs);
    }
  }
}

}  // namespace
}  // namespace rooftop::backend
