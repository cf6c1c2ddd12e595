// The Python exception types that compiled code can raise: shared by the ir, generated code and the runtime.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rooftop {

enum class ExceptionKind : std::int32_t {
  IndexError,
  OverflowError,
  ZeroDivisionError,
  ValueError,
  TypeError,
  UnboundLocalError,
  RecursionError,
  AssertionError,
  RuntimeError,
  MemoryError,
  NotImplementedError,
  KeyError,
  StopIteration,
  ArithmeticError,
  Exception,
};

inline constexpr std::string_view kExceptionNames[] = {
    "IndexError",          "OverflowError",  "ZeroDivisionError", "ValueError",      "TypeError",
    "UnboundLocalError",   "RecursionError", "AssertionError",    "RuntimeError",    "MemoryError",
    "NotImplementedError", "KeyError",       "StopIteration",     "ArithmeticError", "Exception",
};

constexpr std::string_view name_of(ExceptionKind kind) { return kExceptionNames[static_cast<int>(kind)]; }

constexpr std::optional<ExceptionKind> exception_from_name(std::string_view name) {
  for (int i = 0; i < static_cast<int>(std::size(kExceptionNames)); ++i) {
    if (kExceptionNames[i] == name) return static_cast<ExceptionKind>(i);
  }
  return std::nullopt;
}

}  // namespace rooftop
