// rooftop-opt: reads a module's text, runs passes, prints, verifies and executes it. What tests/ir is made of.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rooftop/backend/backend.h"
#include "rooftop/backend/interp/interpreter.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/parse.h"
#include "rooftop/ir/print.h"
#include "rooftop/ir/verify.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/pipeline.h"
#include "rooftop/runtime/context.h"
#include "rooftop/runtime/symbols.h"
#include "rooftop_opt_call.h"

namespace rooftop::tools {
namespace {

constexpr const char* kUsage = R"(usage: rooftop-opt [OPTION…] FILE

Reads a module in the ir's text (- for standard input), verifies it, runs passes and shows the result.

  --passes=A,B        the passes to run, in this order; --passes=all for the whole pipeline
  --skip=A,B          passes left out
  --print-after=A,B   print the module after these passes (all: after each)
  --remarks           what passes did and missed
  --time              how long each pass took
  --without-checks    `guards` takes every check to hold: for measurements
  --print             the module at the end; --print-locations with source locations
  --print-names       the names of all passes
  --float-model=M     strict, contract or fast instead of the module's
  --machine=M         host (default), or avx2, avx512: descriptions that are the same everywhere; small: caches
                      so small that little arrays have many blocks, and every parallel loop pays; small-vnni: the
                      same with instructions for products of bytes
  --threads=N         that parallel loops may use
  --run=CALL          call a function: 'f(3, 0.5, [1, 2, 3], zeros(4, 4)[::2], a)'; may come several times
  --let=NAME=ARRAY    an array that calls name; arguments of one name overlap
  --backend=B         interp (default), llvm, or both: run on both, which must agree bit by bit
  --order=O           forward, reversed or shuffled: the interpreter's parallel loops
  --llvm-ir, --asm    what the LLVM backend makes of the module
)";

struct Options {
  std::string file;
  std::vector<std::string> passes;
  bool all_passes = false;
  opt::PassHooks hooks;
  bool remarks = false;
  bool print = false;
  ir::PrintOptions print_options;
  bool print_names = false;
  std::optional<ir::FloatModel> float_model;
  opt::Machine machine = opt::Machine::host();
  std::vector<std::string> calls;
  std::map<std::string, std::string> definitions;
  std::string backend = "interp";
  backend::interp::InterpreterOptions interpreter;
  bool llvm_ir = false;
  bool assembly = false;
};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    if (comma > at) parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

ir::FloatModel float_model(const std::string& name) {
  for (const auto model : {ir::FloatModel::Strict, ir::FloatModel::Contract, ir::FloatModel::Fast}) {
    if (ir::name_of(model) == name) return model;
  }
  throw OptionError("--float-model is strict, contract or fast, not '" + name + "'");
}

backend::interp::InterpreterOptions::Order order(const std::string& name) {
  using Order = backend::interp::InterpreterOptions::Order;
  if (name == "forward") return Order::Forward;
  if (name == "reversed") return Order::Reversed;
  if (name == "shuffled") return Order::Shuffled;
  throw OptionError("--order is forward, reversed or shuffled, not '" + name + "'");
}

opt::Machine machine(const std::string& name) {
  if (name == "host") return opt::Machine::host();
  if (name == "avx2") return {.vector_bytes = 32, .vector_registers = 16};
  if (name == "avx512") return {.vector_bytes = 64, .vector_registers = 32, .l2_bytes = 2 << 20, .l3_bytes = 32 << 20};
  opt::Machine small{.vector_bytes = 32, .l1_bytes = 512, .l2_bytes = 2048, .l3_bytes = 8192, .fork_work = 1};
  small.has_vnni = name == "small-vnni";
  if (name == "small" || name == "small-vnni") return small;
  throw OptionError("--machine is host, avx2, avx512, small or small-vnni, not '" + name + "'");
}

int positive(const std::string& option, const std::string& text) {
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || value < 1) {
    throw OptionError(option + " takes a positive number, not '" + text + "'");
  }
  return value;
}

void define(Options& options, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) throw OptionError("--let takes NAME=ARRAY, not '" + text + "'");
  options.definitions[text.substr(0, equals)] = text.substr(equals + 1);
}

void set_passes(Options& options, const std::string& text) {
  options.all_passes = text == "all";
  if (!options.all_passes) options.passes = split(text);
}

void set_backend(Options& options, const std::string& name) {
  if (name != "interp" && name != "llvm" && name != "both") {
    throw OptionError("--backend is interp, llvm or both, not '" + name + "'");
  }
  options.backend = name;
}

