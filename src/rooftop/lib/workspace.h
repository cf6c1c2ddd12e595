// Memory that an algorithm works in, of the blocks that arrays come from: fresh pages cost more than most algorithms.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>

#include "rooftop/runtime/memory.h"

namespace rooftop::lib {

/// Room for so many elements, which are not set. Throws std::bad_alloc.
template <typename T>
class Workspace {
 public:
  explicit Workspace(std::int64_t count)
      : bytes_(static_cast<std::size_t>(std::max<std::int64_t>(count, 1)) * sizeof(T)),
        block_(static_cast<T*>(runtime::allocate(bytes_))) {
    if (block_ == nullptr) throw std::bad_alloc();
  }
  ~Workspace() { runtime::release(block_, bytes_); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  T* data() const { return block_; }
  T& operator[](std::int64_t i) const { return block_[i]; }

 private:
  std::size_t bytes_;
  T* block_;
};

}  // namespace rooftop::lib
