// The text of `f.explain()`: what became of a compiled function, and how close a call came to the roofline.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rooftop/profile/notes.h"
#include "rooftop/profile/roofline.h"

namespace rooftop::profile {

/// A call that was timed.
struct CallFacts {
  double seconds = 0;
  bool returned = true;      ///< false: it raised
  std::uint64_t calls = 1;   ///< since it was compiled
  const CostKernel* kernel;  ///< what the counts speak of
  Counts counts;
  Ceilings ceilings;
  int threads_allowed = 1;  ///< whatever the function makes use of
};

/// One compiled version of a function.
struct Explained {
  std::string function;   ///< its Python name
  std::string signature;  ///< argument types in parentheses
  std::vector<NotedLine> lines;
  std::optional<CallFacts> call;
};

/// The line of a file, without indentation; empty when it cannot be read.
using SourceLine = std::function<std::string(std::string_view file, int line)>;

std::string explain(const Explained& explained, const SourceLine& source_line);

}  // namespace rooftop::profile
