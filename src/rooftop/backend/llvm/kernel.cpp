// compile(): emission, optimisation, code generation and linking in their order, with the time of each.
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "rooftop/backend/backend.h"
#include "rooftop/backend/llvm/guard.h"
#include "rooftop/backend/llvm/linker.h"
#include "rooftop/backend/llvm/module_emitter.h"
#include "rooftop/backend/llvm/parts.h"
#include "rooftop/backend/llvm/passes.h"
#include "rooftop/backend/llvm/symbols.h"
#include "rooftop/backend/llvm/target.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend {
namespace {

namespace ll = ::llvm;

/// One module on its way from ir to machine code.
class Compilation {
  template <typename Action>
  auto timed(const char* stage, Action action) {
    const auto start = std::chrono::steady_clock::now();
    struct Report {
      const CompileOptions& options;
      const char* stage;
      std::chrono::steady_clock::time_point start;
      ~Report() {
        const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
        if (options.on_stage) options.on_stage(stage, time.count());
      }
    } report{options_, stage, start};
    return action();
  }

 public:
  Compilation(const ir::Module& source, const CompileOptions& options, bool keep_names)
      : source_(source), options_(options), machine_(options) {
    context_->setDiscardValueNames(!keep_names);
    llvm::throw_diagnostics(*context_);
  }
  ~Compilation() {
    if (std::uncaught_exceptions() > exceptions_) llvm::abandon(module_.release());  // like what is Held
  }
  Compilation(const Compilation&) = delete;
  Compilation& operator=(const Compilation&) = delete;

  void emit() {
    emit_with([](llvm::ModuleEmitter& emitter) { return emitter.emit(); });
  }
  void emit(std::span<const Export> exports) {
    emit_with([&](llvm::ModuleEmitter& emitter) { return emitter.emit(exports); });
  }
  void optimise() {
    timed("optimise", [&] { llvm::optimise(*module_, *machine_, options_.level); });
  }
  llvm::Bytes generate() {
    return timed("generate", [&] { return llvm::generate_object(*machine_, *module_); });
  }
  /// How the module may be divided among so many threads.
  llvm::Parts parts(int threads) const { return {*module_, threads}; }
  void keep(const llvm::Parts& parts, int part) { parts.keep(*module_, part); }
  llvm::LinkedObject link(std::span<const llvm::Bytes> objects, const RuntimeSymbols& runtime, Entry& entry) {
    return timed("link", [&] {
      llvm::LinkedObject linked(objects, llvm::process_symbols(runtime));
      entry = reinterpret_cast<Entry>(linked.address_of(llvm::kEntrySymbol));
      return linked;
    });
  }

  std::string text() const {
    std::string result;
    ll::raw_string_ostream stream(result);
    if (module_ != nullptr) module_->print(stream, nullptr);
    return result;
  }
  std::string assembly() { return llvm::generate_assembly(*machine_, *module_); }

 private:
  template <typename Action>
  void emit_with(Action action) {
    timed("emit", [&] {
      llvm::ModuleEmitter emitter(source_, *context_, *machine_);
      module_ = action(emitter);
    });
#ifdef ROOFTOP_ASSERTIONS
    verify();
#endif
  }
  void verify() const {
    std::string problem;
    ll::raw_string_ostream stream(problem);
    if (ll::verifyModule(*module_, &stream)) throw llvm::LlvmError(problem);
  }

