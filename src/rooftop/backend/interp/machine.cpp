// Control flow: statements, loops, calls, and the slots of the entry. Expressions are expressions.cpp's.
#include "rooftop/backend/interp/machine.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <numeric>
#include <stdexcept>

#include "rooftop/base/errors.h"
#include "rooftop/ir/print.h"

namespace rooftop::backend::interp {

using ir::StmtKind;

namespace {

/// Fresh memory holds what nobody can mistake for a result.
constexpr std::uint64_t kGarbage = 0xFFF4A5A5A5A5A5A5;

}  // namespace

Machine::Machine(const Program& program, const InterpreterOptions& options, KernelContext* context)
    : program_(program), options_(options), context_(context), random_(options.seed * 2 + 1) {}

void Machine::broken(const Frame& frame, const std::string& what) const {
  std::string message = "interpreter: " + what + "\nin function " + frame.code.source->name;
  if (frame.current != nullptr) {
    const std::shared_ptr<const ir::StmtNode> borrowed(std::shared_ptr<void>(), frame.current->source);
    constexpr std::size_t kLongest = 1500;
    message += ", at\n" + ir::to_string(ir::Stmt(borrowed), {.locations = true}).substr(0, kLongest);
  }
  throw InternalError(__FILE__, __LINE__, message);
}

// ---------------------------------------------------------------------------------------------- entry and calls

/// Takes an array in from outside: its layout must be what its type says.
void Machine::adopt(Frame& frame, ArrayView array, const ir::Type& type) {
  const auto element_size = static_cast<std::int64_t>(array::size_of(type.dtype()));
  for (int d = 0; d < array.rank(); ++d) {
    if (array.length(d) < 0) broken(frame, "an array of negative length");
  }
  if (!array.has_layout(type.layout(), element_size)) {
    broken(frame, "an array does not have the layout of its type " + to_string(type));
  }
  // Strides of lengths 0 and 1 are arbitrary outside; inside they follow from the shape.
  if (type.layout() == ir::Layout::C) array.set_row_major(element_size);
}

void Machine::unpack(Frame& frame, const std::int64_t* slots) {
  const ir::Function& f = *frame.code.source;
  for (std::size_t i = 0; i < f.parameters.size(); ++i) {
    const ir::Type& type = f.parameters[i]->type;
    const Operand& p = frame.code.parameters[i];
    if (type.is_array()) {
      std::memcpy(frame.at(p.at), slots, p.bytes);
      adopt(frame, ArrayView(frame.slots(p.at), type.rank()), type);
    } else if (array::is_complex(type.dtype())) {
      const std::size_t part = array::size_of(type.dtype()) / 2;
      std::memcpy(frame.at(p.at), slots, part);
      std::memcpy(frame.at(p.at) + part, slots + 1, part);
    } else {
      std::memcpy(frame.at(p.at), slots, p.bytes);
    }
    slots += slot_count(type);
  }
}

void Machine::pack(Frame& frame, std::int64_t* slots) {
  const ir::Function& f = *frame.code.source;
  for (std::size_t i = 0; i < f.results.size(); ++i) {
    const ir::Type& type = f.results[i];
    const Operand& value = (*frame.returned)[i];
    if (type.is_array()) {
      std::memcpy(slots, frame.at(value.at), value.bytes);
    } else if (array::is_complex(type.dtype())) {
      const std::size_t part = array::size_of(type.dtype()) / 2;
      slots[0] = slots[1] = 0;
      std::memcpy(slots, frame.at(value.at), part);
      std::memcpy(slots + 1, frame.at(value.at) + part, part);
    } else if (array::is_float(type.dtype())) {
      slots[0] = 0;
      std::memcpy(slots, frame.at(value.at), value.bytes);
    } else {
      slots[0] = ir::read_lane(type.dtype(), frame.at(value.at)).integer;
    }
    slots += slot_count(type);
  }
}

std::int32_t Machine::run(const std::int64_t* arguments, std::int64_t* results, std::vector<MemoryBlock>& kept) {
  Frame frame(program_.functions.front());
  unpack(frame, arguments);
  switch (run_function(frame)) {
    case Flow::Raised:
      return kRaised;
    case Flow::Interrupted:
      return kInterrupted;
    default:
      break;
  }
  pack(frame, results);
  hand_over(frame, kept);
  return kOk;
}

/// Ends with Return, Raised or Interrupted.
Machine::Flow Machine::run_function(Frame& frame) {
  const char here = 0;
  const bool stack_full = context_->stack_limit != nullptr && &here < context_->stack_limit;
  if (depth_ >= options_.recursion_limit || stack_full) {
    context_->error = frame.code.too_deep;
    return Flow::Raised;
  }
  ++depth_;
  const Flow flow = block(frame, frame.code.body);
  --depth_;
  if (flow == Flow::Raised || flow == Flow::Interrupted) return flow;
  if (flow == Flow::Next && !frame.code.source->results.empty()) broken(frame, "a function ended without its results");
  return Flow::Return;
}

void Machine::push_frame(const Site* site) {
  if (context_->frame_count < kMaxFrames) context_->frames[context_->frame_count] = site;
  ++context_->frame_count;
}

Machine::Flow Machine::call(Frame& frame, const Step& step) {
  Frame callee(program_.functions[step.callee]);
  for (std::size_t i = 0; i < step.values.size(); ++i) {
    std::memcpy(callee.at(callee.code.parameters[i].at), frame.at(step.values[i].at), step.values[i].bytes);
  }
  const Flow flow = run_function(callee);
  if (flow != Flow::Return) {
    push_frame(step.site);
    return flow;
  }
  for (std::size_t i = 0; i < step.results.size(); ++i) {
    std::memcpy(frame.at(step.results[i].at), callee.at((*callee.returned)[i].at), step.results[i].bytes);
  }
  return Flow::Next;
}

// --------------------------------------------------------------------------------------------------- statements

Machine::Flow Machine::block(Frame& frame, const std::vector<Step>& steps) {
  const std::size_t outer = frame.allocations.size();
  Flow flow = Flow::Next;
  for (const Step& s : steps) {
    flow = step(frame, s);
    if (flow != Flow::Next) break;
  }
  // A returned view of an allocation would dangle in generated code too; memory ends with its block.
  while (frame.allocations.size() > outer) {
    const auto& memory = *frame.allocations.back();
    if (races_.active()) {
      const auto first = reinterpret_cast<std::uintptr_t>(memory.data());
      races_.forget(first, first + 8 * memory.size());
    }
    frame.allocations.pop_back();
  }
  return flow;
}

Machine::Flow Machine::step(Frame& frame, const Step& step) {
  frame.current = &step;
  if (options_.step_limit != 0 && ++steps_ > options_.step_limit) broken(frame, "the step limit is reached");
  if (step.kind != StmtKind::While) compute(frame, step);
  switch (step.kind) {
    case StmtKind::Let:
    case StmtKind::Declare:
    case StmtKind::Assign:
      std::memcpy(frame.at(step.target.at), frame.at(step.values[0].at), step.target.bytes);
      return Flow::Next;
    case StmtKind::Store:
      store(frame, frame.code.accesses[step.access]);
      return Flow::Next;
    case StmtKind::If:
      return block(frame, frame.truth(step.values[0].at) ? step.body : step.else_body);
    case StmtKind::For:
      return loop(frame, step);
    case StmtKind::While:
      return while_loop(frame, step);
    case StmtKind::Break:
      return Flow::Break;
    case StmtKind::Continue:
      return Flow::Continue;
    case StmtKind::Return:
      frame.returned = &step.values;
      return Flow::Return;
    case StmtKind::Raise:
      return raise(frame, step);
    case StmtKind::Check:
      return frame.truth(step.values[0].at) ? Flow::Next : raise(frame, step);
    case StmtKind::Call:
      return call(frame, step);
    case StmtKind::Assume:
      if (!frame.truth(step.values[0].at)) broken(frame, "an assumption does not hold");
      return Flow::Next;
    case StmtKind::Allocate:
      return allocate(frame, step);
    case StmtKind::Create:
      return create(frame, step);
    case StmtKind::Retain:
    case StmtKind::Release:
      count(frame, step);
      return Flow::Next;
    case StmtKind::Prefetch:
      return Flow::Next;
    case StmtKind::Poll:
      return poll();
  }
  ROOFTOP_UNREACHABLE("statement of an unknown kind");
}

Machine::Flow Machine::iteration(Frame& frame, const Step& step, std::uint64_t k, std::int64_t begin) {
  // Unsigned: the last value fits, what lies between need not be looked at.
  const std::uint64_t value = static_cast<std::uint64_t>(begin) + k * static_cast<std::uint64_t>(step.source->step);
  *frame.slots(step.target.at) = static_cast<std::int64_t>(value);
  return block(frame, step.body);
}

Machine::Flow Machine::loop(Frame& frame, const Step& step) {
  const std::int64_t begin = frame.integer(step.values[0].at);
  const std::int64_t end = frame.integer(step.values[1].at);
  const std::int64_t stride = step.source->step;
  std::uint64_t trips = 0;
  if (stride > 0 && begin < end) {
    trips =
        (static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(begin) - 1) / static_cast<std::uint64_t>(stride) +
        1;
  } else if (stride < 0 && begin > end) {
    const std::uint64_t size = 0 - static_cast<std::uint64_t>(stride);
    trips = (static_cast<std::uint64_t>(begin) - static_cast<std::uint64_t>(end) - 1) / size + 1;
  }
  if (step.source->loop == ir::LoopKind::Parallel) return parallel_loop(frame, step, trips);
  for (std::uint64_t k = 0; k < trips; ++k) {
    const Flow flow = iteration(frame, step, k, begin);
    if (flow == Flow::Break) break;
    if (flow != Flow::Next && flow != Flow::Continue) return flow;
  }
  return Flow::Next;
}

Machine::Flow Machine::parallel_loop(Frame& frame, const Step& step, std::uint64_t trips) {
  using Order = InterpreterOptions::Order;
  const std::int64_t begin = frame.integer(step.values[0].at);
  std::vector<std::uint64_t> order;
  if (options_.parallel_order == Order::Shuffled) {
    order.resize(trips);
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i > 1; --i) {
      random_ = random_ * 6364136223846793005u + 1442695040888963407u;
      std::swap(order[i - 1], order[(random_ >> 33) % i]);
    }
  }
  if (options_.find_races) races_.enter_loop();
  Flow flow = Flow::Next;
  for (std::uint64_t k = 0; k < trips; ++k) {
    const std::uint64_t at = options_.parallel_order == Order::Reversed   ? trips - 1 - k
                             : options_.parallel_order == Order::Shuffled ? order[k]
                                                                          : k;
    if (options_.find_races) races_.begin_iteration(static_cast<std::int64_t>(at));
    flow = iteration(frame, step, at, begin);
    if (flow != Flow::Next && flow != Flow::Continue) break;
    flow = Flow::Next;
  }
  if (options_.find_races) races_.leave_loop();
  // One iteration raises as it would in a serial loop.
  if (flow != Flow::Raised || trips <= 1 || step.else_body.empty()) return flow;
  context_->frame_count = 0;
  return block(frame, step.else_body);
}

