// Liveness by marking from what is observable, and the sinking of declarations.
#include "rooftop/opt/simplify_variables.h"

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "rooftop/ir/walk.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::ExprNode;
using ir::Stmt;
using ir::StmtKind;
using ir::VarNode;
using ir::VarSet;

/// Statements that only give a variable its value.
bool only_defines(const Stmt& s) {
  return s.is(StmtKind::Let) || s.is(StmtKind::Declare) || s.is(StmtKind::Assign) || s.is(StmtKind::Allocate);
}

class Liveness {
 public:
  explicit Liveness(const Block& body) {
    ir::for_each_statement(body, [this](const Stmt& s) { visit(s); });
    while (!queue_.empty()) {
      const VarNode* var = queue_.back();
      queue_.pop_back();
      for (const Expr& e : definitions_[var]) mark(e);
    }
  }

  bool is_live(const VarNode* var) const { return live_.contains(var); }

 private:
  void visit(const Stmt& s) {
    // A store into a local array matters only to those who read the array; treating it as observable keeps this simple.
    ir::for_each_expr(s, [&](const Expr& e) {
      if (!only_defines(s)) {
        mark(e);
      } else if (live_.contains(s->var.get())) {
        mark(e);
      } else {
        definitions_[s->var.get()].push_back(e);
      }
    });
  }

  void mark(const Expr& e) {
    if (!seen_.insert(e.get()).second) return;
    if (e.is(ExprKind::Variable) && live_.insert(e.var().get()).second) queue_.push_back(e.var().get());
    for (const Expr& a : e.args()) mark(a);
  }

  VarSet live_;
  std::unordered_set<const ExprNode*> seen_;
  std::unordered_map<const VarNode*, std::vector<Expr>> definitions_;
  std::vector<const VarNode*> queue_;
};

Block remove_dead(const Block& block, const Liveness& liveness) {
  Block out;
  out.reserve(block.size());
  for (const Stmt& s : block) {
    if (only_defines(s) && !liveness.is_live(s->var.get())) continue;
    out.push_back(ir::map_blocks(s, [&](const Block& b) { return remove_dead(b, liveness); }));
  }
  return out;
}

/// Which declared variables each statement mentions, nested blocks included.
class Mentions {
 public:
  explicit Mentions(const Block& body) {
    ir::for_each_statement(body, [this](const Stmt& s) {
      if (s.is(StmtKind::Declare)) declared_.insert(s->var.get());
    });
    if (!declared_.empty()) visit(body);
  }

  bool none() const { return declared_.empty(); }
  bool mentions(const Stmt& s, const VarNode* var) const {
    const auto found = by_statement_.find(s.get());
    return found != by_statement_.end() && found->second.contains(var);
  }
  /// The statement's own expressions, not its blocks.
  static bool own_expressions_read(const Stmt& s, const VarNode* var) {
    bool found = false;
    std::unordered_set<const ExprNode*> seen;
    ir::for_each_expr(s, [&](const Expr& e) { found |= reads(e, var, seen); });
    return found;
  }

  /// `copy` replaces `s` and mentions what it did.
  void replaced(const Stmt& s, const Stmt& copy) {
    if (const auto found = by_statement_.find(s.get()); found != by_statement_.end()) {
      kept_alive_.push_back(copy);
      VarSet own = found->second;
      by_statement_[copy.get()] = std::move(own);
    }
  }

 private:
  static bool reads(const Expr& e, const VarNode* var, std::unordered_set<const ExprNode*>& seen) {
    if (!seen.insert(e.get()).second) return false;
    if (e.is(ExprKind::Variable) && e.var().get() == var) return true;
    for (const Expr& a : e.args()) {
      if (reads(a, var, seen)) return true;
    }
    return false;
  }

  VarSet visit(const Block& block) {
    VarSet all;
    for (const Stmt& s : block) {
      VarSet own;
      if (s->var && declared_.contains(s->var.get())) own.insert(s->var.get());
      ir::for_each_expr(s, [&](const Expr& e) { collect(e, own); });
      ir::for_each_block(s, [&](const Block& b) { own.merge(visit(b)); });
      all.insert(own.begin(), own.end());
      if (!own.empty()) by_statement_[s.get()] = std::move(own);
    }
    return all;
  }

  void collect(const Expr& e, VarSet& into) {
    ir::for_each_node(e, [&](const Expr& n) {
      if (n.is(ExprKind::Variable) && declared_.contains(n.var().get())) into.insert(n.var().get());
    });
  }

  VarSet declared_;
  std::unordered_map<const ir::StmtNode*, VarSet> by_statement_;
  std::vector<Stmt> kept_alive_;  ///< so that no later node takes a known node's address
};

class Sinker {
 public:
  explicit Sinker(Mentions& mentions) : mentions_(mentions) {}

  Block sink(const Block& block) {
    Block out = block;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (!out[i].is(StmtKind::Declare)) continue;
      if (auto moved = moved_down(out, i)) {
        out = std::move(*moved);
        --i;  // what followed the declaration stands in its place
      }
    }
    for (Stmt& s : out) {
      s = ir::map_blocks(s, [this](const Block& b) { return sink(b); });
    }
    return out;
  }

 private:
  /// The block without the declaration at `at`, which stands later or deeper; nothing when it is well placed.
  std::optional<Block> moved_down(const Block& block, std::size_t at) {
    const Stmt declaration = block[at];
    Block out = block;
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(at));
    if (!place(declaration, out, at)) return std::nullopt;
    return out;
  }

  /// Puts the declaration into `block` at or after `from`, onto the first assignment; false when it cannot go there.
  bool place(const Stmt& declaration, Block& block, std::size_t from) {
    const VarNode* var = declaration->var.get();
    std::size_t first = from;
    while (first < block.size() && !mentions_.mentions(block[first], var)) ++first;
    if (first == block.size()) return false;
    const Stmt s = block[first];
    if (s.is(StmtKind::Assign) && s->var.get() == var) {
      if (Mentions::own_expressions_read(s, var)) return false;
      block[first] = ir::declare(s->var, s->exprs[0], s.location());
      mentions_.replaced(s, block[first]);
      return true;
    }
    for (std::size_t i = first + 1; i < block.size(); ++i) {
      if (mentions_.mentions(block[i], var)) return false;
    }
    return place_inside(declaration, block[first]);
  }

  /// Puts the declaration into the one nested block of `s` that mentions the variable.
  bool place_inside(const Stmt& declaration, Stmt& s) {
    const VarNode* var = declaration->var.get();
    if (Mentions::own_expressions_read(s, var)) return false;
    ir::StmtNode node = *s.get();
    const auto any = [&](const Block& b) {
      for (const Stmt& inner : b) {
        if (mentions_.mentions(inner, var)) return true;
      }
      return false;
    };
    const bool in_body = any(node.body);
    if (in_body && any(node.else_body)) return false;
    Block& target = in_body ? node.body : node.else_body;
    if (!place(declaration, target, 0)) return false;
    const Stmt moved(std::make_shared<const ir::StmtNode>(std::move(node)));
    mentions_.replaced(s, moved);
    s = moved;
    return true;
  }

  Mentions& mentions_;
};

}  // namespace

Block remove_dead_variables(const Block& body) { return remove_dead(body, Liveness(body)); }

Block sink_declarations(const Block& body) {
  Mentions mentions(body);
  return mentions.none() ? body : Sinker(mentions).sink(body);
}

}  // namespace rooftop::opt
