// Parts are joined again as long as what comes out need not wait either; the rest is cut.
#include "rooftop/opt/distribute.h"

#include <map>

#include "rooftop/opt/dependence.h"
#include "rooftop/opt/distribute_parts.h"
#include "rooftop/opt/widen.h"

namespace rooftop::opt {
namespace {

using ir::Block;
using ir::Expr;
using ir::ExprKind;
using ir::Stmt;
using ir::StmtKind;

/// Bytes that stream from memory while one round of a chain waits for the one before.
constexpr std::int64_t kBytesAWait = 32;

/// Loops inside that have no loops inside, and the loop itself where it is one.
void innermost_loops(const Stmt& loop, std::vector<Stmt>& out) {
  bool has_loops = false;
  ir::for_each_statement(loop->body, [&](const Stmt& s) { has_loops |= s.is(StmtKind::For); });
  if (!has_loops) return out.push_back(loop);
  ir::for_each_statement(loop->body, [&](const Stmt& s) {
    if (!s.is(StmtKind::For)) return;
    bool inner = false;
    ir::for_each_statement(s->body, [&](const Stmt& t) { inner |= t.is(StmtKind::For); });
    if (!inner) out.push_back(s);
  });
}

/// Whether rounds of an innermost loop wait for those before.
bool waits(const Stmt& loop, const MemoryFacts& facts) {
  const ir::VarSet own = ir::bound_variables(loop->body);
  for (const ir::VarNode* v : ir::assigned_variables(loop->body)) {
    if (!own.contains(v)) return true;
  }
  std::string unused;
  return !rounds_run_in_lockstep(loop, facts, unused);
}

/// Whether a loop at the bottom of the nest waits, and the outermost has no rounds that could run beside.
bool is_slow(const Stmt& loop, const MemoryFacts& facts) {
  std::string unused;
  if (rounds_are_independent(loop, facts, unused)) return false;
  MemoryFacts inside = facts;
  inside.learn(loop);
  std::vector<Stmt> bottom;
  innermost_loops(loop, bottom);
  for (const Stmt& l : bottom) {
    if (waits(l, inside)) return true;
  }
  return false;
}

std::size_t stores_in(const Stmt& loop) {
  std::size_t count = 0;
  ir::for_each_statement(loop->body, [&](const Stmt& s) { count += s.is(StmtKind::Store) ? 1 : 0; });
  return count;
}

/// Arrays that the bottom of the nest walks through, with the bytes of an element.
std::map<const ir::VarNode*, std::int64_t> streams_of(const Stmt& loop) {
  std::map<const ir::VarNode*, std::int64_t> found;
  std::vector<Stmt> bottom;
  innermost_loops(loop, bottom);
  for (const Stmt& l : bottom) {
    std::string unused;
    const auto accesses = accesses_in(l->body, unused);
    if (!accesses) continue;
    for (const ArrayAccess& a : *accesses) {
      const bool again = a.array->type.rank() < 2;  // as long as a row: still in a cache
      if (again || access_of(ir::variable(a.array), a.indices, l->var) == Access::Fixed) continue;
      found[a.array.get()] = static_cast<std::int64_t>(array::size_of(a.array->type.dtype()));
    }
  }
  return found;
}

class Distribute {
 public:
  explicit Distribute(const PassContext& context) : context_(context) {}

  Block block(const Block& statements, MemoryFacts facts) {
    Block out;
    for (const Stmt& s : statements) {
      facts.learn(s);
      if (const auto loops = cut(s, facts); !loops.empty()) {
        out.insert(out.end(), loops.begin(), loops.end());
        context_.done("distribute", s.location(),
                      "its statements run in " + std::to_string(loops.size()) +
                          " loops, one after the other: in one, each round would wait for the one before");
        continue;
      }
      out.push_back(ir::map_blocks(s, [&](const Block& b) { return block(b, facts); }));
    }
    return out;
  }

 private:
  /// The loops that replace this one; none where it stays.
  static std::vector<Stmt> cut(const Stmt& loop, const MemoryFacts& facts) {
    if (!loop.is(StmtKind::For) || stores_in(loop) < 2 || !is_slow(loop, facts)) return {};
    auto parts = LoopParts::match(loop, facts);
    if (!parts) return {};
    for (std::size_t p = 0; p < parts->count(); ++p) {
      if (is_slow(parts->loop({p}), facts)) return {};
    }
    // What needs each other first: it has more in common.
    for (const bool ordered : {true, false}) join(*parts, ordered, facts);
    std::vector<Stmt> loops;
    for (const std::size_t p : parts->order()) loops.push_back(parts->loop({p}));
    return bytes_read_again(loops) <= kBytesAWait ? loops : std::vector<Stmt>();
  }

  static void join(LoopParts& parts, bool ordered, const MemoryFacts& facts) {
    for (std::size_t a = 0; a < parts.count(); ++a) {
      for (std::size_t b = a + 1; b < parts.count();) {
        const bool wanted = !ordered || parts.must_precede(a, b) || parts.must_precede(b, a);
        if (wanted && parts.can_join(a, b) && !is_slow(parts.loop({a, b}), facts)) {
          parts.join(a, b);
        } else {
          ++b;
        }
      }
    }
  }

  static std::int64_t bytes_read_again(const std::vector<Stmt>& loops) {
    std::map<const ir::VarNode*, std::int64_t> seen;
    std::int64_t bytes = 0;
    for (const Stmt& l : loops) {
      for (const auto& [array, size] : streams_of(l)) {
        if (!seen.emplace(array, size).second) bytes += size;
      }
    }
    return bytes;
  }

  const PassContext& context_;
};

}  // namespace

ir::Module distribute(const ir::Module& module, const PassContext& context) {
  return with_bodies(module, [&](const ir::Function& f) { return Distribute(context).block(f.body, {}); });
}

}  // namespace rooftop::opt