Machine::Flow Machine::while_loop(Frame& frame, const Step& step) {
  for (;;) {
    frame.current = &step;
    if (options_.step_limit != 0 && ++steps_ > options_.step_limit) broken(frame, "the step limit is reached");
    compute(frame, step);
    if (!frame.truth(step.values[0].at)) return Flow::Next;
    const Flow flow = block(frame, step.body);
    if (flow == Flow::Break) return Flow::Next;
    if (flow != Flow::Next && flow != Flow::Continue) return flow;
  }
}

/// The block of a new array whose shape is set in `result`; null when there is no room for it.
MemoryBlock Machine::fresh_block(Frame& frame, const Step& step, const ir::Type& type, ArrayView result) {
  const auto element_size = static_cast<std::int64_t>(array::size_of(type.dtype()));
  std::int64_t bytes = element_size;
  bool fits = true;
  for (int d = 0; d < type.rank(); ++d) {
    const std::int64_t n = frame.integer(step.values[static_cast<std::size_t>(d)].at);
    if (n < 0) broken(frame, "an allocation of negative length");
    result.set_length(d, n);
    fits &= !__builtin_mul_overflow(bytes, n, &bytes);
  }
  if (!fits) return nullptr;
  MemoryBlock block;
  try {
    block = std::make_unique<std::vector<std::uint64_t>>(static_cast<std::size_t>(bytes / 8 + 1), kGarbage);
  } catch (const std::bad_alloc&) {
    return nullptr;
  } catch (const std::length_error&) {
    return nullptr;
  }
  result.set_data(reinterpret_cast<std::uintptr_t>(block->data()));
  result.set_row_major(element_size);
  return block;
}

