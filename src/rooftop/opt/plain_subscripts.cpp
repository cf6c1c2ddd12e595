// One rewrite of the body.
#include "rooftop/opt/plain_subscripts.h"

#include "rooftop/ir/walk.h"

namespace rooftop::opt {

using ir::Expr;
using ir::ExprKind;
using ir::StmtKind;

namespace {

class PlainSubscripts : public ir::Rewriter {
 public:
  using Rewriter::rewrite;
  explicit PlainSubscripts(ir::VarSet assigned) : assigned_(std::move(assigned)) {}

 protected:
  Expr rewrite_expression(const Expr& e) override {
    if (!e.is(ExprKind::Load)) return e;
    const std::size_t rank = e.indices().size();
    std::size_t at = 0;  // the array, the subscripts, the mask
    return ir::map_args(e, [&](const Expr& a) {
      const bool is_subscript = at >= 1 && at <= rank;
      ++at;
      return is_subscript ? lets_.rewrite(a) : a;
    });
  }

  void rewrite_statement(const ir::Stmt& s, ir::Block& out) override {
    Rewriter::rewrite_statement(s, out);
    if (s.is(StmtKind::Let)) {
      const Expr& value = out.back()->exprs[0];
      if (value.type() == ir::kI64 && !depends_on_place(value)) {
        lets_.set(s->var, lets_.rewrite(value));
        forget();
      }
    } else if (s.is(StmtKind::Store)) {
      std::vector<Expr> indices;
      for (const Expr& i : out.back()->exprs) indices.push_back(lets_.rewrite(i));
      out.back() = ir::store(s->array, std::move(indices), out.back()->value, out.back()->mask, s.location());
    }
  }

 private:
  bool depends_on_place(const Expr& e) const {
    bool found = false;
    ir::for_each_node(e, [&](const Expr& n) {
      found |= n.is(ExprKind::Load) || (n.is(ExprKind::Variable) && assigned_.contains(n.var().get()));
    });
    return found;
  }

  ir::VarSet assigned_;
  ir::Substitution lets_;
};

}  // namespace

ir::Stmt with_plain_subscripts(const ir::Stmt& loop) {
  return ir::with_body(loop, PlainSubscripts(ir::assigned_variables(loop->body)).rewrite(loop->body));
}

}  // namespace rooftop::opt
