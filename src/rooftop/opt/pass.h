// What every pass receives and reports: the machine it compiles for and a sink of remarks.
// A pass is a free function `Module name(const Module&, const PassContext&)` in its own pair of files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rooftop/base/source_location.h"
#include "rooftop/ir/stmt.h"

namespace rooftop::opt {

struct Machine;

/// What a pass did, or could not do and why, at a place of the user's source. `explain` shows them.
struct Remark {
  enum class Kind : std::uint8_t { Done, Missed };
  Kind kind;
  std::string_view pass;  ///< a literal
  SourceLocation location;
  std::string text;
};

struct PassContext {
  const Machine* machine = nullptr;        ///< never null inside the pipeline
  std::vector<Remark>* remarks = nullptr;  ///< null: nobody listens
  bool without_checks = false;             ///< `guards` takes every check to hold; see PassHooks

  void done(std::string_view pass, const SourceLocation& at, std::string text) const {
    if (remarks != nullptr) remarks->push_back({Remark::Kind::Done, pass, at, std::move(text)});
  }
  void missed(std::string_view pass, const SourceLocation& at, std::string text) const {
    if (remarks != nullptr) remarks->push_back({Remark::Kind::Missed, pass, at, std::move(text)});
  }
};

/// The module with each function's body replaced by what `f` makes of the function.
template <class F>
ir::Module with_bodies(const ir::Module& module, const F& f) {
  ir::Module result = module;
  for (ir::Function& function : result.functions) function.body = f(function);
  return result;
}

using PassFunction = ir::Module (*)(const ir::Module&, const PassContext&);

}  // namespace rooftop::opt
