// Values while a function is emitted: scalars or vectors, and arrays taken apart.
#pragma once

#include <cstdint>

#include "rooftop/backend/llvm/types.h"

namespace rooftop::backend::llvm {

/// A value of one lane or several. Complex numbers keep their parts apart.
struct Scalar {
  ll::Value* real = nullptr;  ///< the value itself when it is not complex
  ll::Value* imag = nullptr;  ///< complex only
  /// For an i64 vector of the form base, base + step, …: the base. Lets loads and stores see that they are contiguous.
  ll::Value* ramp_base = nullptr;
  std::int64_t ramp_step = 0;

  bool is_complex() const { return imag != nullptr; }
};

/// Which memory an array lies in, for alias information: its own identity and those of the arrays that it is a view of.
struct Memory {
  SmallVector<int, 4> identities;  ///< innermost first; empty when nothing is known
  bool known_origin = false;       ///< false when it may be a view of any array, allocated ones too
};

/// An array taken apart. Strides that the layout determines are not kept but derived where they are used.
struct Array {
  ir::Type type;
  ll::Value* data = nullptr;
  SmallVector<ll::Value*, 4> lengths;
  SmallVector<ll::Value*, 4> strides;  ///< bytes, `open_strides(type)` of them
  Memory memory;
};

}  // namespace rooftop::backend::llvm
