// What a loop has to do, as far as its text tells: whether threads pay, and how much they can gain.
#pragma once

#include <optional>
#include <string>

#include "rooftop/ir/stmt.h"
#include "rooftop/ir/walk.h"
#include "rooftop/opt/machine.h"

namespace rooftop::opt {

/// Element operations of one round of the loop, as an expression that has a value before the loop.
ir::Expr work_of_round(const ir::Stmt& loop);

/// The same where it is a number.
std::optional<double> known_work_of_round(const ir::Stmt& loop);

/// From how many rounds on threads pay, in words.
std::string rounds_that_pay(const ir::Stmt& loop, const Machine& machine);

/// What `threads` threads gain at most, in words. `extra`: what running on threads adds to the work, as a share of it.
/// Loops that do little with each byte are bound by what the threads share, unless the caches hold their arrays.
std::string expected_gain(const ir::Stmt& loop, const Machine& machine, double extra = 0);

}  // namespace rooftop::opt
