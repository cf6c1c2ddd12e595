// LLVM's ORC behind one small class: links an object file into this process and frees its memory with it.
// Code is written while its pages are writable and then made executable and read-only, never both at once.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "rooftop/backend/llvm/target.h"

namespace llvm::orc {
class JITDylib;
}

namespace rooftop::backend::llvm {

/// A function of this process that linked code may call.
struct Symbol {
  std::string_view name;
  void* address;
};

/// Object files linked into the process, and to each other. Thread-safe to make and destroy.
class LinkedObject {
 public:
  LinkedObject() = default;
  /// Links `objects`, whose undefined symbols are among `symbols` or in each other. Throws LlvmError.
  LinkedObject(std::span<const Bytes> objects, const std::vector<Symbol>& symbols);
  ~LinkedObject();
  LinkedObject(LinkedObject&& other) noexcept;
  LinkedObject& operator=(LinkedObject&& other) noexcept;

  /// Address of a global symbol of the objects. Throws LlvmError when there is none.
  void* address_of(std::string_view name) const;
  std::size_t code_bytes() const { return code_bytes_; }

 private:
  ::llvm::orc::JITDylib* library_ = nullptr;
  std::size_t code_bytes_ = 0;
};

}  // namespace rooftop::backend::llvm
