// The table of addresses. The compiler resolves each when rooftop is linked, so nothing is looked up by name at run
// time.
#include "rooftop/backend/llvm/symbols.h"

#include <cmath>
#include <cstring>

#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

using F64 = double (*)(double);
using F64x2 = double (*)(double, double);
using F64x3 = double (*)(double, double, double);
using F32 = float (*)(float);
using F32x2 = float (*)(float, float);
using F32x3 = float (*)(float, float, float);

template <typename Function>
void* address(Function* function) {
  return reinterpret_cast<void*>(function);
}

#define ROOFTOP_UNARY(name) \
  {#name, address(static_cast<F64>(std::name))}, { #name "f", address(static_cast <F32>(std::name)) }
#define ROOFTOP_BINARY(name) \
  {#name, address(static_cast<F64x2>(std::name))}, { #name "f", address(static_cast <F32x2>(std::name)) }

const std::vector<Symbol>& c_library() {
  static const std::vector<Symbol> table = {
      // The mathematical rows of ops.def.
      ROOFTOP_UNARY(exp),
      ROOFTOP_UNARY(exp2),
      ROOFTOP_UNARY(expm1),
      ROOFTOP_UNARY(log),
      ROOFTOP_UNARY(log2),
      ROOFTOP_UNARY(log10),
      ROOFTOP_UNARY(log1p),
      ROOFTOP_UNARY(sin),
      ROOFTOP_UNARY(cos),
      ROOFTOP_UNARY(tan),
      ROOFTOP_UNARY(asin),
      ROOFTOP_UNARY(acos),
      ROOFTOP_UNARY(atan),
      ROOFTOP_BINARY(atan2),
      ROOFTOP_UNARY(sinh),
      ROOFTOP_UNARY(cosh),
      ROOFTOP_UNARY(tanh),
      ROOFTOP_UNARY(asinh),
      ROOFTOP_UNARY(acosh),
      ROOFTOP_UNARY(atanh),
      ROOFTOP_BINARY(pow),
      ROOFTOP_UNARY(cbrt),
      ROOFTOP_BINARY(hypot),
      ROOFTOP_UNARY(erf),
      ROOFTOP_UNARY(erfc),
      ROOFTOP_UNARY(tgamma),
      ROOFTOP_UNARY(lgamma),
      ROOFTOP_BINARY(fmod),
      // What the code generator calls where the CPU has no instruction.
      ROOFTOP_UNARY(floor),
      ROOFTOP_UNARY(ceil),
      ROOFTOP_UNARY(trunc),
      ROOFTOP_UNARY(rint),
      {"fma", address(static_cast<F64x3>(std::fma))},
      {"fmaf", address(static_cast<F32x3>(std::fma))},
      {"memcpy", address(std::memcpy)},
      {"memmove", address(std::memmove)},
      {"memset", address(std::memset)},
  };
  return table;
}

#undef ROOFTOP_UNARY
#undef ROOFTOP_BINARY

}  // namespace

std::string libm_name(ops::Op op, bool single) {
  const char* name = ops::info(op).libm;
  ROOFTOP_CHECK(name != nullptr) << ops::info(op).name;
  return single ? std::string(name) + "f" : name;
}

std::vector<Symbol> process_symbols(const RuntimeSymbols& runtime) {
  std::vector<Symbol> symbols = c_library();
  symbols.push_back({kPoll, address(runtime.poll)});
  symbols.push_back({kPushFrame, address(runtime.push_frame)});
  symbols.push_back({kParallelFor, address(runtime.parallel_for)});
  symbols.push_back({kAlloc, address(runtime.alloc)});
  symbols.push_back({kFree, address(runtime.free)});
  symbols.push_back({kCreate, address(runtime.create)});
  symbols.push_back({kRelease, address(runtime.release)});
  return symbols;
}

}  // namespace rooftop::backend::llvm
