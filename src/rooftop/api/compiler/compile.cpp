// From text to machine code, and what can be seen of it.
#include "rooftop/api/compile.h"

#include <string>
#include <utility>

#include "rooftop/api/compiler/program.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/literal.h"
#include "rooftop/ir/parse.h"
#include "rooftop/ir/print.h"
#include "rooftop/ir/verify.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/pipeline.h"
#include "rooftop/runtime/symbols.h"

namespace rooftop {
namespace {

std::string signature_of(const ir::Function& function) {
  std::string text = ir::symbol(function.name) + "(";
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const ir::Var& parameter = function.parameters[i];
    text += (i == 0 ? "%" : ", %") + parameter->name + ": " + ir::to_string(parameter->type);
  }
  text += ")";
  for (std::size_t i = 0; i < function.results.size(); ++i) {
    text += (i == 0 ? " -> (" : ", ") + ir::to_string(function.results[i]);
  }
  return function.results.empty() ? text : text + ")";
}

ir::Module read(std::string_view text, std::string_view file_name) {
  try {
    ir::Module module = ir::parse(text, file_name, ir::Unlocated::InText);
    if (module.functions.empty()) throw CompilationError(std::string(file_name) + ": there is no function", 0, 0);
    ir::verify(module);
    return module;
  } catch (const CompileError& error) {
    const SourceLocation& at = error.location();
    std::string message = to_string(at) + ": " + error.what();
    if (!error.hint().empty()) message += " (" + error.hint() + ")";
    throw CompilationError(message, at.line, at.column);
  } catch (const InternalError& error) {
    // A broken rule of the ir; here the text is the caller's, and our own line tells nothing.
    const std::string_view message = error.what();
    const std::size_t rule = message.find("verify: ");
    if (rule == std::string_view::npos) throw;
    throw CompilationError(std::string(file_name) + ": " + std::string(message.substr(rule)), 0, 0);
  }
}

}  // namespace

Kernel::Kernel(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

const std::string& Kernel::signature() const { return program_->signature; }
std::string Kernel::ir() const { return ir::to_string(program_->source); }
std::string Kernel::optimised_ir() const { return ir::to_string(program_->optimised); }
std::string Kernel::assembly() const { return program_->code->assembly(); }

Kernel compile(std::string_view text, std::string_view file_name) {
  auto program = std::make_shared<Kernel::Program>();
  program->source = read(text, file_name);
  program->signature = signature_of(program->source.entry());
  try {
    const opt::PassHooks hooks = opt::PassHooks::from_environment();
    program->optimised = opt::optimise(program->source, opt::Machine::host(), hooks);
    program->code = backend::compile(program->optimised, runtime::runtime_symbols());
  } catch (const OptionError& error) {
    throw ValueError(error.what());
  }
  return Kernel(std::move(program));
}

}  // namespace rooftop
