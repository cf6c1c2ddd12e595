// Loops in which each round needs the one before: partial results, and elements at places that may repeat.
#include "generate_kernels_loops.h"
#include "rooftop/ir/ufuncs.h"

namespace rooftop::tools {

using ir::Block;
using ir::DType;
using ir::Expr;
using ir::Type;

namespace {

ir::Var strided_array(const char* name, DType dtype) {
  return ir::make_var(name, Type::array(dtype, 1, ir::Layout::Strided));
}

Expr named(Block& out, const char* name, const Expr& value) {
  const ir::Var var = ir::make_var(name, value.type());
  out.push_back(ir::let(var, value));
  return ir::variable(var);
}

Expr applied(ops::Ufunc ufunc, const ops::Loop& loop, const Expr& left, const Expr& right, Block& out) {
  const Expr operands[] = {left, right};
  return named(out, "r", ir::ufunc_values(ufunc, loop, operands, out)[0]);
}

KernelLoop finished(std::vector<ir::Var> parameters, Block body, DType dtype) {
  return {{.name = "kernel", .python_name = "kernel", .parameters = std::move(parameters), .body = std::move(body)},
          !array::is_half(dtype)};
}

}  // namespace

KernelLoop accumulation(ops::Ufunc ufunc, const ops::Loop& loop) {
  const DType dtype = loop.types[0];
  const ir::Var start = ir::make_var("start", Type::array(dtype, 1, ir::Layout::C));
  const ir::Var in = strided_array("in", dtype), out = strided_array("out", dtype);
  const ir::Var i = ir::make_var("i", ir::kI64), value = ir::make_var("value", Type::scalar(dtype));
  Block round;
  const Expr element = named(round, "a", ir::load(ir::variable(in), {ir::variable(i)}));
  round.push_back(ir::assign(value, applied(ufunc, loop, ir::variable(value), element, round)));
  round.push_back(ir::store(ir::variable(out), {ir::variable(i)}, ir::variable(value)));
  Block body;
  body.push_back(ir::declare(value, ir::load(ir::variable(start), {ir::int_constant(0)})));
  body.push_back(ir::for_loop(i, ir::int_constant(0), ir::length(ir::variable(in), 0), 1, std::move(round)));
  return finished({start, in, out}, std::move(body), dtype);
}

KernelLoop scatter(ops::Ufunc ufunc, const ops::Loop& loop) {
  const DType dtype = loop.types[0];
  const ir::Var target = strided_array("target", dtype), places = strided_array("places", DType::I64),
                in = strided_array("in", dtype);
  const ir::Var i = ir::make_var("i", ir::kI64);
  Block round;
  const Expr place = named(round, "place", ir::load(ir::variable(places), {ir::variable(i)}));
  const Expr before = named(round, "a", ir::load(ir::variable(target), {place}));
  const Expr element = named(round, "b", ir::load(ir::variable(in), {ir::variable(i)}));
  round.push_back(ir::store(ir::variable(target), {place}, applied(ufunc, loop, before, element, round)));
  Block body;
  body.push_back(ir::for_loop(i, ir::int_constant(0), ir::length(ir::variable(places), 0), 1, std::move(round)));
  return finished({target, places, in}, std::move(body), dtype);
}

}  // namespace rooftop::tools