Machine::Flow Machine::allocate(Frame& frame, const Step& step) {
  const ir::Type& type = step.source->var->type;
  auto block = fresh_block(frame, step, type, ArrayView(frame.slots(step.target.at), type.rank()));
  if (block == nullptr) return raise(frame, step);
  frame.allocations.push_back(std::move(block));
  return Flow::Next;
}

Machine::Flow Machine::create(Frame& frame, const Step& step) {
  const ir::Type& type = step.source->results[0]->type;
  auto block = fresh_block(frame, step, type, ArrayView(frame.slots(step.results[0].at), type.rank()));
  if (block == nullptr) return raise(frame, step);
  *frame.slots(step.results[1].at) = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(block->data()));
  const auto owner = frame.integer(step.results[1].at);
  owned_[owner] = {.block = std::move(block), .references = 1};
  return Flow::Next;
}

void Machine::count(Frame& frame, const Step& step) {
  const std::int64_t owner = frame.integer(step.values[0].at);
  if (owner == 0) return;
  const auto found = owned_.find(owner);
  if (found == owned_.end()) broken(frame, "an array without references is counted");
  Owned& owned = found->second;
  owned.references += step.kind == StmtKind::Retain ? 1 : -1;
  if (owned.references > 0) return;
  // Whoever still reads it finds out. The block itself stays, so that no other array gets its address.
  std::fill(owned.block->begin(), owned.block->end(), kGarbage);
  released_.push_back(std::move(owned.block));
  owned_.erase(found);
}

