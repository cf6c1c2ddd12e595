// One run of a program: the frames, what each statement does, and the checks of what generated code takes for granted.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "rooftop/backend/interp/interpreter.h"
#include "rooftop/backend/interp/memory.h"
#include "rooftop/backend/interp/program.h"

namespace rooftop::backend::interp {

/// The elements of an array that the program made.
using MemoryBlock = std::unique_ptr<std::vector<std::uint64_t>>;

class Machine {
 public:
  Machine(const Program& program, const InterpreterOptions& options, KernelContext* context);

  /// Memory of arrays that are returned goes into `kept`.
  std::int32_t run(const std::int64_t* arguments, std::int64_t* results, std::vector<MemoryBlock>& kept);

 private:
  /// How a statement or block ended.
  enum class Flow : std::uint8_t { Next, Break, Continue, Return, Raised, Interrupted };

  /// Values of one call, and the memory that its blocks allocated.
  struct Frame {
    const FunctionCode& code;
    std::vector<std::uint64_t> memory;
    std::vector<MemoryBlock> allocations;
    const Step* current = nullptr;                   ///< for messages
    const std::vector<Operand>* returned = nullptr;  ///< the values of the return that ended the call

    explicit Frame(const FunctionCode& c) : code(c), memory(c.image) {}
    char* at(Register r) { return reinterpret_cast<char*>(memory.data()) + r; }
    std::int64_t* slots(Register r) { return reinterpret_cast<std::int64_t*>(at(r)); }
    std::int64_t integer(Register r) { return *slots(r); }
    bool truth(Register r) { return *at(r) != 0; }
  };

  Flow run_function(Frame& frame);
  Flow block(Frame& frame, const std::vector<Step>& steps);
  Flow step(Frame& frame, const Step& step);
  Flow loop(Frame& frame, const Step& step);
  Flow parallel_loop(Frame& frame, const Step& step, std::uint64_t trips);
  Flow iteration(Frame& frame, const Step& step, std::uint64_t k, std::int64_t begin);
  Flow while_loop(Frame& frame, const Step& step);
  Flow call(Frame& frame, const Step& step);
  MemoryBlock fresh_block(Frame& frame, const Step& step, const ir::Type& type, ArrayView result);
  Flow allocate(Frame& frame, const Step& step);
  Flow create(Frame& frame, const Step& step);
  void count(Frame& frame, const Step& step);
  void hand_over(Frame& frame, std::vector<MemoryBlock>& kept);
  Flow raise(Frame& frame, const Step& step);
  Flow poll();
  void push_frame(const Site* site);

  void compute(Frame& frame, const Step& step);
  void kernel(Frame& frame, const Instruction& i);
  void load(Frame& frame, const Access& access);
  void store(Frame& frame, const Access& access);
  void view(Frame& frame, const ViewPlan& plan);
  void lookup(Frame& frame, const Instruction& i);
  void disjoint(Frame& frame, const Instruction& i);
  /// Address of a lane's element; checks the subscripts.
  std::uintptr_t element(Frame& frame, const Access& access, int lane);

  void unpack(Frame& frame, const std::int64_t* slots);
  void pack(Frame& frame, std::int64_t* slots);
  void adopt(Frame& frame, ArrayView array, const ir::Type& type);
  [[noreturn]] void broken(const Frame& frame, const std::string& what) const;

  const Program& program_;
  const InterpreterOptions& options_;
  KernelContext* context_;
  /// An array whose references the program counts; its owner is the address.
  struct Owned {
    MemoryBlock block;
    std::int64_t references;
  };
  std::unordered_map<std::int64_t, Owned> owned_;
  std::vector<MemoryBlock> released_;
  RaceFinder races_;
  int depth_ = 0;
  std::int64_t steps_ = 0;
  std::uint64_t random_;
};

}  // namespace rooftop::backend::interp
