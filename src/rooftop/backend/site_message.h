// How a Raise's or Check's message becomes that of a Site: both backends say which arguments are floats in the same
// way.
#pragma once

#include <span>
#include <string>

#include "rooftop/ir/expr.h"

namespace rooftop::backend {

/// The message for the runtime: places of float arguments become `{0:f}`.
inline std::string site_message(const std::string& message, std::span<const ir::Expr> arguments) {
  std::string out;
  for (std::size_t i = 0; i < message.size(); ++i) {
    out += message[i];
    const bool place = i + 2 < message.size() && message[i] == '{' && message[i + 2] == '}';
    const auto argument = place ? static_cast<std::size_t>(message[i + 1] - '0') : arguments.size();
    if (argument >= arguments.size() || arguments[argument].type() != ir::kF64) continue;
    out += message[i + 1];
    out += ":f";
    ++i;
  }
  return out;
}

}  // namespace rooftop::backend
