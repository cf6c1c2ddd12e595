// What `f.explain()` is made of: the notes on a compiled function, its cost kernel, and the text.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <vector>

#include "rooftop/backend/backend.h"
#include "rooftop/opt/pass.h"
#include "rooftop/profile/explain.h"

namespace rooftop::python {

class Explanation {
 public:
  Explanation(const ir::Module& source, const ir::Module& optimised, const std::vector<opt::Remark>& remarks,
              const backend::RuntimeSymbols& runtime);

  bool is_parallel() const { return is_parallel_; }
  /// The cost kernel's address, for rooftop._core to run with a call's arguments. Compiled when it is first asked for.
  std::uintptr_t entry();
  std::size_t result_count() const { return costs_.result_count(); }

  /// Takes what rooftop._core knows of a call: its arguments, the kernel's results, seconds, and so on.
  void set_call(nanobind::bytes arguments, nanobind::bytes results, double seconds, bool returned, std::uint64_t calls);
  /// `rates`: of float64 and float32 operations, reads, streams, cached reads, a second.
  void set_ceilings(int threads, int threads_allowed, const std::vector<double>& rates);
  const profile::Counts& counts() const { return call_->counts; }
  std::string text(const std::string& function, const std::string& signature, nanobind::callable source_line) const;

 private:
  const backend::RuntimeSymbols& runtime_;
  bool is_parallel_;
  profile::CostKernel costs_;
  std::shared_ptr<const backend::Kernel> kernel_;
  std::vector<profile::NotedLine> lines_;
  std::optional<profile::CallFacts> call_;
};

void add_explanation(nanobind::module_& m);

}  // namespace rooftop::python
