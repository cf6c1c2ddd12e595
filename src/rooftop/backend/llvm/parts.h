// A module in parts whose code several threads generate at once: each has the whole module emitted in a context of its
// own, and leaves out of it what is the others'.
#pragma once

#include <llvm/ADT/StringMap.h>

namespace llvm {
class Module;
}

namespace rooftop::backend::llvm {

/// Which part each function of a module belongs to. Modules emitted from the same ir have the same.
class Parts {
 public:
  /// At most `most` parts of about the same size; only one of a module for which another thread does not pay.
  Parts(const ::llvm::Module& module, int most);

  int count() const { return count_; }
  /// Makes declarations of the other parts' functions, and lets the others see the functions of this one.
  void keep(::llvm::Module& module, int part) const;

 private:
  ::llvm::StringMap<int> part_of_;
  int count_ = 1;
};

}  // namespace rooftop::backend::llvm
