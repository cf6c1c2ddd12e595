#include "rooftop/backend/llvm/vector_parts.h"

namespace rooftop::backend::llvm {

ll::Value* part_of(Builder& b, ll::Value* vector, unsigned first, unsigned lanes) {
  SmallVector<int, 16> places;
  for (unsigned i = 0; i < lanes; ++i) places.push_back(static_cast<int>(first + i));
  return b.CreateShuffleVector(vector, places);
}

ll::Value* joined(Builder& b, ArrayRef<ll::Value*> parts, unsigned lanes) {
  if (parts.size() == 1) return parts[0];
  const std::size_t middle = parts.size() / 2;
  ll::Value* low = joined(b, parts.take_front(middle), lanes);
  ll::Value* high = joined(b, parts.drop_front(middle), lanes);
  SmallVector<int, 32> places;
  for (int i = 0; i < static_cast<int>(lanes * parts.size()); ++i) places.push_back(i);
  return b.CreateShuffleVector(low, high, places);
}

}  // namespace rooftop::backend::llvm
