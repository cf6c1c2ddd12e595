// One edit at a time, from the front, until none helps.
#include "shrink.h"

#include "rooftop/base/errors.h"
#include "rooftop/ir/verify.h"
#include "rooftop/ir/walk.h"

namespace rooftop::fuzz {
namespace {

using ir::Block;
using ir::Stmt;

/// What may be done to one statement.
enum class Edit { Remove, Unwrap };

/// Applies the edit to the n-th statement, counted outer before inner; counts n down on the way.
Block edited(const Block& block, int& n, Edit edit) {
  Block out;
  for (const Stmt& s : block) {
    if (n-- == 0) {
      if (edit == Edit::Unwrap) {
        out.insert(out.end(), s->body.begin(), s->body.end());
        out.insert(out.end(), s->else_body.begin(), s->else_body.end());
      }
      continue;
    }
    if (n < 0) {
      out.push_back(s);
      continue;
    }
    out.push_back(ir::map_blocks(s, [&](const Block& b) { return edited(b, n, edit); }));
  }
  return out;
}

int count(const Block& block) {
  int n = 0;
  ir::for_each_statement(block, [&](const Stmt&) { ++n; });
  return n;
}

bool is_valid(const ir::Module& module) {
  try {
    ir::verify(module);
    return true;
  } catch (const InternalError&) {
    return false;
  }
}

bool shrink_function(ir::Module& module, std::size_t f, const std::function<bool(const ir::Module&)>& fails) {
  bool smaller = false;
  for (int at = 0; at < count(module.functions[f].body);) {
    bool changed = false;
    for (const Edit edit : {Edit::Remove, Edit::Unwrap}) {
      ir::Module candidate = module;
      int n = at;
      candidate.functions[f].body = edited(module.functions[f].body, n, edit);
      if (candidate.functions[f].body == module.functions[f].body || !is_valid(candidate) || !fails(candidate))
        continue;
      module = std::move(candidate);
      changed = smaller = true;
      break;
    }
    if (!changed) ++at;
  }
  return smaller;
}

}  // namespace

ir::Module shrink(ir::Module module, const std::function<bool(const ir::Module&)>& fails) {
  bool smaller = true;
  while (smaller) {
    smaller = false;
    for (std::size_t f = module.functions.size(); f-- > 1;) {
      ir::Module candidate = module;
      candidate.functions.erase(candidate.functions.begin() + static_cast<std::ptrdiff_t>(f));
      if (!is_valid(candidate) || !fails(candidate)) continue;
      module = std::move(candidate);
      smaller = true;
    }
    for (std::size_t f = 0; f < module.functions.size(); ++f) smaller |= shrink_function(module, f, fails);
  }
  return module;
}

}  // namespace rooftop::fuzz
