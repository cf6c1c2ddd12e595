// generate_kernels: runs the compiler over the rows of ops.def and writes the kernels that rooftop calls without
// compiling.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

#include "generate_kernels_plan.h"
#include "generate_kernels_products.h"
#include "rooftop/backend/backend.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/print.h"
#include "rooftop/ir/verify.h"

namespace rooftop::tools {
namespace {

constexpr const char* kUsage = R"(usage: generate_kernels --cpu=CPU [--shard=I/N] --out=FILE
       generate_kernels --cpu=CPU --products --out=FILE
       generate_kernels --table --out=FILE
       generate_kernels --cpu=CPU --list | --print=SYMBOL

  --cpu=CPU       x86-64-v2, x86-64-v3 or x86-64-v4: writes the object file of that level
  --shard=I/N     only one of N parts of the kernels, counted from 0
  --products      the level's matrix products
  --table         writes the assembler text of the table of all levels
  --list          prints the symbols of the level's kernels
  --print=SYMBOL  prints a kernel's ir
)";

struct Options {
  std::string cpu, out, print;
  std::size_t shard = 0, shards = 1;
  bool products = false, table = false, list = false;
};

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ptr != text.data() + text.size()) {
    throw OptionError("not a number: '" + std::string(text) + "'");
  }
  return value;
}

Options parse(int count, char** arguments) {
  Options o;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    const std::size_t sign = std::min(argument.find('='), argument.size());
    const std::string_view name = argument.substr(0, sign),
                           value = argument.substr(std::min(sign + 1, argument.size()));
    if (name == "--cpu") {
      o.cpu = value;
    } else if (name == "--out") {
      o.out = value;
    } else if (name == "--print") {
      o.print = value;
    } else if (name == "--products") {
      o.products = true;
    } else if (name == "--table") {
      o.table = true;
    } else if (name == "--list") {
      o.list = true;
    } else if (name == "--shard" && value.find('/') != std::string_view::npos) {
      o.shard = number(value.substr(0, value.find('/')));
      o.shards = number(value.substr(value.find('/') + 1));
    } else {
      throw OptionError("unknown option '" + std::string(argument) + "'\n" + kUsage);
    }
  }
  return o;
}

const Level& level_of(const std::string& cpu) {
  for (const Level& level : levels()) {
    if (level.cpu == cpu) return level;
  }
  throw OptionError("--cpu takes x86-64-v2, x86-64-v3 or x86-64-v4, not '" + cpu + "'");
}

// Under another name first: who links meanwhile finds the old object, never half of the new one.
void write(const std::string& file, std::string_view bytes) {
  const std::string part = file + ".part";
  std::ofstream out(part, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out || std::rename(part.c_str(), file.c_str()) != 0) throw OptionError("cannot write '" + file + "'");
}

void write_object(const Options& o) {
  // Every operation rounds, at every level: what is contracted into one rounding is written so.
  ir::Module module{.functions = {}, .float_model = ir::FloatModel::Strict};
  std::vector<backend::Export> exports;
  std::size_t index = 0;
  for (PlannedKernel& kernel : plan(level_of(o.cpu)).kernels) {
    // Neighbours are variants of one function, and cost much or little together.
    if ((index++ * 2654435761U >> 8) % o.shards != o.shard) continue;
    kernel.function.body = with_expanded_math(kernel.function.body);
    exports.push_back({kernel.function.name, kernel.symbol});
    module.functions.push_back(std::move(kernel.function));
  }
  ir::verify(module);
  const std::vector<char> object = backend::compile_object(module, exports, {.cpu = o.cpu});
  write(o.out, {object.data(), object.size()});
}

// What the schedule of a product is: multiplications are contracted, as compiled functions do it.
void write_products(const Options& o) {
  std::vector<backend::Export> exports;
  const ir::Module module = products(level_of(o.cpu), exports);
  const std::vector<char> object = backend::compile_object(module, exports, {.cpu = o.cpu});
  write(o.out, {object.data(), object.size()});
}

void run(const Options& o) {
  if (o.table) {
    std::ofstream out(o.out);
    write_table(out);
    if (!out.flush()) throw OptionError("cannot write '" + o.out + "'");
  } else if (o.list || !o.print.empty()) {
    for (const PlannedKernel& kernel : plan(level_of(o.cpu)).kernels) {
      if (o.list) std::cout << kernel.symbol << "\n";
      if (kernel.symbol == o.print) std::cout << ir::to_string(kernel.function);
    }
  } else if (o.products) {
    write_products(o);
  } else {
    write_object(o);
  }
}

}  // namespace
}  // namespace rooftop::tools

int main(int count, char** arguments) try {
  rooftop::tools::run(rooftop::tools::parse(count, arguments));
  return 0;
} catch (const std::exception& error) {
  std::cerr << "generate_kernels: " << error.what() << "\n";
  return 1;
}
