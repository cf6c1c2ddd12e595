// A module with every name resolved: expressions are short instruction lists over the bytes of a frame, variables are
// offsets in it, callees are indices. What the interpreter runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "rooftop/backend/abi.h"
#include "rooftop/ir/lane_kernels.h"
#include "rooftop/ir/stmt.h"

namespace rooftop::backend::interp {

/// Byte offset of a value in its frame, a multiple of 8. A scalar or vector lies there lane by lane; an array as the
/// abi packs it: data pointer, lengths, strides.
using Register = std::uint32_t;

inline constexpr Register kNone = 0xFFFFFFFF;

struct Operand {
  Register at = kNone;
  std::uint32_t bytes = 0;
};

/// Elements of an array: a load, a store's target.
struct Access {
  struct Index {
    Register at;
    bool vector;  ///< one value per lane; otherwise the same for all
  };
  Register array;
  std::vector<Index> indices;
  Register mask = kNone;
  Register value;  ///< loaded into or stored from
  int lanes;
  std::uint32_t element_size;
};

struct ViewPlan {
  Register base;
  int base_rank;
  std::vector<Register> starts;
  std::vector<int> from;
  std::vector<Register> lengths;
  std::vector<Register> steps;
  Register result;
  ir::Type type;
};

struct Instruction {
  enum class Kind : std::uint8_t { Kernel, Load, View, Disjoint, Lookup };
  Kind kind;
  int lanes = 1;
  ir::LaneKernel kernel = nullptr;  ///< Kernel
  Register result = kNone;
  Register arguments[3] = {kNone, kNone, kNone};
  std::uint32_t index = 0;  ///< Load: of accesses; View: of views; Disjoint: of disjoints; Lookup: of lookups
};

struct DisjointTest {
  Register arrays[2];
  ir::Type types[2];
};

struct TableRead {
  const ir::Table* table;
  ir::DType index_type;
};

/// One statement. Its instructions [first, last) compute all expressions that it holds, then it acts.
struct Step {
  ir::StmtKind kind;
  const ir::StmtNode* source = nullptr;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  Operand target;                ///< Let, Declare, Assign, For, Allocate
  std::vector<Operand> values;   ///< the statement's expressions in the order of StmtNode::exprs, or raise arguments
  std::vector<Operand> results;  ///< Call, Create
  std::uint32_t access = 0;      ///< Store
  std::uint32_t callee = 0;      ///< Call
  const Site* site = nullptr;    ///< Raise, Check, Call, Allocate, Create
  std::vector<Step> body;
  std::vector<Step> else_body;
};

struct FunctionCode {
  const ir::Function* source = nullptr;
  std::vector<Operand> parameters;
  std::vector<std::uint64_t> image;  ///< the frame at entry: constants in place
  std::vector<Instruction> instructions;
  std::vector<Access> accesses;
  std::vector<ViewPlan> views;
  std::vector<DisjointTest> disjoints;
  std::vector<TableRead> lookups;
  std::vector<Step> body;
  const Site* too_deep = nullptr;  ///< the RecursionError
};

struct Program {
  ir::Module module;  ///< keeps alive what the code points into
  std::vector<FunctionCode> functions;
  std::deque<Site> sites;  ///< stable addresses
};

/// Resolves a verified module.
Program lower(const ir::Module& module);

/// Bytes of a value of the type in a frame.
std::uint32_t bytes_of(const ir::Type& type);

}  // namespace rooftop::backend::interp
