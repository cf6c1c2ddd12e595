// Makes a failing module small: what is left is what matters.
#pragma once

#include <functional>

#include "rooftop/ir/stmt.h"

namespace rooftop::fuzz {

/// The smallest module found, by leaving out statements and putting bodies in the place of their statements, for which
/// `fails` still holds. Modules that do not verify are never tried.
ir::Module shrink(ir::Module module, const std::function<bool(const ir::Module&)>& fails);

}  // namespace rooftop::fuzz
