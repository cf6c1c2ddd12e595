// The machine's expressions: kernels, loads and stores with their bounds, views.
#include <cstring>

#include "rooftop/backend/interp/machine.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend::interp {

void Machine::compute(Frame& frame, const Step& step) {
  for (std::uint32_t at = step.first; at < step.last; ++at) {
    const Instruction& i = frame.code.instructions[at];
    switch (i.kind) {
      case Instruction::Kind::Kernel:
        kernel(frame, i);
        break;
      case Instruction::Kind::Load:
        load(frame, frame.code.accesses[i.index]);
        break;
      case Instruction::Kind::View:
        view(frame, frame.code.views[i.index]);
        break;
      case Instruction::Kind::Disjoint:
        disjoint(frame, i);
        break;
      case Instruction::Kind::Lookup:
        lookup(frame, i);
        break;
    }
  }
}

void Machine::kernel(Frame& frame, const Instruction& i) {
  const void* arguments[3];
  for (int k = 0; k < 3; ++k) arguments[k] = i.arguments[k] == kNone ? nullptr : frame.at(i.arguments[k]);
  const ir::Outcome outcome = i.kernel(frame.at(i.result), arguments, i.lanes);
  // A lane that a mask switched off may divide by anything: in vectors it gets some value.
  if (outcome == ir::Outcome::Broken && i.lanes == 1) broken(frame, "an integer division that its type cannot hold");
}

std::uintptr_t Machine::element(Frame& frame, const Access& access, int lane) {
  const ArrayView array(frame.slots(access.array), static_cast<int>(access.indices.size()));
  std::uintptr_t address = array.data();
  for (int d = 0; d < array.rank(); ++d) {
    const Access::Index& index = access.indices[static_cast<std::size_t>(d)];
    const std::int64_t i = frame.slots(index.at)[index.vector ? lane : 0];
    if (i < 0 || i >= array.length(d)) [[unlikely]] {
      broken(frame, "index " + std::to_string(i) + " of dimension " + std::to_string(d) + " is out of bounds, length " +
                        std::to_string(array.length(d)));
    }
    address += static_cast<std::uintptr_t>(i) * static_cast<std::uintptr_t>(array.stride(d));
  }
  return address;
}

void Machine::load(Frame& frame, const Access& access) {
  char* out = frame.at(access.value);
  for (int lane = 0; lane < access.lanes; ++lane, out += access.element_size) {
    if (access.mask != kNone && frame.at(access.mask)[lane] == 0) {
      std::memset(out, 0, access.element_size);
      continue;
    }
    const std::uintptr_t address = element(frame, access, lane);
    if (races_.active() && !races_.read(address)) broken(frame, "iterations of a parallel loop race: this reads");
    std::memcpy(out, reinterpret_cast<const void*>(address), access.element_size);
  }
}

/// Lanes in ascending order: of two that write one element the higher wins.
void Machine::store(Frame& frame, const Access& access) {
  const char* in = frame.at(access.value);
  for (int lane = 0; lane < access.lanes; ++lane, in += access.element_size) {
    if (access.mask != kNone && frame.at(access.mask)[lane] == 0) continue;
    const std::uintptr_t address = element(frame, access, lane);
    if (races_.active() && !races_.write(address)) broken(frame, "iterations of a parallel loop race: this writes");
    std::memcpy(reinterpret_cast<void*>(address), in, access.element_size);
  }
}

void Machine::view(Frame& frame, const ViewPlan& plan) {
  const ArrayView base(frame.slots(plan.base), plan.base_rank);
  ArrayView result(frame.slots(plan.result), static_cast<int>(plan.from.size()));
  for (int k = 0; k < result.rank(); ++k) {
    const auto at = static_cast<std::size_t>(k);
    const std::int64_t length = frame.integer(plan.lengths[at]);
    if (length < 0) broken(frame, "a view of negative length");
    result.set_length(k, length);
    const int from = plan.from[at];
    result.set_stride(k, from < 0 ? 0 : frame.integer(plan.steps[at]) * base.stride(from));
  }
  std::uintptr_t data = base.data();
  const bool empty = result.empty();
  for (int d = 0; d < base.rank(); ++d) {
    const std::int64_t start = frame.integer(plan.starts[static_cast<std::size_t>(d)]);
    std::int64_t lowest = start;
    std::int64_t highest = start;
    for (int k = 0; k < result.rank(); ++k) {
      if (plan.from[static_cast<std::size_t>(k)] != d) continue;
      const std::int64_t reach = (result.length(k) - 1) * frame.integer(plan.steps[static_cast<std::size_t>(k)]);
      (reach < 0 ? lowest : highest) += reach;
    }
    if (!empty && (lowest < 0 || highest >= base.length(d))) {
      broken(frame, "a view from " + std::to_string(lowest) + " to " + std::to_string(highest) + " of dimension " +
                        std::to_string(d) + ", length " + std::to_string(base.length(d)));
    }
    data += static_cast<std::uintptr_t>(start) * static_cast<std::uintptr_t>(base.stride(d));
  }
  result.set_data(data);
  adopt(frame, result, plan.type);
}

void Machine::lookup(Frame& frame, const Instruction& i) {
  const TableRead& read = frame.code.lookups[i.index];
  const ir::Table& table = *read.table;
  const std::size_t index_size = array::size_of(read.index_type);
  const std::size_t size = array::size_of(table.dtype);
  for (int lane = 0; lane < i.lanes; ++lane) {
    const auto at = static_cast<std::size_t>(lane);
    const std::int64_t index = ir::read_lane(read.index_type, frame.at(i.arguments[0]) + at * index_size).integer;
    if (index < 0 || static_cast<std::size_t>(index) >= table.values.size()) {
      broken(frame, "lookup of " + std::to_string(index) + " in table " + table.name);
    }
    // The low bytes: the machine is little-endian, as are all that we generate code for.
    std::memcpy(frame.at(i.result) + at * size, &table.values[static_cast<std::size_t>(index)], size);
  }
}

void Machine::disjoint(Frame& frame, const Instruction& i) {
  const DisjointTest& test = frame.code.disjoints[i.index];
  ArrayView::Range ranges[2];
  for (int k = 0; k < 2; ++k) {
    const ir::Type& type = test.types[k];
    ranges[k] = ArrayView(frame.slots(test.arrays[k]), type.rank())
                    .range(static_cast<std::int64_t>(array::size_of(type.dtype())));
  }
  const bool overlap = ranges[0].first < ranges[1].last && ranges[1].first < ranges[0].last;
  *frame.at(i.result) = overlap ? 0 : 1;
}

}  // namespace rooftop::backend::interp
