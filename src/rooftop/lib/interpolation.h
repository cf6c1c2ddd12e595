// Piecewise linear functions.
#pragma once

#include <cstdint>
#include <span>

namespace rooftop::lib {

/// y[i] = the line through the two points around x[i]; `left` and `right` beyond the ends, NaN of NaN. Places need not
/// be finite: a line that is nowhere is replaced by the value that both its ends have.
/// @pre xs is ascending, not empty and as long as ys
struct PiecewiseLinear {
  std::span<const double> xs;
  std::span<const double> ys;
  double left;
  double right;

  void evaluate(std::span<const double> x, double* y) const;
};

}  // namespace rooftop::lib
