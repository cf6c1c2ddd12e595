// C++ numbers among arrays: which types they take on, and what does not fit.
#pragma once

#include "rooftop/api/operand.h"
#include "rooftop/array/view.h"
#include "rooftop/lib/ufunc_types.h"

namespace rooftop::detail {

/// What an operand says of types.
lib::OperandType type_of(const Operand& operand);

/// Its type where it stands alone.
array::DType default_type(const Operand& operand);

/// Whether an integer type holds the operand, an integer.
bool fits(const Operand& operand, array::DType dtype);

/// Writes a number as an element. Throws OverflowError for an integer that the type does not hold, TypeError for a
/// complex number where there is no place for the imaginary part.
void write_number(const Operand& operand, array::DType dtype, char* to);

/// An operand as memory: the array's, or an element that a number is written to.
class Settled {
 public:
  Settled() {}  // NOLINT: the value is written with the number
  Settled(const Settled&) = delete;
  Settled& operator=(const Settled&) = delete;

  /// `dtype`: what a number becomes.
  const array::View& settle(const Operand& operand, array::DType dtype);
  const array::View& view() const { return view_; }
  /// Puts an array in the place of the one that was given.
  void replace(Array with);

 private:
  array::View view_;
  Array kept_;
  alignas(16) char value_[16];  // NOLINT
};

}  // namespace rooftop::detail
