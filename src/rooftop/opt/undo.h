// Loops whose rounds may raise, on several threads, where the checks cannot be made before: what the rounds write is
// copied first. When one raises it is put back, and the rounds run one after the other.
//
//   for %i in 0 .. %n {          let %kept = allocate(…)                      // what stood in %A
//     check … else E "…"         while %again {
//     %A[%i] = …             →     for parallel %t in 0 .. %parts { for %i … { check … else E "…" %A[%i] = … } }
//   }                              otherwise { %A := %kept; %parts := 1; %again := 1 }
//                                }
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rooftop/ir/stmt.h"
#include "rooftop/opt/machine.h"

namespace rooftop::opt {

class Undo {
 public:
  /// Nothing, and why, when something written is no array with a name before the loop, or rounds do so little that
  /// copies cannot be cheap.
  static std::optional<Undo> of(const ir::Stmt& loop, std::string& why_not);

  /// Whether the copies cost little beside so much work, and little memory: bool.
  ir::Expr is_cheap(const ir::Expr& work, const Machine& machine) const;

  /// Appends the copies; empty ones where `wanted` (bool) does not hold.
  void keep(const ir::Expr& wanted, ir::Block& out);
  /// Appends what puts the copies back.
  void put_back(ir::Block& out) const;

 private:
  explicit Undo(std::vector<ir::Var> written) : written_(std::move(written)) {}

  std::vector<ir::Var> written_;
  std::vector<ir::Var> kept_;
};

}  // namespace rooftop::opt
