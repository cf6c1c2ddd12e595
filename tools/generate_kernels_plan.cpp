// Walks the rows of ops.def; entries whose loops have the same text share a symbol.
#include "generate_kernels_plan.h"

#include <ostream>
#include <unordered_map>

#include "rooftop/ir/print.h"

namespace rooftop::tools {
namespace {

constexpr std::string_view kVariantNames[kVariants] = {"contiguous", "left_scalar", "right_scalar", "strided"};

class Planner {
 public:
  explicit Planner(const Level& level) : level_(level) {}

  Plan run() {
    for (int f = 0; f < ops::ufunc_count(); ++f) {
      for (const ops::Loop& loop : ops::loops(static_cast<ops::Ufunc>(f))) add_loop(static_cast<ops::Ufunc>(f), loop);
    }
    for (const ops::Reduction& r : ops::reductions()) add_reduction(r);
    return std::move(plan_);
  }

 private:
  void add_loop(ops::Ufunc ufunc, const ops::Loop& loop) {
    const ops::UfuncInfo& row = ops::info(ufunc);
    for (int v = 0; v < kVariants; ++v) {
      const auto variant = static_cast<Variant>(v);
      const bool exists = row.inputs == 2 || (variant != Variant::LeftScalar && variant != Variant::RightScalar);
      if (!exists) {
        plan_.symbols.emplace_back();
        continue;
      }
      std::string name(row.name);
      for (int i = 0; i < row.inputs; ++i) {
        name.append("_").append(array::short_name_of(loop.types[static_cast<std::size_t>(i)]));
      }
      KernelLoop kernel = elementwise(ufunc, loop, variant, level_.target);
      add(name.append("_").append(kVariantNames[v]), std::move(kernel.function), kernel.is_plain);
    }
    add_chains(ufunc, loop);
  }

  void add_chains(ops::Ufunc ufunc, const ops::Loop& loop) {
    if (!ops::is_chained(ufunc, loop)) {
      plan_.symbols.resize(plan_.symbols.size() + 2);
      return;
    }
    const auto add_chain = [&](const char* kind, KernelLoop kernel) {
      std::string name(kind);
      name.append("_").append(ops::info(ufunc).name).append("_").append(array::short_name_of(loop.types[0]));
      add(name, std::move(kernel.function), kernel.is_plain);
    };
    add_chain("accumulate", accumulation(ufunc, loop));
    add_chain("scatter", scatter(ufunc, loop));
  }

  void add_reduction(const ops::Reduction& r) {
    for (const bool strided : {false, true}) {
      std::string name = "reduce_";
      name.append(ops::info(r.ufunc).name).append("_").append(array::short_name_of(r.input)).append("_");
      name.append(array::short_name_of(r.output)).append(strided ? "_strided" : "_contiguous");
      add(name, reduction(r.ufunc, r.input, r.output, strided, level_.target), false);
    }
  }

  /// Plain kernels are code of the lowest level.
  void add(const std::string& name, ir::Function function, bool is_plain) {
    const Level& owner = is_plain ? levels().front() : level_;
    const auto [known, is_new] =
        by_text_.try_emplace(ir::to_string(function), "rooftop_" + std::string(owner.prefix) + "_" + name);
    plan_.symbols.push_back(known->second);
    if (!is_new || owner.cpu != level_.cpu) return;
    function.name = known->second;
    plan_.kernels.push_back({known->second, std::move(function)});
  }

  const Level& level_;
  Plan plan_;
  std::unordered_map<std::string, std::string> by_text_;
};

}  // namespace

const std::vector<Level>& levels() {
  static const std::vector<Level> all = {
      {"x86-64-v2", "v2", {16, false}},
      {"x86-64-v3", "v3", {32, false}},
      {"x86-64-v4", "v4", {64, true}},
  };
  return all;
}

Plan plan(const Level& level) { return Planner(level).run(); }

void write_table(std::ostream& out) {
  out << "# Distances of kernels from this table: no address has to be filled in when the module is loaded.\n"
         "  .section .rodata\n  .balign 8\n"
         "  .globl rooftop_kernel_table\n  .hidden rooftop_kernel_table\n"
         "rooftop_kernel_table:\n";
  for (const Level& level : levels()) {
    for (const std::string& symbol : plan(level).symbols) {
      if (symbol.empty()) {
        out << "  .long 0\n";
      } else {
        out << "  .hidden " << symbol << "\n  .long " << symbol << " - rooftop_kernel_table\n";
      }
    }
  }
  out << "rooftop_kernel_table_end:\n"
         "  .globl rooftop_kernel_table_end\n  .hidden rooftop_kernel_table_end\n"
         "  .section .note.GNU-stack,\"\",@progbits\n";
}

}  // namespace rooftop::tools
