// The entry point: the requested function becomes the module's entry.
#include "rooftop/frontend/compile.h"

#include "rooftop/base/errors.h"
#include "rooftop/frontend/lowering.h"
#include "rooftop/frontend/module_builder.h"

namespace rooftop::frontend {

namespace {

Lowered lower_all(const Request& request) {
  ModuleBuilder builder(request);
  std::vector<Value> arguments;
  for (const PyType& type : request.arguments) {
    std::vector<ir::Var> unused;
    arguments.push_back(from_variables("argument", type, unused));
  }
  const PyType result = builder.specialise(request.function, arguments).result;
  return {.module = builder.finish(), .result = result.is(PyKind::Never) ? PyType(PyKind::None) : result};
}

}  // namespace

Lowered lower(const Request& request) {
  try {
    return lower_all(request);
  } catch (const NeedsStrict&) {
    Request strict = request;
    strict.float_model = ir::FloatModel::Strict;
    return lower_all(strict);
  }
}

}  // namespace rooftop::frontend
