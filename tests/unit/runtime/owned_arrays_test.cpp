// The list of a call's arrays: what is released, taken and left.
#include "rooftop/runtime/owned_arrays.h"

#include <gtest/gtest.h>

#include <cstring>

#include "rooftop/runtime/context.h"
#include "rooftop/runtime/memory.h"

namespace rooftop::runtime {
namespace {

using backend::KernelContext;
using backend::OwnedArray;

TEST(OwnedArrays, EndWithTheLastReference) {
  KernelContext context;
  enter(context);
  OwnedArray* const array = create_owned(&context, 100);
  ASSERT_NE(array, nullptr);
  std::memset(array->data, 1, 100);
  EXPECT_EQ(array->bytes, 100);
  EXPECT_EQ(context.owned, array);
  ++array->references;
  release_owned(&context, array);
  EXPECT_EQ(context.owned, array);
  release_owned(&context, array);
  EXPECT_EQ(context.owned, nullptr);
}

TEST(OwnedArrays, AreReleasedInAnyOrder) {
  KernelContext context;
  enter(context);
  OwnedArray* arrays[4];
  for (OwnedArray*& array : arrays) array = create_owned(&context, 1 << 20);
  for (const int i : {1, 3, 0}) release_owned(&context, arrays[i]);
  EXPECT_EQ(context.owned, arrays[2]);
  EXPECT_EQ(arrays[2]->next, nullptr);
  EXPECT_EQ(arrays[2]->previous, nullptr);
  EXPECT_EQ(clear_owned(context), 1);
  EXPECT_EQ(context.owned, nullptr);
}

TEST(OwnedArrays, AreTakenAndLeft) {
  KernelContext context;
  enter(context);
  OwnedArray* const taken = create_owned(&context, 64);
  create_owned(&context, 5000);
  create_owned(&context, 0);
  void* const data = taken->data;
  EXPECT_EQ(take_owned(context, taken), data);
  EXPECT_EQ(clear_owned(context), 2);
  EXPECT_EQ(clear_owned(context), 0);
  release(data, 64);
}

TEST(OwnedArrays, BeyondMemoryAreNull) {
  KernelContext context;
  enter(context);
  EXPECT_EQ(create_owned(&context, std::int64_t{1} << 60), nullptr);
  EXPECT_EQ(create_owned(&context, -1), nullptr);
  EXPECT_EQ(context.owned, nullptr);
}

}  // namespace
}  // namespace rooftop::runtime
