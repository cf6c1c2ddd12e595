// Small helpers of the optimiser's tests: passes over texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rooftop/ir/parse.h"
#include "rooftop/ir/print.h"
#include "rooftop/ir/verify.h"
#include "rooftop/opt/pass.h"

namespace rooftop::opt {

/// What `pass` makes of the text, as text. Both are verified.
inline std::string run_on_text(PassFunction pass, std::string_view text, const PassContext& context = {}) {
  const ir::Module before = ir::parse(text);
  ir::verify(before);
  const ir::Module after = pass(before, context);
  ir::verify(after);
  return ir::to_string(after);
}

/// The lines of the function's body, without indentation: what an expectation is compared with.
inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::string line;
  for (const char c : text + "\n") {
    if (c != '\n') {
      if (c != ' ' || !line.empty()) line += c;
      continue;
    }
    if (!line.empty()) lines.push_back(line);
    line.clear();
  }
  return lines;
}

inline int count(const std::string& text, std::string_view what) {
  int n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

}  // namespace rooftop::opt
