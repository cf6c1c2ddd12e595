// Which kernels there are, under which symbols, and which of them are one: the same code serves several entries.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "generate_kernels_loops.h"

namespace rooftop::tools {

struct Level {
  std::string_view cpu;     ///< LLVM's name
  std::string_view prefix;  ///< of symbols
  Target target;
};
/// From the lowest to the highest, in the order of lib's table.
const std::vector<Level>& levels();

struct PlannedKernel {
  std::string symbol;
  ir::Function function;
};

struct Plan {
  std::vector<PlannedKernel> kernels;  ///< those that the level has code for
  std::vector<std::string> symbols;    ///< of each entry of lib's table; empty: there is none
};

Plan plan(const Level& level);

/// Assembler text of the table that lib reads: for each level, entry and variant the distance of the code from the
/// table.
void write_table(std::ostream& out);

}  // namespace rooftop::tools
