// Which functions of a module can fail (raise, be interrupted) and which can call themselves.
#pragma once

#include <string>
#include <unordered_map>

#include "rooftop/ir/stmt.h"

namespace rooftop::backend::llvm {

struct CallFacts {
  bool can_fail = false;
  bool recursive = false;
};

std::unordered_map<std::string, CallFacts> call_facts(const ir::Module& module);

}  // namespace rooftop::backend::llvm
