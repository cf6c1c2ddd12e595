// A doubly linked list per call; elements and bookkeeping are blocks of the array allocator.
#include "rooftop/runtime/owned_arrays.h"

#include <new>

#include "rooftop/runtime/memory.h"

namespace rooftop::runtime {

using backend::KernelContext;
using backend::OwnedArray;

namespace {

/// Unlinks and frees the bookkeeping.
void forget(KernelContext& context, OwnedArray* array) {
  (array->previous == nullptr ? context.owned : array->previous->next) = array->next;
  if (array->next != nullptr) array->next->previous = array->previous;
  release(array, sizeof *array);
}

}  // namespace

OwnedArray* create_owned(KernelContext* context, std::int64_t bytes) {
  if (bytes < 0) return nullptr;
  void* const room = allocate(sizeof(OwnedArray));
  if (room == nullptr) return nullptr;
  void* const data = allocate(static_cast<std::size_t>(bytes));
  if (data == nullptr) {
    release(room, sizeof(OwnedArray));
    return nullptr;
  }
  auto* const array =
      new (room) OwnedArray{.data = data, .bytes = bytes, .references = 1, .previous = nullptr, .next = context->owned};
  if (array->next != nullptr) array->next->previous = array;
  context->owned = array;
  return array;
}

void release_owned(KernelContext* context, OwnedArray* array) {
  if (--array->references > 0) return;
  const auto bytes = static_cast<std::size_t>(array->bytes);
  release(take_owned(*context, array), bytes);
}

void* take_owned(KernelContext& context, OwnedArray* array) {
  void* const data = array->data;
  forget(context, array);
  return data;
}

std::int64_t clear_owned(KernelContext& context) {
  std::int64_t count = 0;
  for (; context.owned != nullptr; ++count) {
    OwnedArray* const array = context.owned;
    const auto bytes = static_cast<std::size_t>(array->bytes);
    release(take_owned(context, array), bytes);
  }
  return count;
}

}  // namespace rooftop::runtime
