// What a Kernel holds.
#pragma once

#include <memory>
#include <string>

#include "rooftop/api/compile.h"
#include "rooftop/backend/backend.h"
#include "rooftop/ir/stmt.h"

namespace rooftop {

struct Kernel::Program {
  ir::Module source;
  ir::Module optimised;
  std::string signature;
  std::shared_ptr<const backend::Kernel> code;
};

}  // namespace rooftop
