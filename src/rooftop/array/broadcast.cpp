// Broadcasting, after NumPy's rules.
#include "rooftop/array/broadcast.h"

namespace rooftop::array {

bool broadcast_shape(Extents& shape, std::span<const std::int64_t> lengths) {
  const int rank = static_cast<int>(lengths.size());
  if (rank > shape.rank) {
    const int added = rank - shape.rank;
    for (int i = shape.rank; i-- > 0;) shape.shape[i + added] = shape.shape[i];
    for (int i = 0; i < added; ++i) shape.shape[i] = 1;
    shape.rank = rank;
  }
  const int offset = shape.rank - rank;
  for (int i = 0; i < rank; ++i) {
    const std::int64_t length = lengths[static_cast<std::size_t>(i)];
    std::int64_t& wanted = shape.shape[i + offset];
    if (wanted == length || length == 1) continue;
    if (wanted != 1) return false;
    wanted = length;
  }
  return true;
}

View broadcast_view(const View& view, std::span<const std::int64_t> lengths, Extents& storage) {
  storage.rank = 0;
  const int rank = static_cast<int>(lengths.size());
  for (int i = 0; i < rank; ++i) {
    const int axis = i - (rank - view.rank);
    const bool repeats = axis < 0 || view.shape[axis] == 1;
    storage.push(lengths[static_cast<std::size_t>(i)], repeats ? 0 : view.strides[axis]);
  }
  return storage.view(view.dtype, view.data);
}

bool broadcasts_to(std::span<const std::int64_t> from, std::span<const std::int64_t> lengths) {
  if (from.size() > lengths.size()) return false;
  const std::size_t offset = lengths.size() - from.size();
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i] != 1 && from[i] != lengths[i + offset]) return false;
  }
  return true;
}

}  // namespace rooftop::array
