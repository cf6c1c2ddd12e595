// Elements by their address, which may be any.
#pragma once

#include <cstring>

namespace rooftop::lib {

template <typename T>
T load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <typename T>
void store(char* to, const T& value) {
  std::memcpy(to, &value, sizeof value);
}

}  // namespace rooftop::lib
