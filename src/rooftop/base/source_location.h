// A range of the user's source text: file, first and last line and column. Sixteen bytes and a
// pointer, so that every ir node can carry one by value.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace rooftop {

/// Returns the one copy of `text` that lives as long as the process. Equal texts give equal pointers. Thread-safe.
const std::string* intern(std::string_view text);

/// Where something stands in the user's source. Lines count from 1 and columns from 0, in UTF-8 bytes, as in Python's
/// `ast`; the end is exclusive. A default-constructed location is unknown.
struct SourceLocation {
  const std::string* file = nullptr;  ///< interned, so that locations compare and copy as plain values
  std::int32_t line = 0;
  std::int32_t column = 0;
  std::int32_t end_line = 0;
  std::int32_t end_column = 0;

  /// True when the location names a place.
  explicit operator bool() const { return file != nullptr && line > 0; }
  /// The file's name, empty when unknown.
  std::string_view file_name() const { return file == nullptr ? std::string_view() : std::string_view(*file); }
  bool operator==(const SourceLocation&) const = default;
};

/// A location in a file whose name is not interned yet.
inline SourceLocation location_in(std::string_view file, std::int32_t line, std::int32_t column, std::int32_t end_line,
                                  std::int32_t end_column) {
  return {intern(file), line, column, end_line, end_column};
}

/// `file:line:column` with the column counted from 1, as compilers print it; `<unknown>` for an unknown location.
std::string to_string(const SourceLocation& location);

/// The smallest location that covers both. An unknown one is ignored; of two files, the first one's wins.
SourceLocation cover(const SourceLocation& first, const SourceLocation& second);

}  // namespace rooftop

template <>
struct std::hash<rooftop::SourceLocation> {
  std::size_t operator()(const rooftop::SourceLocation& location) const noexcept;
};
