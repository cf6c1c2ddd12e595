// Elements of views become elements of the arrays that they look into, so that every other pass sees one name for one
// piece of memory and subscripts that say where in it.
//
//   let %row = view<f64[1, C]>(%A[%i, 0], axis(1, %n, 1))
//   %s := %s + %row[%k]                                    →    %s := %s + %A[%i, %k]
//
// Views whose steps are not known stay: their elements would be no affine function of the loops any more.
#pragma once

#include "rooftop/opt/pass.h"

namespace rooftop::opt {

/// The function's body with the elements of its views written out.
ir::Block with_views_written_out(const ir::Block& body);

ir::Module views(const ir::Module& module, const PassContext& context);

}  // namespace rooftop::opt
