// Interned file names and the text form of source locations.
#include "rooftop/base/source_location.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <tuple>

namespace rooftop {

const std::string* intern(std::string_view text) {
  // Never destroyed: locations may be printed while the process's other statics go away.
  static std::mutex& mutex = *new std::mutex;
  static auto& texts = *new std::set<std::string, std::less<>>;
  std::lock_guard lock(mutex);
  auto found = texts.find(text);
  if (found == texts.end()) found = texts.emplace(text).first;
  return &*found;
}

std::string to_string(const SourceLocation& location) {
  if (!location) return "<unknown>";
  return *location.file + ':' + std::to_string(location.line) + ':' + std::to_string(location.column + 1);
}

SourceLocation cover(const SourceLocation& first, const SourceLocation& second) {
  if (!first) return second;
  if (!second || first.file != second.file) return first;
  auto [line, column] = std::min(std::tuple(first.line, first.column), std::tuple(second.line, second.column));
  auto [end_line, end_column] =
      std::max(std::tuple(first.end_line, first.end_column), std::tuple(second.end_line, second.end_column));
  return {first.file, line, column, end_line, end_column};
}

}  // namespace rooftop

std::size_t std::hash<rooftop::SourceLocation>::operator()(const rooftop::SourceLocation& location) const noexcept {
  std::size_t mixed = std::hash<const void*>()(location.file);
  for (std::int32_t part : {location.line, location.column, location.end_line, location.end_column}) {
    mixed = mixed * 0x9E3779B97F4A7C15u + static_cast<std::uint32_t>(part);
  }
  return mixed;
}
