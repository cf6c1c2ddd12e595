// What the passes said, made readable: one list of notes for each line of the user's source, in its order, without what
// was said about copies of a loop that only run when a test fails, or about loops that the compiler made itself.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "rooftop/opt/machine.h"
#include "rooftop/opt/pass.h"

namespace rooftop::profile {

struct Note {
  bool done;         ///< false: it was not done
  std::string what;  ///< "vectorised"; empty where the text says it all
  std::string text;

  bool operator==(const Note&) const = default;
};

struct NotedLine {
  SourceLocation location;
  std::vector<Note> notes;
};

/// From the remarks, and where they leave an innermost loop unexplained, from the loop itself. `source` is the module
/// as the front end wrote it, `optimised` what became of it.
std::vector<NotedLine> notes_of(std::span<const opt::Remark> remarks, const ir::Module& source,
                                const ir::Module& optimised, const opt::Machine& machine);

/// Whether any loop runs on several threads, and any innermost loop of the source one round at a time.
bool is_parallel(const ir::Module& optimised);
bool is_scalar(const std::vector<NotedLine>& lines);

}  // namespace rooftop::profile
