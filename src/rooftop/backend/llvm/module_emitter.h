// A module of the ir as an LLVM module: declares every function, emits each, and keeps what they share: signatures, the
// runtime's functions, sites of exceptions and tables of constants.
#pragma once

#include <llvm/ADT/StringMap.h>
#include <llvm/IR/Module.h>

#include <exception>
#include <memory>
#include <span>
#include <unordered_map>

#include "rooftop/backend/abi.h"
#include "rooftop/backend/backend.h"
#include "rooftop/backend/llvm/features.h"
#include "rooftop/backend/llvm/guard.h"
#include "rooftop/backend/llvm/values.h"
#include "rooftop/ir/stmt.h"

namespace rooftop::backend::llvm {

/// The symbol of the kernel's entry.
inline constexpr const char* kEntrySymbol = "rooftop_kernel";

/// How a function is called: fastcc (context, components of the parameters…) -> its status, unless it cannot fail, and
/// the components of its results; alone if it is one value, else as a struct.
struct Signature {
  ll::Function* function = nullptr;
  bool can_fail = false;
  bool recursive = false;  ///< may call itself, directly or not
  SmallVector<ll::Type*, 8> results;
};

class ModuleEmitter {
 public:
  ModuleEmitter(const ir::Module& source, ll::LLVMContext& context, const ll::TargetMachine& machine);
  ~ModuleEmitter() {
    if (std::uncaught_exceptions() > exceptions_) abandon(module_.release());  // it may be in any state
  }
  ModuleEmitter(const ModuleEmitter&) = delete;
  ModuleEmitter& operator=(const ModuleEmitter&) = delete;

  /// With one entry, the module's first function.
  std::unique_ptr<ll::Module> emit();
  /// With an entry for each export, in which the function itself is.
  std::unique_ptr<ll::Module> emit(std::span<const Export> exports);

  // For the emitters of functions.
  const ir::Module& source() const { return source_; }
  const Features& features() const { return features_; }
  ll::LLVMContext& context() { return context_; }
  ll::Module& module() { return *module_; }
  const Signature& signature(const std::string& name) const { return signatures_.at(name); }
  /// What the runtime needs to raise or to show a place: a constant Site. No info: only a frame.
  ll::Constant* site(const SourceLocation& at, const ir::Function& function, const ir::RaiseInfo* info = nullptr,
                     std::size_t argument_count = 0);
  ll::Constant* table(const std::shared_ptr<const ir::Table>& table);
  ll::FunctionCallee runtime_function(std::string_view name);
  ll::FunctionCallee math_function(const std::string& name, ll::Type* type, std::size_t arity);
  /// A new internal function with the attributes that all have.
  ll::Function* new_function(const ll::Twine& name, ll::FunctionType* type);
  ll::FastMathFlags float_flags() const;
  ll::MDNode* unlikely() const { return unlikely_; }

 private:
  void declare(const ir::Function& function, bool can_fail, bool recursive);
  void emit_functions();
  ll::CallInst* emit_entry(const ir::Function& source, const ll::Twine& symbol);
  ll::Constant* text(std::string_view content);

  const ir::Module& source_;
  ll::LLVMContext& context_;
  const Features features_;
  int exceptions_ = std::uncaught_exceptions();
  std::unique_ptr<ll::Module> module_;
  std::unordered_map<std::string, Signature> signatures_;
  ll::StringMap<ll::Constant*> texts_;
  std::unordered_map<std::shared_ptr<const ir::Table>, ll::Constant*> tables_;  ///< keeps the tables
  ll::StructType* site_type_;
  ll::MDNode* unlikely_;
};

}  // namespace rooftop::backend::llvm
