// Facts to scope lists.
#include "rooftop/backend/llvm/aliasing.h"

#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/MDBuilder.h>

namespace rooftop::backend::llvm {
namespace {

void attach(ll::Instruction* access, unsigned kind, ll::ArrayRef<ll::Metadata*> scopes) {
  if (!scopes.empty()) access->setMetadata(kind, ll::MDNode::get(access->getContext(), scopes));
}

}  // namespace

AliasFacts::AliasFacts(ll::LLVMContext& context) : context_(context) {
  ll::MDBuilder metadata(context);
  own_scope_ = metadata.createAnonymousAliasScope(metadata.createAnonymousAliasScopeDomain());
}

Memory AliasFacts::new_memory(bool known_origin) { return {{identities_++}, known_origin}; }

Memory AliasFacts::new_view(const Memory& base) {
  Memory view{{identities_++}, base.known_origin};
  view.identities.append(base.identities.begin(), base.identities.end());
  return view;
}

void AliasFacts::assume_disjoint(const Memory& a, const Memory& b) {
  if (a.identities.empty() || b.identities.empty()) return;
  if (a.identities.front() != b.identities.front()) add(a.identities.front(), b.identities.front());
}

void AliasFacts::assume_private(const Memory& a) { add(a.identities.front(), kAnyOther); }

void AliasFacts::add(int a, int b) {
  ll::MDBuilder metadata(context_);
  ll::MDNode* domain = metadata.createAnonymousAliasScopeDomain();
  facts_.push_back({a, b, metadata.createAnonymousAliasScope(domain),
                    b == kAnyOther ? nullptr : metadata.createAnonymousAliasScope(domain)});
}

void AliasFacts::annotate(ll::Instruction* access, const Memory& memory) const {
  SmallVector<ll::Metadata*, 8> in;
  SmallVector<ll::Metadata*, 8> not_in{own_scope_};
  for (const Fact& fact : facts_) {
    const bool in_a = ll::is_contained(memory.identities, fact.a);
    if (fact.b == kAnyOther) {
      if (in_a) in.push_back(fact.scope_a);
      if (!in_a && memory.known_origin) not_in.push_back(fact.scope_a);
      continue;
    }
    const bool in_b = ll::is_contained(memory.identities, fact.b);
    if (in_a == in_b) continue;
    in.push_back(in_a ? fact.scope_a : fact.scope_b);
    not_in.push_back(in_a ? fact.scope_b : fact.scope_a);
  }
  attach(access, ll::LLVMContext::MD_alias_scope, in);
  attach(access, ll::LLVMContext::MD_noalias, not_in);
}

void AliasFacts::annotate_own(ll::Instruction* access) const {
  attach(access, ll::LLVMContext::MD_alias_scope, {own_scope_});
}

}  // namespace rooftop::backend::llvm
