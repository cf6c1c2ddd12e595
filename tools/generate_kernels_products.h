// Matrix products for lib/products.h.
#pragma once

#include <vector>

#include "generate_kernels_plan.h"
#include "rooftop/backend/backend.h"
#include "rooftop/ir/stmt.h"

namespace rooftop::tools {

/// The products of one level, scheduled; appends their symbols.
ir::Module products(const Level& level, std::vector<backend::Export>& exports);

}  // namespace rooftop::tools
