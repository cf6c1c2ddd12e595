// What is known of arrays that cannot overlap, as LLVM's alias scopes on each load and store. Each fact "A and B are
// disjoint" is a domain of its own with one scope for either side: an access of A is in the one and promises not to
// touch the other. Nothing is said about an array of unknown identity.
#pragma once

#include <llvm/IR/Instruction.h>
#include <llvm/IR/Metadata.h>

#include "rooftop/backend/llvm/values.h"

namespace rooftop::backend::llvm {

class AliasFacts {
 public:
  explicit AliasFacts(ll::LLVMContext& context);

  /// An array whose memory is told apart from others'; with a base, one that lies inside the base.
  Memory new_memory(bool known_origin);
  Memory new_view(const Memory& base);

  /// The two arrays do not overlap, until `forget_to`.
  void assume_disjoint(const Memory& a, const Memory& b);
  /// Only views of this array overlap with it (fresh memory), until `forget_to`.
  void assume_private(const Memory& a);

  std::size_t count() const { return facts_.size(); }
  void forget_to(std::size_t count) { facts_.resize(count); }

  /// Marks a load or store of the array.
  void annotate(ll::Instruction* access, const Memory& memory) const;
  /// Marks an access to memory of the runtime or of the call's own frame, which no array overlaps.
  void annotate_own(ll::Instruction* access) const;

 private:
  struct Fact {
    int a;
    int b;  ///< kAnyOther for a private array
    ll::MDNode* scope_a;
    ll::MDNode* scope_b;
  };
  static constexpr int kAnyOther = -1;

  void add(int a, int b);

  ll::LLVMContext& context_;
  ll::MDNode* own_scope_;
  SmallVector<Fact, 8> facts_;
  int identities_ = 0;
};

}  // namespace rooftop::backend::llvm
