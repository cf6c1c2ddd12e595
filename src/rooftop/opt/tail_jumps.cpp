// One walk; a branch of which only a part jumps copies what follows it, within bounds.
#include "rooftop/opt/tail_jumps.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/fresh.h"

namespace rooftop::opt {

using ir::Block;
using ir::Stmt;
using ir::StmtKind;

namespace {

constexpr int kMostCopied = 40;  // statements

class TailJumps {
 public:
  TailJumps(StmtKind kind, const std::function<Block(const Stmt&)>& at_jump) : kind_(kind), at_jump_(at_jump) {}

  Block convert(const Block& list) {
    Block out;
    for (std::size_t i = 0; i < list.size() && good; ++i) {
      const Stmt& s = list[i];
      if (s.is(kind_)) {
        for (Stmt& made : at_jump_(s)) out.push_back(std::move(made));
        return out;
      }
      if (!jumps(s)) {
        out.push_back(s);
        continue;
      }
      if (!s.is(StmtKind::If)) {
        good = false;
        return out;
      }
      const Block rest(list.begin() + static_cast<std::ptrdiff_t>(i) + 1, list.end());
      const bool then_falls = !always_jumps(s->body), else_falls = !always_jumps(s->else_body);
      Block again = rest;
      if (then_falls && else_falls) {
        ir::for_each_statement(rest, [&](const Stmt&) { good = good && ++copied_ <= kMostCopied; });
        // The sides may come to stand in one block: lanes take the first without a choice.
        again = with_fresh_variables(rest);
      }
      out.push_back(ir::if_then(s->condition(), convert(followed(s->body, then_falls, rest)),
                                convert(followed(s->else_body, else_falls, again)), s.location()));
      return out;
    }
    return out;
  }

  bool good = true;

 private:
  static Block followed(const Block& block, bool falls, const Block& rest) {
    Block out = block;
    if (falls) out.insert(out.end(), rest.begin(), rest.end());
    return out;
  }

  bool jumps(const Stmt& s) const {
    if (s.is(StmtKind::If)) return jumps(s->body) || jumps(s->else_body);
    const bool is_loop = s.is(StmtKind::For) || s.is(StmtKind::While);
    return is_loop && kind_ == StmtKind::Return && jumps(s->body);
  }
  bool jumps(const Block& block) const {
    return std::any_of(block.begin(), block.end(), [&](const Stmt& s) { return s.is(kind_) || jumps(s); });
  }

  bool always_jumps(const Block& block) const {
    return std::any_of(block.begin(), block.end(), [&](const Stmt& s) {
      return s.is(kind_) || s.is(StmtKind::Raise) || s.is(StmtKind::Break) || s.is(StmtKind::Continue) ||
             s.is(StmtKind::Return) || (s.is(StmtKind::If) && always_jumps(s->body) && always_jumps(s->else_body));
    });
  }

  StmtKind kind_;
  const std::function<Block(const Stmt&)>& at_jump_;
  int copied_ = 0;
};

}  // namespace

std::optional<Block> without_jumps(const Block& block, StmtKind kind,
                                   const std::function<Block(const Stmt&)>& at_jump) {
  TailJumps jumps(kind, at_jump);
  Block result = jumps.convert(block);
  if (!jumps.good) return std::nullopt;
  return result;
}

}  // namespace rooftop::opt
