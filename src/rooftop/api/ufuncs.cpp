// The functions of ufuncs.h, one for each row of the table.
#include "rooftop/api/ufuncs.h"

#include "rooftop/api/detail/ufunc_call.h"

namespace rooftop {
namespace {

using ops::Ufunc;

template <std::size_t Inputs>
Array one(Ufunc ufunc, const Operand* const (&inputs)[Inputs], const UfuncOptions& options) {
  Array result;
  detail::apply(ufunc, inputs, options, &result);
  return result;
}

template <std::size_t Inputs>
std::pair<Array, Array> two(Ufunc ufunc, const Operand* const (&inputs)[Inputs], const UfuncOptions& options) {
  Array results[2];
  detail::apply(ufunc, inputs, options, results);
  return {std::move(results[0]), std::move(results[1])};
}

}  // namespace

#define ROOFTOP_DEFINE_1_1(name)                                         \
  Array name(const Operand& x) { return detail::apply(Ufunc::name, x); } \
  Array name(const Operand& x, const UfuncOptions& options) { return one(Ufunc::name, {&x}, options); }
#define ROOFTOP_DEFINE_2_1(name)                                                              \
  Array name(const Operand& x, const Operand& y) { return detail::apply(Ufunc::name, x, y); } \
  Array name(const Operand& x, const Operand& y, const UfuncOptions& options) {               \
    return one(Ufunc::name, {&x, &y}, options);                                               \
  }
#define ROOFTOP_DEFINE_1_2(name)                                                \
  std::pair<Array, Array> name(const Operand& x, const UfuncOptions& options) { \
    return two(Ufunc::name, {&x}, options);                                     \
  }
#define ROOFTOP_DEFINE_2_2(name)                                                                  \
  std::pair<Array, Array> name(const Operand& x, const Operand& y, const UfuncOptions& options) { \
    return two(Ufunc::name, {&x, &y}, options);                                                   \
  }
#define ROOFTOP_UFUNC(name, inputs, outputs, domain, signature, identity, errors, flops, traits) \
  ROOFTOP_DEFINE_##inputs##_##outputs(name)
#include "rooftop/ops/ops.def"

}  // namespace rooftop
