// What rooftop throws. Names and occasions are Python's: where NumPy raises a ValueError, here comes a ValueError.
// Besides these: std::bad_alloc where memory runs out, and std::logic_error for a broken invariant of rooftop itself.
#pragma once

#include <stdexcept>
#include <string>

#include "rooftop/api/visibility.h"

namespace rooftop {

/// The common base: something that the caller wrote or passed and can change.
class ROOFTOP_API Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An element type that a function does not take, or a conversion that the casting rule forbids.
class ROOFTOP_API TypeError : public Error {
 public:
  using Error::Error;
};

/// A value that cannot be used: a negative length, a read-only output, an empty array without a largest element.
class ROOFTOP_API ValueError : public Error {
 public:
  using Error::Error;
};

/// Shapes that do not fit each other. The message names them.
class ROOFTOP_API ShapeError : public ValueError {
 public:
  using ValueError::ValueError;
};

/// A subscript or an axis out of bounds.
class ROOFTOP_API IndexError : public Error {
 public:
  using Error::Error;
};

/// An integer that the element type it meets does not hold.
class ROOFTOP_API OverflowError : public Error {
 public:
  using Error::Error;
};

/// A text that cannot be compiled. `what()` starts with its place, as in "heat.ir:3:7: …".
class ROOFTOP_API CompilationError : public Error {
 public:
  CompilationError(const std::string& message, int line, int column) : Error(message), line_(line), column_(column) {}

  int line() const { return line_; }      ///< from 1; 0 where the whole text is meant
  int column() const { return column_; }  ///< from 0

 private:
  int line_;
  int column_;
};

/// What a compiled kernel raised. `what()` is the message alone.
class ROOFTOP_API KernelError : public Error {
 public:
  KernelError(const std::string& message, std::string kind, int line)
      : Error(message), kind_(std::move(kind)), line_(line) {}

  /// "IndexError", "ZeroDivisionError", …: the name in the kernel's text.
  const std::string& kind() const { return kind_; }
  /// The line of the statement; where the text gives it a location (`@"file.py":6:4`), that line.
  int line() const { return line_; }

 private:
  std::string kind_;
  int line_;
};

}  // namespace rooftop
