// Helpers of the loop passes' tests: the first loop of a text, and what is known in front of it.
#pragma once

#include <string>
#include <string_view>

#include "opt_text.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/memory_facts.h"

namespace rooftop::opt {

/// The function's parameters as the tests use them, around a body.
inline std::string function_text(std::string_view body, std::string_view model = "strict") {
  std::string text = "module float_model=";
  text += model;
  text +=
      "\nfunc @f \"f\" (%A: f64[2, C], %B: f64[2, C], %C: f64[2, C], %X: f64[1, C], %Y: f64[1, C], %S: f64[1], "
      "%I: i64[1, C], %n: i64, %m: i64, %x: f64) {\n";
  text += body;
  return text + "\n}\n";
}

/// A loop of the body, with the facts that statements before it in the body give.
struct LoopInText {
  ir::Module module;
  ir::Stmt loop;
  MemoryFacts facts;

  explicit LoopInText(std::string_view body) : module(ir::parse(function_text(body))) {
    ir::verify(module);
    for (const ir::Stmt& s : module.entry().body) {
      facts.learn(s);
      if (s.is(ir::StmtKind::For)) {
        loop = s;
        return;
      }
    }
  }

  ir::Var parameter(std::size_t i) const { return module.entry().parameters[i]; }
};

/// What the pass makes of the body, with its remarks.
struct PassedText {
  std::string text;
  std::vector<Remark> remarks;

  PassedText(PassFunction pass, std::string_view body, const Machine& machine, std::string_view model = "strict") {
    text = run_on_text(pass, function_text(body, model), {.machine = &machine, .remarks = &remarks});
  }
  bool says(std::string_view what) const {
    for (const Remark& r : remarks) {
      if (r.text.find(what) != std::string::npos) return true;
    }
    return false;
  }
};

inline Machine avx2(int threads = 1) { return {.vector_bytes = 32, .vector_registers = 16, .threads = threads}; }

}  // namespace rooftop::opt
