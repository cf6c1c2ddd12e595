// What the processor that code is generated for has, as far as the emitters choose instructions by it.
#pragma once

#include <llvm/Target/TargetMachine.h>

namespace rooftop::backend::llvm {

struct Features {
  bool f16c = false;         ///< conversions between float16 and float32
  bool avx2 = false;         ///< integer vectors of 32 bytes
  bool avx512bw = false;     ///< of 64 bytes
  bool vnni_256 = false;     ///< sums of products of narrow integers, vectors of 16 and 32 bytes
  bool avx512_vnni = false;  ///< of 64 bytes
};

Features features_of(const ::llvm::TargetMachine& machine);

}  // namespace rooftop::backend::llvm
