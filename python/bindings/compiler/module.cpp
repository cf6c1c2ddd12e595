// rooftop._compiler: loaded with the first compilation. A request of rooftop._jit in, machine code and its description
// out.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

#include <unistd.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <new>
#include <string_view>
#include <utility>

#include "explanation.h"
#include "names.h"
#include "rooftop/backend/backend.h"
#include "rooftop/base/errors.h"
#include "rooftop/frontend/compile.h"
#include "rooftop/frontend/types.h"
#include "rooftop/ir/print.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/pipeline.h"

namespace nb = nanobind;

namespace rooftop::python {
namespace {

/// What rooftop._core calls and rooftop._jit shows: a kernel with everything that must live as long as it.
struct Compiled {
  std::shared_ptr<const backend::Kernel> kernel;
  ir::Module lowered;    ///< as the front end wrote it
  ir::Module optimised;  ///< as it was compiled
  std::string result;
  std::uint64_t releases_gil_from = 0;
  nb::list guards;
  std::vector<opt::Remark> remarks;
};

const backend::RuntimeSymbols& runtime_symbols() {
  static const auto* symbols = [] {
    const nb::object capsule = nb::module_::import_("rooftop._core").attr("_runtime_symbols");
    void* pointer = PyCapsule_GetPointer(capsule.ptr(), "rooftop.RuntimeSymbols");
    if (pointer == nullptr) throw nb::python_error();
    return static_cast<const backend::RuntimeSymbols*>(pointer);
  }();
  return *symbols;
}

ir::FloatModel float_model(const std::string& name) {
  if (name == "strict") return ir::FloatModel::Strict;
  return name == "fast" ? ir::FloatModel::Fast : ir::FloatModel::Contract;
}

frontend::Messages messages() {
  frontend::Messages table;
  const nb::object source = nb::module_::import_("rooftop._messages").attr("messages")();
  for (auto [key, text] : nb::borrow<nb::dict>(source)) table[nb::cast<std::string>(key)] = nb::cast<std::string>(text);
  return table;
}

/// The size of arguments from which a call gives the interpreter away, as the dispatcher counts it. Code that may run
/// for long does, a handful of operations does not. Nor do counted loops over tiny arrays, for which that would take
/// longer than the loops; should they run for long after all, they do it at the first poll. What loops without counting
/// is the user's text, since passes make such loops of counted ones; what is called is what was not inlined.
std::uint64_t releases_gil_from(const ir::Module& lowered, const ir::Module& optimised) {
  constexpr std::uint64_t kTinyVolume = 4096;
  const auto has = [](const ir::Module& module, ir::StmtKind kind) {
    bool found = false;
    for (const ir::Function& f : module.functions) {
      ir::for_each_statement(f.body, [&](const ir::Stmt& s) { found |= s.is(kind); });
    }
    return found;
  };
  const bool loops =
      optimised.functions.size() > 1 || has(optimised, ir::StmtKind::Call) || has(lowered, ir::StmtKind::While);
  const bool counts = has(lowered, ir::StmtKind::For);
  return loops ? 0 : counts ? kTinyVolume : std::numeric_limits<std::uint64_t>::max();
}

/// Writes the module to a private file, for the report of an error of ours.
std::string dump(const ir::Module& module) {
  std::string path = (std::filesystem::temp_directory_path() / "rooftop-ir-XXXXXX").string();
  const int file = mkstemp(path.data());
  if (file < 0) return "(the ir could not be written to " + path + ")";
  close(file);
  std::ofstream(path) << ir::to_string(module);
  return path;
}

/// Raises rooftop.CompileError with the user's place.
[[noreturn]] void raise_compile_error(const CompileError& error, const std::string& function) {
  const SourceLocation& at = error.location();
  nb::object type = nb::module_::import_("rooftop._errors").attr("CompileError");
  // What holds for every refusal unless the frontend knows better.
  const std::string why = error.why().empty()
                              ? "compiled code works on numbers, arrays and tuples whose types are known before it runs"
                              : error.why();
  nb::object instance =
      type(std::string(error.what()), nb::arg("filename") = std::string(at.file_name()), nb::arg("lineno") = at.line,
           nb::arg("column") = at.column, nb::arg("end_lineno") = at.end_line, nb::arg("end_column") = at.end_column,
           nb::arg("function") = error.function().empty() ? function : error.function(), nb::arg("why") = why,
           nb::arg("hint") = error.hint());
  PyErr_SetObject(type.ptr(), instance.ptr());
  throw nb::python_error();
}

[[noreturn]] void raise_internal_error(const std::string& message, const std::string& dump_path) {
  nb::object type = nb::module_::import_("rooftop._errors").attr("InternalError");
  nb::object instance = type(message, nb::arg("dump") = dump_path);
  PyErr_SetObject(type.ptr(), instance.ptr());
  throw nb::python_error();
}

/// An environment variable that means nothing: a ValueError without frames of ours.
[[noreturn]] void raise_value_error(const std::string& message) {
  nb::object instance = nb::handle(PyExc_ValueError)(message);
  instance.attr("_hides_machinery") = true;
  PyErr_SetObject(PyExc_ValueError, instance.ptr());
  throw nb::python_error();
}

frontend::Lowered lower(nb::handle request, Names& names) {
  try {
    frontend::Request lowering{
        .function = names.function(request.attr("source").attr("function")),
        .arguments = frontend::parse_signature(nb::cast<std::string>(request.attr("signature"))),
        .float_model = float_model(nb::cast<std::string>(request.attr("fp_model"))),
        .messages = messages(),
        .library = names.methods(),
        .assertions = nb::cast<int>(nb::module_::import_("sys").attr("flags").attr("optimize")) == 0};
    return frontend::lower(lowering);
  } catch (const CompileError& error) {
    raise_compile_error(error, nb::cast<std::string>(request.attr("source").attr("qualname")));
  }
}

/// One line of ROOFTOP_TIME=passes, as the optimiser writes them.
void report_stage(const std::string& stage, double milliseconds) {
  char line[80];
  std::snprintf(line, sizeof line, "rooftop: %-12s%9.3f ms\n", stage.c_str(), milliseconds);
  std::cerr << line;
}

std::unique_ptr<Compiled> compile(nb::handle request) {
  Names names;
  auto compiled = std::make_unique<Compiled>();
  try {
    opt::PassHooks hooks = opt::PassHooks::from_environment();
    hooks.remarks = &compiled->remarks;
    const auto start = std::chrono::steady_clock::now();
    frontend::Lowered lowered = lower(request, names);
    const std::chrono::duration<double, std::milli> lowering = std::chrono::steady_clock::now() - start;
    if (hooks.time) report_stage("frontend", lowering.count());
    compiled->lowered = std::move(lowered.module);
    compiled->result = frontend::to_string(lowered.result);
    compiled->optimised = opt::optimise(compiled->lowered, opt::Machine::host(), hooks);
    backend::CompileOptions options;
    if (hooks.time) {
      options.on_stage = [](std::string_view stage, double time) { report_stage("llvm " + std::string(stage), time); };
    }
    compiled->kernel = backend::compile(compiled->optimised, runtime_symbols(), options);
  } catch (const InternalError& error) {
    raise_internal_error(error.what(),
                         dump(compiled->optimised.functions.empty() ? compiled->lowered : compiled->optimised));
  } catch (const OptionError& error) {
    raise_value_error(error.what());
  } catch (const std::bad_alloc&) {
    PyErr_SetString(PyExc_MemoryError, "out of memory while compiling");
    throw nb::python_error();
  }
  compiled->releases_gil_from = releases_gil_from(compiled->lowered, compiled->optimised);
  for (const Guard& guard : names.guards()) compiled->guards.append(guard.as_tuple());
  return compiled;
}

}  // namespace
}  // namespace rooftop::python

