// Specialisation and the fixed point over result types.
#include "rooftop/frontend/module_builder.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>

#include "rooftop/base/errors.h"
#include "rooftop/frontend/lowering.h"
#include "rooftop/ir/walk.h"

namespace rooftop::frontend {
namespace {

bool same_argument(const FunctionSource& function, const Value& a, const Value& b) {
  if (a.type != b.type) return false;
  if (is_fixed(function, a) || is_fixed(function, b)) return a.expr && b.expr && ir::same_expression(a.expr, b.expr);
  if (a.is(PyKind::Entity)) return same_entity(a, b);
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same_argument(function, a.items[i], b.items[i])) return false;
  }
  return true;
}

bool same_arguments(const FunctionSource& function, const std::vector<Value>& a, const std::vector<Value>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same_argument(function, a[i], b[i])) return false;
  }
  return true;
}

}  // namespace

ModuleBuilder::Entry* ModuleBuilder::find(const FunctionSource& source, const std::vector<Value>& arguments) {
  for (Entry& entry : entries_) {
    if (entry.identity == source.identity && same_arguments(source, entry.arguments, arguments)) return &entry;
  }
  return nullptr;
}

std::string ModuleBuilder::unique_name(const std::string& wanted) {
  std::string name;
  for (const char c : wanted) name += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ? c : '_';
  const int count = names_[name]++;
  return count == 0 ? name : name + "." + std::to_string(count);
}

Specialisation& ModuleBuilder::specialise(std::shared_ptr<const FunctionSource> source,
                                          const std::vector<Value>& arguments) {
  if (Entry* known = find(*source, arguments)) return *known->specialisation;
  // Recursion with ever new types would never end.
  constexpr int kMostAtOnce = 10;
  const auto at_once = std::count_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.identity == source->identity && entry.specialisation->in_progress;
  });
  if (at_once == kMostAtOnce) {
    throw CompileError(source->tree->location(),
                       "'" + source->qualified_name + "' calls for ever more versions of functions",
                       "call it with arguments of the same types each time it recurs",
                       "each combination of argument types is compiled on its own, and these never end");
  }
  auto fresh = std::make_unique<Specialisation>();
  fresh->name = unique_name(source->name);
  fresh->source = source;
  entries_.push_back({source->identity, arguments, std::move(fresh)});
  Specialisation& result = *entries_.back().specialisation;
  lower_until_stable(entries_.size() - 1, arguments);
  return result;
}

void ModuleBuilder::lower_until_stable(std::size_t at, const std::vector<Value>& arguments) {
  Specialisation& specialisation = *entries_[at].specialisation;
  constexpr int kMostRounds = 12;  // the types' lattice is far lower than this
  for (int round = 0;; ++round) {
    ROOFTOP_CHECK(round < kMostRounds) << "the result type of " << specialisation.name << " does not settle";
    Lowering lowering(*this, specialisation);
    ir::Function function;
    try {
      function = lowering.run(arguments);
    } catch (CompileError& error) {
      if (error.function().empty()) error.set_function(specialisation.source->qualified_name);
      throw;
    }
    const bool never = lowering.result().is(PyKind::Never);
    const bool stable = lowering.result() == specialisation.result;
    const bool needs_result = lowering.incomplete() && !specialisation.never_returns;
    if (stable && !(never && needs_result)) {
      specialisation.never_returns = never && !lowering.waits();
      specialisation.function = std::move(function);
      break;
    }
    // Where every path waits for the function itself, no path returns.
    specialisation.never_returns = never;
    specialisation.result = lowering.result();
    // What was lowered meanwhile may have used the result type that has just changed.
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at) + 1, entries_.end());
  }
  specialisation.in_progress = false;
}

std::string ModuleBuilder::add_part(const Specialisation& of, std::vector<ir::Var> parameters, ir::Block body,
                                    const SourceLocation& location) {
  const std::string name = unique_name(of.source->name + "_part");
  parts_.push_back({.name = name,
                    .python_name = of.source->qualified_name,
                    .parameters = std::move(parameters),
                    .results = {},
                    .body = std::move(body),
                    .location = location});
  return name;
}

ir::Module ModuleBuilder::finish() {
  ir::Module module;
  module.float_model = request_.float_model;
  std::map<std::string, ir::Function*> known;
  for (Entry& entry : entries_) known[entry.specialisation->name] = &entry.specialisation->function;
  for (ir::Function& part : parts_) known[part.name] = &part;
  // Parts of what was lowered again are nobody's, nor is a function that was lowered only to see what it returns.
  std::set<std::string> called;
  const std::function<void(const std::string&)> call = [&](const std::string& name) {
    if (!called.insert(name).second) return;
    ir::for_each_statement(known.at(name)->body, [&](const ir::Stmt& s) {
      if (s.is(ir::StmtKind::Call)) call(s->callee);
    });
  };
  call(entries_.front().specialisation->name);
  const auto take = [&](ir::Function& function) {
    if (called.contains(function.name)) module.functions.push_back(std::move(function));
  };
  for (Entry& entry : entries_) take(entry.specialisation->function);
  for (ir::Function& part : parts_) take(part);
  return module;
}

}  // namespace rooftop::frontend
