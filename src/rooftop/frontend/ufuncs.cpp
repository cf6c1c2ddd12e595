// Statements of a meaning, moved to where the program is.
#include "rooftop/frontend/ufuncs.h"

#include <algorithm>

#include "rooftop/base/errors.h"

namespace rooftop::frontend {
namespace {

ir::Block located(const ir::Block& block, const SourceLocation& at) {
  ir::Block result;
  for (const ir::Stmt& s : block) {
    auto node = std::make_shared<ir::StmtNode>(*s.get());
    node->location = at;
    node->body = located(s->body, at);
    node->else_body = located(s->else_body, at);
    result.emplace_back(std::move(node));
  }
  return result;
}

void emit_here(Emitter& e, const ir::Block& block) {
  for (ir::Stmt& s : located(block, e.location())) e.emit(std::move(s));
}

}  // namespace

ir::Expr ufunc_value(Emitter& e, ops::Ufunc ufunc, std::initializer_list<ir::Expr> operands) {
  const auto loops = ops::loops(ufunc);
  const auto loop = std::find_if(loops.begin(), loops.end(), [&](const ops::Loop& l) {
    return std::equal(operands.begin(), operands.end(), l.types.begin(),
                      [](const ir::Expr& x, array::DType type) { return x.dtype() == type; });
  });
  ROOFTOP_CHECK(loop != loops.end()) << ops::info(ufunc).name;
  std::vector<ir::Expr> inputs;
  for (const ir::Expr& x : operands) inputs.push_back(e.let("t", x));
  ir::Block before;
  const std::vector<ir::Expr> outputs = ir::ufunc_values(ufunc, *loop, inputs, before);
  emit_here(e, before);
  return outputs[0];
}

ir::DivMod float_divmod(Emitter& e, const ir::Expr& a, const ir::Expr& b) {
  ir::Block before;
  const ir::DivMod result = ir::float_divmod(e.let("t", a), e.let("t", b), before);
  emit_here(e, before);
  return result;
}

}  // namespace rooftop::frontend
