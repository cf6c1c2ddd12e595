// The cost kernel is compiled quickly rather than well: it runs once.
#include "explanation.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <cstring>

#include "rooftop/opt/machine.h"
#include "rooftop/opt/pipeline.h"

namespace nb = nanobind;

namespace rooftop::python {
namespace {

/// What is counted is what the user wrote, without what never happens and what is never used.
ir::Module tidied(const ir::Module& source) {
  static const std::string kPasses[] = {"simplify", "ranges", "simplify"};
  return opt::run_passes(source, kPasses, opt::Machine::host(), {});
}

std::vector<std::int64_t> slots_in(const nb::bytes& bytes) {
  std::vector<std::int64_t> slots(bytes.size() / sizeof(std::int64_t));
  if (!slots.empty()) std::memcpy(slots.data(), bytes.c_str(), slots.size() * sizeof(std::int64_t));
  return slots;
}

}  // namespace

Explanation::Explanation(const ir::Module& source, const ir::Module& optimised, const std::vector<opt::Remark>& remarks,
                         const backend::RuntimeSymbols& runtime)
    : runtime_(runtime),
      is_parallel_(profile::is_parallel(optimised)),
      costs_(profile::make_cost_kernel(tidied(source))),
      lines_(profile::notes_of(remarks, source, optimised, opt::Machine::host())) {}

std::uintptr_t Explanation::entry() {
  if (!kernel_) {
    static const std::string kPasses[] = {"simplify", "polls"};
    const ir::Module module = opt::run_passes(costs_.module, kPasses, opt::Machine::host(), {});
    kernel_ = backend::compile(module, runtime_, {.level = backend::CodeLevel::Quick});
  }
  return reinterpret_cast<std::uintptr_t>(kernel_->entry());
}

void Explanation::set_call(nb::bytes arguments, nb::bytes results, double seconds, bool returned, std::uint64_t calls) {
  call_ = profile::CallFacts{.seconds = seconds, .returned = returned, .calls = calls, .kernel = &costs_};
  if (returned) call_->counts = profile::read_counts(costs_, slots_in(results), slots_in(arguments));
}

void Explanation::set_ceilings(int threads, int threads_allowed, const std::vector<double>& rates) {
  call_->ceilings = {threads, rates.at(0), rates.at(1), rates.at(2), rates.at(3), rates.at(4)};
  call_->threads_allowed = threads_allowed;
}

std::string Explanation::text(const std::string& function, const std::string& signature,
                              nb::callable source_line) const {
  const auto line = [&](std::string_view file, int number) {
    return nb::cast<std::string>(source_line(nb::str(file.data(), file.size()), number));
  };
  return profile::explain({function, signature, lines_, call_}, line);
}

void add_explanation(nb::module_& m) {
  using profile::Counts;
  nb::class_<Counts>(m, "Counts", "Operations and bytes of one call.")
      .def_prop_ro("float64_flops", [](const Counts& c) { return c.flops.f64; })
      .def_prop_ro("float32_flops", [](const Counts& c) { return c.flops.f32; })
      .def_prop_ro("bytes", &Counts::bytes)
      .def_prop_ro("touched_bytes", [](const Counts& c) { return profile::touched_bytes(c); })
      .def_prop_ro("is_complete", &Counts::is_complete);
  nb::class_<Explanation>(m, "Explanation", "What f.explain() is made of.")
      .def_prop_ro("is_parallel", &Explanation::is_parallel)
      .def_prop_ro("entry", &Explanation::entry)
      .def_prop_ro("result_count", &Explanation::result_count)
      .def_prop_ro("counts", &Explanation::counts)
      .def("set_call", &Explanation::set_call)
      .def("set_ceilings", &Explanation::set_ceilings)
      .def("text", &Explanation::text);
  m.def("cache_bytes", &profile::cache_bytes, nb::arg("threads"), "Bytes that the caches of that many cores hold.");
}

}  // namespace rooftop::python
