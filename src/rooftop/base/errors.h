// The two families of errors: ours (InternalError, raised by ROOFTOP_CHECK, which stays on in release
// builds) and the user's (UserError and below, which carry a place in the user's source).
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "rooftop/base/source_location.h"

namespace rooftop {

/// A broken invariant of rooftop itself: never the user's fault. The message starts with our file and line.
class InternalError : public std::logic_error {
 public:
  InternalError(const char* file, int line, std::string_view message);

  const char* file() const { return file_; }
  int line() const { return line_; }

 private:
  const char* file_;
  int line_;
};

/// Something that the user wrote or passed and can change. Bindings turn it into a Python exception.
class UserError : public std::runtime_error {
 public:
  explicit UserError(const std::string& message) : std::runtime_error(message) {}
};

/// A setting (environment variable, option) whose value cannot be used.
class OptionError : public UserError {
 public:
  using UserError::UserError;
};

/// Source text that cannot be compiled. `what()` says what, `why()` (which may be empty) why, `hint()` what to do about
/// it.
class CompileError : public UserError {
 public:
  CompileError(SourceLocation location, const std::string& message, std::string hint = {}, std::string why = {})
      : UserError(message), location_(location), hint_(std::move(hint)), why_(std::move(why)) {}

  const SourceLocation& location() const { return location_; }
  const std::string& hint() const { return hint_; }
  const std::string& why() const { return why_; }
  /// The user's function that the place belongs to; empty where it is not known.
  const std::string& function() const { return function_; }
  void set_function(std::string name) { function_ = std::move(name); }

 private:
  SourceLocation location_;
  std::string hint_;
  std::string why_;
  std::string function_;
};

namespace base {

/// Collects the message of a failed check; throws when the full expression ends.
class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const char* condition);
  CheckFailure(const CheckFailure&) = delete;
  CheckFailure& operator=(const CheckFailure&) = delete;
  [[noreturn]] ~CheckFailure() noexcept(false);

  template <typename Value>
  CheckFailure& operator<<(const Value& value) {
    details_ << value;
    return *this;
  }

 private:
  const char* file_;
  int line_;
  const char* condition_;
  std::ostringstream details_;
};

}  // namespace base
}  // namespace rooftop

/// Throws InternalError unless `condition` holds. Always on. More may be streamed in: `ROOFTOP_CHECK(n > 0) << n;`
#define ROOFTOP_CHECK(condition)                 \
  if (static_cast<bool>(condition)) [[likely]] { \
  } else                                         \
    ::rooftop::base::CheckFailure(__FILE__, __LINE__, #condition) << ""

/// Throws InternalError: the place cannot be reached unless rooftop is broken. Needs no condition, returns never.
#define ROOFTOP_UNREACHABLE(message) throw ::rooftop::InternalError(__FILE__, __LINE__, message)
