// Reads the generated table, and chooses the level.
#include "rooftop/lib/kernels.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rooftop/base/errors.h"
#include "rooftop/base/log.h"
#include "rooftop/lib/kernel_levels.h"
#include "rooftop/lib/resident_constants.h"

// Distances of the kernels' code from the table's first byte, 0 where there is none: level by level, for each loop the
// members of KernelSet, then for each reduction those of ReductionSet.
extern "C" const std::int32_t rooftop_kernel_table[] __attribute__((visibility("hidden")));
extern "C" const std::int32_t rooftop_kernel_table_end[] __attribute__((visibility("hidden")));

namespace rooftop::lib {
namespace {

constexpr std::size_t kVariants = 6, kReductionVariants = 2;

KernelEntry entry_at(std::size_t index) {
  const std::int32_t distance = rooftop_kernel_table[index];
  if (distance == 0) return nullptr;
  return reinterpret_cast<KernelEntry>(reinterpret_cast<std::intptr_t>(rooftop_kernel_table) + distance);
}

int wanted_level() {
  const int best = levels_of_machine() - 1;
  const char* const name = std::getenv("ROOFTOP_CPU");
  if (name == nullptr || *name == '\0') return best;
  const auto found = std::find(kLevels.begin(), kLevels.end(), std::string_view(name));
  if (found != kLevels.end()) return std::min(best, static_cast<int>(found - kLevels.begin()));
  warn("ROOFTOP_CPU is x86-64-v2, x86-64-v3 or x86-64-v4; '" + std::string(name) + "' is ignored");
  return best;
}

int level() {
  static const int chosen = wanted_level();
  return chosen;
}

const LevelKernels* ready_kernels() {
  load_constants(rooftop_kernel_table);
  return new LevelKernels(level());
}

const LevelKernels& kernels() {
  static const LevelKernels* const chosen = ready_kernels();  // never destroyed: threads may call at the end
  return *chosen;
}

/// Index in ops::reductions() by function and types; -1 if there is none.
class ReductionIndex {
 public:
  ReductionIndex()
      : index_(static_cast<std::size_t>(ops::ufunc_count()) * array::kDTypeCount * array::kDTypeCount, -1) {
    int i = 0;
    for (const ops::Reduction& r : ops::reductions()) index_[place(r.ufunc, r.input, r.output)] = i++;
  }
  int of(ops::Ufunc ufunc, array::DType input, array::DType output) const {
    return index_[place(ufunc, input, output)];
  }

 private:
  static std::size_t place(ops::Ufunc ufunc, array::DType input, array::DType output) {
    const auto number = [](auto e) { return static_cast<std::size_t>(e); };
    return (number(ufunc) * array::kDTypeCount + number(input)) * array::kDTypeCount + number(output);
  }
  std::vector<int> index_;
};

}  // namespace

int levels_of_machine() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const auto has_v3 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
                      __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_supports("fma") != 0 &&
                      __builtin_cpu_supports("f16c") != 0 && __builtin_cpu_supports("lzcnt") != 0;
  const auto has_v4 = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                      __builtin_cpu_supports("avx512cd") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
                      __builtin_cpu_supports("avx512vl") != 0;
  return !has_v3 ? 1 : !has_v4 ? 2 : 3;
#else
  return 1;
#endif
}

LevelKernels::LevelKernels(int level) {
  std::size_t loop_count = 0;
  for (int f = 0; f < ops::ufunc_count(); ++f) {
    first_.push_back(loop_count);
    loop_count += ops::loops(static_cast<ops::Ufunc>(f)).size();
  }
  const std::size_t reduction_count = ops::reductions().size();
  const std::size_t entries = loop_count * kVariants + reduction_count * kReductionVariants;
  ROOFTOP_CHECK(rooftop_kernel_table_end - rooftop_kernel_table ==
                static_cast<std::ptrdiff_t>(entries * kLevels.size()));
  std::size_t at = static_cast<std::size_t>(level) * entries;
  for (std::size_t i = 0; i < loop_count; ++i, at += kVariants) {
    loops_.push_back(
        {entry_at(at), entry_at(at + 1), entry_at(at + 2), entry_at(at + 3), entry_at(at + 4), entry_at(at + 5)});
  }
  for (std::size_t i = 0; i < reduction_count; ++i, at += kReductionVariants) {
    reductions_.push_back({entry_at(at), entry_at(at + 1)});
  }
}

const KernelSet& kernel(ops::Ufunc ufunc, int loop) { return kernels().kernel(ufunc, loop); }

const ReductionSet* reduction(ops::Ufunc ufunc, array::DType input, array::DType output) {
  static const ReductionIndex* const index = new ReductionIndex;
  const int found = index->of(ufunc, input, output);
  return found < 0 ? nullptr : &kernels().reduction(static_cast<std::size_t>(found));
}

const char* cpu_level() { return kLevels[static_cast<std::size_t>(level())]; }

}  // namespace rooftop::lib
