// The largest function goes first, to the part that has the least so far.
#include "rooftop/backend/llvm/parts.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/Module.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace rooftop::backend::llvm {
namespace {

namespace ll = ::llvm;

/// Instructions, as they are emitted, whose code takes so long that another thread and another emission are nothing
/// beside it: about 10 ms.
constexpr unsigned kLeastPart = 1000;

using Sizes = std::vector<std::pair<unsigned, ll::StringRef>>;

Sizes sizes_of(const ll::Module& module) {
  Sizes sizes;
  for (const ll::Function& function : module) {
    if (!function.isDeclaration()) sizes.emplace_back(function.getInstructionCount(), function.getName());
  }
  // Stable: functions of one size stay in the module's order.
  std::stable_sort(sizes.begin(), sizes.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  return sizes;
}

}  // namespace

Parts::Parts(const ll::Module& module, int most) {
  const Sizes sizes = sizes_of(module);
  unsigned total = 0;
  for (const auto& [size, name] : sizes) total += size;
  // No part can end before the largest function: the others fill parts as large.
  const unsigned largest = sizes.empty() ? 0 : sizes.front().first;
  const unsigned rest = total - largest;
  if (rest >= kLeastPart) count_ += std::max(1, static_cast<int>(rest / std::max(largest, kLeastPart)));
  count_ = std::min(count_, std::max(most, 1));
  std::vector<unsigned> load(static_cast<std::size_t>(count_), 0);
  for (const auto& [size, name] : sizes) {
    const auto least = std::min_element(load.begin(), load.end());
    *least += size;
    part_of_[name] = static_cast<int>(least - load.begin());
  }
}

void Parts::keep(ll::Module& module, int part) const {
  for (ll::Function& function : module) {
    if (function.isDeclaration()) continue;
    function.setLinkage(ll::GlobalValue::ExternalLinkage);
    function.setDSOLocal(false);  // each part is linked to a place of its own, maybe far from the others
    if (part_of_.at(function.getName()) != part) function.deleteBody();
  }
  // Sites and tables of the functions that have gone, and then their texts, which come before them.
  std::vector<ll::GlobalVariable*> constants;
  for (ll::GlobalVariable& global : module.globals()) constants.push_back(&global);
  for (ll::GlobalVariable* global : ll::reverse(constants)) {
    global->removeDeadConstantUsers();
    if (global->use_empty()) global->eraseFromParent();
  }
}

}  // namespace rooftop::backend::llvm