/// What is left when the entry returns must be its results.
void Machine::hand_over(Frame& frame, std::vector<MemoryBlock>& kept) {
  for (std::size_t i = 0; i < frame.code.source->results.size(); ++i) {
    if (frame.code.source->results[i] != ir::kI64) continue;
    const auto found = owned_.find(frame.integer((*frame.returned)[i].at));
    if (found == owned_.end()) continue;
    if (--found->second.references > 0) continue;
    kept.push_back(std::move(found->second.block));
    owned_.erase(found);
  }
  if (!owned_.empty()) broken(frame, "an array that is not returned is never released");
}

Machine::Flow Machine::raise(Frame& frame, const Step& step) {
  context_->error = step.site;
  const std::size_t first = step.kind == StmtKind::Check ? 1 : 0;
  for (std::size_t i = first;
       step.kind != StmtKind::Allocate && step.kind != StmtKind::Create && i < step.values.size(); ++i) {
    context_->arguments[i - first] = frame.integer(step.values[i].at);
  }
  return Flow::Raised;
}

Machine::Flow Machine::poll() {
  if (options_.poll == nullptr || context_->epoch == nullptr || *context_->epoch == context_->epoch_seen) {
    return Flow::Next;
  }
  return options_.poll(context_) == kOk ? Flow::Next : Flow::Interrupted;
}

}  // namespace rooftop::backend::interp