/// One option; the text behind `=` is empty when there is none.
void read_option(Options& o, const std::string& argument) {
  const std::map<std::string, std::function<void(const std::string&)>> known{
      {"--passes", [&](const std::string& v) { set_passes(o, v); }},
      {"--skip",
       [&](const std::string& v) {
         for (auto& p : split(v)) o.hooks.skip.insert(p);
       }},
      {"--print-after",
       [&](const std::string& v) {
         for (auto& p : split(v)) o.hooks.print_after.insert(p);
       }},
      {"--remarks", [&](const std::string&) { o.remarks = true; }},
      {"--time", [&](const std::string&) { o.hooks.time = true; }},
      {"--without-checks", [&](const std::string&) { o.hooks.without_checks = true; }},
      {"--print", [&](const std::string&) { o.print = true; }},
      {"--print-locations", [&](const std::string&) { o.print = o.print_options.locations = true; }},
      {"--print-names", [&](const std::string&) { o.print_names = true; }},
      {"--float-model", [&](const std::string& v) { o.float_model = float_model(v); }},
      {"--machine", [&](const std::string& v) { o.machine = machine(v); }},
      {"--threads", [&](const std::string& v) { o.machine.threads = positive("--threads", v); }},
      {"--run", [&](const std::string& v) { o.calls.push_back(v); }},
      {"--let", [&](const std::string& v) { define(o, v); }},
      {"--backend", [&](const std::string& v) { set_backend(o, v); }},
      {"--order", [&](const std::string& v) { o.interpreter.parallel_order = order(v); }},
      {"--llvm-ir", [&](const std::string&) { o.llvm_ir = true; }},
      {"--asm", [&](const std::string&) { o.assembly = true; }},
  };
  const std::size_t equals = argument.find('=');
  const auto found = known.find(argument.substr(0, equals));
  if (found == known.end()) throw OptionError("unknown option " + argument + "\n" + kUsage);
  found->second(equals == std::string::npos ? "" : argument.substr(equals + 1));
}

Options read_options(int count, char** arguments) {
  Options options;
  options.hooks.verify = true;
  options.hooks.log = &std::cout;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "-" || argument.empty() || argument[0] != '-') {
      if (!options.file.empty()) throw OptionError("one file, not two");
      options.file = argument;
    } else {
      read_option(options, argument);
    }
  }
  if (options.file.empty() && !options.print_names) throw OptionError(kUsage);
  return options;
}

std::string read_file(const std::string& name) {
  if (name == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream file(name, std::ios::binary);
  if (!file) throw OptionError("cannot read " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

ir::Module run_passes(const Options& options, const ir::Module& module) {
  std::vector<opt::Remark> remarks;
  opt::PassHooks hooks = options.hooks;
  hooks.remarks = &remarks;
  ir::Module result = options.all_passes ? opt::optimise(module, options.machine, hooks)
                                         : opt::run_passes(module, options.passes, options.machine, hooks);
  for (const opt::Remark& r : remarks) {
    if (!options.remarks) break;
    std::cout << r.pass << (r.kind == opt::Remark::Kind::Done ? ": " : ": missed: ") << r.text;
    if (r.location) std::cout << " (" << to_string(r.location) << ")";
    std::cout << "\n";
  }
  return result;
}

/// The module with that function first: the entry.
ir::Module with_entry(ir::Module module, const std::string& name) {
  const auto found = std::find_if(module.functions.begin(), module.functions.end(),
                                  [&](const ir::Function& f) { return f.name == name; });
  std::rotate(module.functions.begin(), found, found + 1);
  return module;
}

std::string run_interpreted(const Options& options, const ir::Module& module, Call& call) {
  const backend::interp::Interpreter interpreter(module, options.interpreter);
  return call.run([&](backend::KernelContext* context, const std::int64_t* arguments, std::int64_t* results) {
    return interpreter.run(context, arguments, results);
  });
}

std::string run_compiled(const ir::Module& module, Call& call) {
  const auto kernel = backend::compile(module, runtime::runtime_symbols());
  return call.run([&](backend::KernelContext* context, const std::int64_t* arguments, std::int64_t* results) {
    runtime::enter(*context);
    return kernel->entry()(context, arguments, results);
  });
}

void run_call(const Options& options, const ir::Module& module, const std::string& text) {
  Call call(module, text, options.definitions);
  const ir::Module program = with_entry(module, call.function().name);
  if (options.backend == "llvm") {
    std::cout << run_compiled(program, call);
    return;
  }
  const std::string expected = run_interpreted(options, program, call);
  std::cout << expected;
  if (options.backend != "both") return;
  const std::string compiled = run_compiled(program, call);
  if (compiled != expected) throw UserError("the LLVM backend disagrees:\n" + compiled);
}

void run(const Options& options) {
  if (options.print_names) {
    for (const opt::Pass& pass : opt::pipeline()) std::cout << pass.name << "\n";
  }
  if (options.file.empty()) return;
  ir::Module module = ir::parse(read_file(options.file), options.file);
  if (options.float_model) module.float_model = *options.float_model;
  ir::verify(module);
  module = run_passes(options, module);
  if (options.print) std::cout << to_string(module, options.print_options);
  for (const std::string& text : options.calls) run_call(options, module, text);
  if (!options.llvm_ir && !options.assembly) return;
  const auto kernel = backend::compile(module, runtime::runtime_symbols());
  if (options.llvm_ir) std::cout << kernel->llvm_ir();
  if (options.assembly) std::cout << kernel->assembly();
}

int run_tool(int count, char** arguments) {
  try {
    run(read_options(count, arguments));
    return 0;
  } catch (const CompileError& error) {
    std::cout << std::flush;
    std::cerr << to_string(error.location()) << ": error: " << error.what() << "\n";
    if (!error.hint().empty()) std::cerr << "hint: " << error.hint() << "\n";
    return 1;
  } catch (const UserError& error) {
    std::cout << std::flush;
    std::cerr << "error: " << error.what() << "\n";
    return 1;
  } catch (const InternalError& error) {
    std::cout << std::flush;
    std::cerr << "internal error: " << error.what() << "\n";
    return 2;
  }
}

}  // namespace
}  // namespace rooftop::tools

int main(int count, char** arguments) { return rooftop::tools::run_tool(count, arguments); }
