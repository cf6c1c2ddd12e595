// The text of types.
#include "rooftop/ir/type.h"

namespace rooftop::ir {

std::string to_string(const Type& type) {
  if (type.is_void()) return "void";
  std::string text(array::short_name_of(type.dtype()));
  if (type.is_scalar()) {
    if (type.is_vector()) text += "x" + std::to_string(type.lanes());
    return text;
  }
  text += "[" + std::to_string(type.rank());
  if (type.layout() == Layout::Inner) text += ", inner";
  if (type.layout() == Layout::C) text += ", C";
  if (type.read_only()) text += ", readonly";
  return text + "]";
}

}  // namespace rooftop::ir