  const ir::Module& source_;
  const CompileOptions& options_;
  llvm::Machine machine_;
  int exceptions_ = std::uncaught_exceptions();
  llvm::Held<ll::LLVMContext> context_;
  std::unique_ptr<ll::Module> module_;
};

/// Writes the text to a file in a fresh directory that only this user can enter; returns its name.
std::string write_dump(const std::string& text) {
  std::error_code failed;
  std::string folder = (std::filesystem::temp_directory_path(failed) / "rooftop-XXXXXX").string();
  if (failed || ::mkdtemp(folder.data()) == nullptr) return "(no file: the temporary directory cannot be written)";
  const std::string file = folder + "/module.ll";
  std::ofstream(file) << text;
  return file;
}

/// Runs `action` on the compilation; what goes wrong inside LLVM becomes an InternalError with the place of the dump.
template <typename Action>
auto reported(Compilation& compilation, Action action) {
  const llvm::Guard guard;
  try {
    return action();
  } catch (const llvm::LlvmError& error) {
    throw InternalError(__FILE__, __LINE__,
                        std::string("code generation failed: ") + error.what() + "\nThe module is in " +
                            write_dump(compilation.text()));
  }
}

/// Optimises and generates what has been emitted, a large module in parts on several threads: each but the first emits
/// the module anew, in a context of its own. Only the first reports its stages.
class Generation {
 public:
  Generation(Compilation& first, const ir::Module& source, const CompileOptions& options, const RuntimeSymbols& runtime)
      : first_(first),
        source_(source),
        options_(options),
        parts_(first.parts(runtime.run_tasks == nullptr ? 1 : runtime.num_threads())),
        objects_(static_cast<std::size_t>(parts_.count())),
        failures_(objects_.size()) {
    options_.on_stage = nullptr;
    if (parts_.count() == 1) {
      objects_.front() = generate(first_);
      return;
    }
    const auto task = [](void* self, int part) { static_cast<Generation*>(self)->run(part); };
    runtime.run_tasks(parts_.count(), task, this);
    for (const std::exception_ptr& failure : failures_) {
      if (failure) std::rethrow_exception(failure);
    }
  }

  std::span<const llvm::Bytes> objects() const { return objects_; }

 private:
  static llvm::Bytes generate(Compilation& compilation) {
    compilation.optimise();
    return compilation.generate();
  }

  void run(int part) {
    const auto index = static_cast<std::size_t>(part);
    try {
      if (part == 0) {
        objects_[index] = generate_part(first_, part);
        return;
      }
      Compilation own(source_, options_, false);
      objects_[index] = reported(own, [&] {
        own.emit();
        return generate_part(own, part);
      });
    } catch (...) {
      failures_[index] = std::current_exception();
    }
  }

  llvm::Bytes generate_part(Compilation& compilation, int part) const {
    compilation.keep(parts_, part);
    return generate(compilation);
  }

  Compilation& first_;
  const ir::Module& source_;
  CompileOptions options_;
  llvm::Parts parts_;
  std::vector<llvm::Bytes> objects_;
  std::vector<std::exception_ptr> failures_;
};

class LlvmKernel final : public Kernel {
 public:
  LlvmKernel(ir::Module source, CompileOptions options, llvm::LinkedObject code, Entry entry)
      : source_(std::move(source)), options_(std::move(options)), code_(std::move(code)), entry_(entry) {
    options_.on_stage = nullptr;
  }

  Entry entry() const override { return entry_; }
  std::size_t code_bytes() const override { return code_.code_bytes(); }
  std::string assembly() const override {
    return again([](Compilation& c) { return c.assembly(); });
  }
  std::string llvm_ir() const override {
    return again([](Compilation& c) { return c.text(); });
  }

 private:
  template <typename Action>
  std::string again(Action action) const {
    Compilation compilation(source_, options_, true);
    return reported(compilation, [&] {
      compilation.emit();
      compilation.optimise();
      return action(compilation);
    });
  }

  ir::Module source_;
  CompileOptions options_;
  llvm::LinkedObject code_;
  Entry entry_;
};

}  // namespace

std::shared_ptr<const Kernel> compile(const ir::Module& module, const RuntimeSymbols& runtime,
                                      const CompileOptions& options) {
  ROOFTOP_CHECK(!module.functions.empty());
  Compilation compilation(module, options, false);
  return reported(compilation, [&]() -> std::shared_ptr<const Kernel> {
    compilation.emit();
    const Generation generation(compilation, module, options, runtime);
    Entry entry = nullptr;
    llvm::LinkedObject code = compilation.link(generation.objects(), runtime, entry);
    return std::make_shared<LlvmKernel>(module, options, std::move(code), entry);
  });
}

std::vector<char> compile_object(const ir::Module& module, std::span<const Export> exports,
                                 const CompileOptions& options) {
  Compilation compilation(module, options, false);
  return reported(compilation, [&] {
    compilation.emit(exports);
    compilation.optimise();
    const llvm::Bytes object = compilation.generate();
    return std::vector<char>(object.begin(), object.end());
  });
}

}  // namespace rooftop::backend
