// One stable sort a key, the most important one last.
#include "rooftop/lib/lexsort.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "rooftop/array/cast.h"
#include "rooftop/lib/argsort.h"
#include "rooftop/lib/gather.h"

namespace rooftop::lib {

using array::DType;
using array::View;

void lexsort(std::span<const View> keys, std::int64_t* places) {
  const std::int64_t n = keys[0].shape[0];
  if (n < 2) {
    if (n == 1) places[0] = 0;
    return;
  }
  const auto count = static_cast<std::size_t>(n);
  std::vector<std::int64_t> order;  // of the elements that the places so far name
  std::unique_ptr<char[]> elements;
  for (const View& key : keys) {
    const auto size = static_cast<std::int64_t>(array::size_of(key.dtype));
    const bool is_first = &key == keys.data();
    if (is_first && array::is_row_major(key)) {
      argsort_vector(key.dtype, key.data, n, places);
      continue;
    }
    constexpr std::size_t kLargest = 16;
    if (!elements) elements.reset(new char[count * kLargest]);
    const View ordered{elements.get(), key.dtype, 1, &n, &size};
    if (is_first) {
      array::copy_elements(ordered, key);
      argsort_vector(key.dtype, ordered.data, n, places);
      continue;
    }
    const std::int64_t place_size = sizeof(std::int64_t);
    gather(ordered, key, {reinterpret_cast<char*>(places), DType::I64, 1, &n, &place_size});
    order.resize(count);
    argsort_vector(key.dtype, ordered.data, n, order.data());
    for (std::int64_t& place : order) place = places[place];
    std::copy(order.begin(), order.end(), places);
  }
}

}  // namespace rooftop::lib
