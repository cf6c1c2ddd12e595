// The functions of one compilation, each specialised by the types of its arguments, recursion included: a function in
// progress has the result type found so far, and is lowered again until that type is stable.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rooftop/frontend/compile.h"

namespace rooftop::frontend {

/// One function with one list of argument types.
struct Specialisation {
  std::string name;  ///< in the ir module
  std::shared_ptr<const FunctionSource> source;
  PyType result{PyKind::Never};  ///< Never until a return is found
  bool never_returns = false;    ///< known to raise or to recurse on every path
  bool in_progress = true;
  ir::Function function;
};

/// Thrown when a function that was jitted with fp_model="strict" is called by one that was not: all of the module is
/// then compiled strictly, so that each function's promise holds.
struct NeedsStrict {};

class ModuleBuilder {
 public:
  explicit ModuleBuilder(const Request& request) : request_(request) {}

  /// Finds or lowers the function for these arguments; entities among them are part of its identity.
  Specialisation& specialise(std::shared_ptr<const FunctionSource> source, const std::vector<Value>& arguments);

  /// A part of the function that is called like one of its own; its name in the module.
  std::string add_part(const Specialisation& of, std::vector<ir::Var> parameters, ir::Block body,
                       const SourceLocation& location);

  ir::Module finish();
  const Request& request() const { return request_; }

 private:
  void lower_until_stable(std::size_t at, const std::vector<Value>& arguments);
  std::string unique_name(const std::string& wanted);

  struct Entry {
    const void* identity;
    std::vector<Value> arguments;
    std::unique_ptr<Specialisation> specialisation;
  };
  Entry* find(const FunctionSource& source, const std::vector<Value>& arguments);

  const Request& request_;
  std::vector<Entry> entries_;  ///< in order of first use: what a function uses stands after it
  std::vector<ir::Function> parts_;
  std::map<std::string, int> names_;
};

}  // namespace rooftop::frontend
