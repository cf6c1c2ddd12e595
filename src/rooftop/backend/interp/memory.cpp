// Bounds, layouts and ranges of packed arrays; the bookkeeping of parallel loops.
#include "rooftop/backend/interp/memory.h"

namespace rooftop::backend::interp {

bool ArrayView::empty() const {
  for (int d = 0; d < rank_; ++d) {
    if (length(d) == 0) return true;
  }
  return false;
}

void ArrayView::set_row_major(std::int64_t element_size) {
  std::int64_t stride = element_size;
  for (int d = rank_ - 1; d >= 0; --d) {
    set_stride(d, stride);
    stride *= length(d);
  }
}

bool ArrayView::has_layout(ir::Layout layout, std::int64_t element_size) const {
  if (layout == ir::Layout::Strided || empty()) return true;
  std::int64_t expected = element_size;
  for (int d = rank_ - 1; d >= 0; --d) {
    if (length(d) > 1 && stride(d) != expected) return false;
    if (layout == ir::Layout::Inner) return true;
    expected *= length(d);
  }
  return true;
}

ArrayView::Range ArrayView::range(std::int64_t element_size) const {
  if (empty()) return {};
  std::int64_t below = 0;
  std::int64_t above = element_size;
  for (int d = 0; d < rank_; ++d) {
    const std::int64_t reach = (length(d) - 1) * stride(d);
    (reach < 0 ? below : above) += reach;
  }
  return {data() + static_cast<std::uintptr_t>(below), data() + static_cast<std::uintptr_t>(above)};
}

bool RaceFinder::touch(std::uintptr_t address, bool writes) {
  for (Loop& loop : loops_) {
    Users& users = loop.users[address];
    if (users.writer != kNobody && users.writer != loop.iteration) return false;
    if (writes) {
      if (users.reader != kNobody && users.reader != loop.iteration) return false;
      users.writer = loop.iteration;
    } else {
      users.reader = users.reader == kNobody || users.reader == loop.iteration ? loop.iteration : kSeveral;
    }
  }
  return true;
}

void RaceFinder::forget(std::uintptr_t first, std::uintptr_t last) {
  for (Loop& loop : loops_) {
    std::erase_if(loop.users, [&](const auto& user) { return user.first >= first && user.first < last; });
  }
}

}  // namespace rooftop::backend::interp
