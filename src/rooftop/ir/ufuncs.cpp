// From a row to its meaning, with halves computed as float32.
#include "rooftop/ir/ufuncs.h"

#include <iterator>

#include "rooftop/base/errors.h"
#include "rooftop/ir/ufuncs_terms.h"

namespace rooftop::ir {
namespace {

using Meaning = ufuncs::Values (*)(const ufuncs::Call&);

constexpr Meaning kMeanings[] = {
#define ROOFTOP_UFUNC(name, inputs, outputs, domain, signature, identity, errors, flops, traits) ufuncs::name,
#include "rooftop/ops/ops.def"
};

}  // namespace

std::vector<Expr> ufunc_values(ops::Ufunc ufunc, const ops::Loop& loop, std::span<const Expr> inputs, Block& before) {
  const ops::UfuncInfo& row = ops::info(ufunc);
  ROOFTOP_CHECK(inputs.size() == row.inputs) << row.name;
  std::vector<Expr> in;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    ROOFTOP_CHECK(inputs[i].dtype() == loop.types[i] && inputs[i].lanes() == inputs[0].lanes()) << row.name;
    in.push_back(row.takes_halves() ? inputs[i] : ufuncs::computable(inputs[i]));
  }
  std::vector<Expr> out = kMeanings[static_cast<std::size_t>(ufunc)]({in, loop, before});
  ROOFTOP_CHECK(out.size() == row.outputs) << row.name;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const DType type = loop.types[row.inputs + i];
    ROOFTOP_CHECK(out[i].dtype() == type || array::is_half(type)) << row.name;
    out[i] = cast(out[i], type);
  }
  return out;
}

}  // namespace rooftop::ir
