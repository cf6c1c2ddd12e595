// Which elements of each argument a function touches: for each array and direction the box around all subscripts, and
// how many accesses there were. Elements touched are no more than either.
#pragma once

#include <unordered_map>
#include <vector>

#include "rooftop/ir/walk.h"
#include "rooftop/profile/cost_kernel.h"
#include "rooftop/profile/cost_range.h"

namespace rooftop::profile {

class Footprints {
 public:
  /// `ranges` says what the subscripts' variables may be, now and while accesses of the body are added.
  Footprints(const std::vector<ir::Var>& parameters, const ir::Block& body, const ValueRanges& ranges);

  /// Adds code that notes what the statement itself reads and writes, `times` times. `perhaps`: it may be fewer.
  void add(const ir::Stmt& s, const ir::Expr& times, bool perhaps, ir::Block& out);
  /// The value takes the variable's place in subscripts from here on.
  void write_out(const ir::Var& var, const ir::Expr& value) { lets_.set(var, lets_.rewrite(value)); }

  /// The variables that the code uses.
  void declare(ir::Block& out) const;
  /// For each of `accesses()`: bytes, and how many accesses are not sure to be where or as often as counted.
  void results(std::vector<ir::Expr>& out) const;
  const std::vector<CostAccess>& accesses() const { return accesses_; }

 private:
  struct Box {
    ir::Var array;
    std::vector<ir::Var> low, high;  ///< by dimension
    ir::Var known, unknown;          ///< accesses, by whether their elements are
    ir::Var doubtful;                ///< accesses that are not sure
  };
  /// Arguments that an array variable may be, or may be a view of.
  struct Roots {
    std::vector<std::size_t> parameters;
    bool viewed = false;
  };

  void find_roots(const ir::Block& body);
  void add(ir::Expr array, std::span<const ir::Expr> indices, bool is_write, const ir::Expr& times, bool perhaps,
           ir::Block& out);
  void note(Box& box, const std::vector<ValueRange>& where, const ir::Expr& times, bool doubtful, ir::Block& out) const;
  Box& box_of(std::size_t parameter, bool is_write);
  ir::Expr elements(const Box& box) const;

  std::vector<ir::Var> parameters_;
  const ValueRanges& ranges_;
  std::unordered_map<const ir::VarNode*, Roots> roots_;
  ir::Substitution lets_;
  std::vector<CostAccess> accesses_;
  std::vector<Box> boxes_;  ///< of `accesses_`
};

}  // namespace rooftop::profile