NB_MODULE(_compiler, m) {
  using rooftop::python::Compiled;
  nb::set_leak_warnings(false);  // compiled functions live as long as the interpreter
  m.doc() = "The compiler: Python functions to machine code.";
  nb::class_<Compiled>(m, "Compiled", "Machine code for one function and one list of argument types.")
      .def_prop_ro("entry", [](const Compiled& c) { return reinterpret_cast<std::uintptr_t>(c.kernel->entry()); })
      .def_prop_ro("result", [](const Compiled& c) { return c.result; })
      .def_prop_ro("releases_gil_from", [](const Compiled& c) { return c.releases_gil_from; })
      // Handed over once: kept here, the objects would hold this one in a cycle that Python's collector cannot see.
      .def_prop_ro("guards", [](Compiled& c) { return std::exchange(c.guards, nb::list()); })
      .def_prop_ro(
          "ir", [](const Compiled& c) { return rooftop::ir::to_string(c.lowered); },
          "The loop language as the front end wrote it.")
      .def_prop_ro(
          "optimised_ir", [](const Compiled& c) { return rooftop::ir::to_string(c.optimised); },
          "The loop language as it was compiled.")
      .def(
          "explanation",
          [](const Compiled& c) {
            return rooftop::python::Explanation(c.lowered, c.optimised, c.remarks, rooftop::python::runtime_symbols());
          },
          "What there is to say about it.")
      .def(
          "asm", [](const Compiled& c) { return c.kernel->assembly(); }, "The machine code as text.")
      .def(
          "llvm_ir", [](const Compiled& c) { return c.kernel->llvm_ir(); }, "The LLVM ir as text.");
  rooftop::python::add_explanation(m);
  m.def("compile", &rooftop::python::compile, nb::arg("request"), "Compiles a rooftop._jit.CompileRequest.");
}
