// From the numbers that a cost kernel returns to what they mean.
#include <algorithm>
#include <bit>

#include "rooftop/base/errors.h"
#include "rooftop/profile/cost_kernel.h"

namespace rooftop::profile {
namespace {

std::size_t slots_of(const ir::Type& type) {
  if (type.is_array()) return 1 + 2 * static_cast<std::size_t>(type.rank());
  return array::is_complex(type.dtype()) ? 2 : 1;
}

}  // namespace

double Counts::bytes() const {
  double sum = 0;
  for (const Traffic& t : traffic) sum += t.read + t.written;
  return sum;
}

Counts read_counts(const CostKernel& kernel, std::span<const std::int64_t> results,
                   std::span<const std::int64_t> arguments) {
  ROOFTOP_CHECK(results.size() == kernel.result_count());
  const std::vector<ir::Var>& parameters = kernel.module.entry().parameters;
  std::vector<std::span<const std::int64_t>> slots;
  for (const ir::Var& parameter : parameters) {
    slots.push_back(arguments.first(slots_of(parameter->type)));
    arguments = arguments.subspan(slots.back().size());
  }
  const auto number = [&](std::size_t i) { return std::bit_cast<double>(results[i]); };
  Counts counts;
  counts.flops = {number(0), number(1)};
  counts.ended_early = number(2) != 0;
  for (std::size_t i = 0; i < kernel.accesses.size(); ++i) {
    const CostAccess& access = kernel.accesses[i];
    const double bytes = number(3 + 2 * i);
    if (bytes == 0) continue;
    const auto same = [&](const Counts::Traffic& t) {
      return std::ranges::equal(slots[t.parameter], slots[access.parameter]) &&
             parameters[t.parameter]->type.dtype() == parameters[access.parameter]->type.dtype();
    };
    auto found = std::find_if(counts.traffic.begin(), counts.traffic.end(), same);
    if (found == counts.traffic.end()) found = counts.traffic.insert(found, {access.parameter, 0, 0, false});
    double& direction = access.is_write ? found->written : found->read;
    direction = std::max(direction, bytes);
    found->is_estimate |= number(4 + 2 * i) != 0;
  }
  for (std::size_t i = 0; i < kernel.uncounted.size(); ++i) {
    if (number(3 + 2 * kernel.accesses.size() + i) != 0) counts.uncounted.push_back(i);
  }
  return counts;
}

}  // namespace rooftop::profile
