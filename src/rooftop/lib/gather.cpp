// Loops over places and masks, by the size of what is moved.
#include "rooftop/lib/gather.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <vector>

#include "rooftop/array/cast.h"
#include "rooftop/array/strided_loop.h"
#include "rooftop/lib/constant_size.h"
#include "rooftop/lib/parallel.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::View;

/// Calls `action(address)` for every element of a view in row-major order.
template <typename Action>
void for_each_in_order(const View& view, Action action) {
  if (view.size() == 0) return;
  if (view.rank == 0) {
    action(view.data);
    return;
  }
  std::int64_t index[array::kMaxRank] = {};
  const int last = view.rank - 1;
  char* row = view.data;
  for (;;) {
    for (std::int64_t i = 0; i < view.shape[last]; ++i) action(row + i * view.strides[last]);
    int axis = last - 1;
    for (; axis >= 0; --axis) {
      row += view.strides[axis];
      if (++index[axis] < view.shape[axis]) break;
      row -= view.strides[axis] * view.shape[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/// A row-major copy of the places as int64, or the places themselves where they are that already.
class Places {
 public:
  explicit Places(const View& places) {
    size_ = places.size();
    if (places.dtype == DType::I64 && array::is_row_major(places) && array::is_aligned(places)) {
      data_ = reinterpret_cast<const std::int64_t*>(places.data);
      return;
    }
    copy_.resize(static_cast<std::size_t>(size_));
    Extents extents(places.lengths());
    extents.set_row_major(sizeof(std::int64_t));
    array::copy_elements(extents.view(DType::I64, reinterpret_cast<char*>(copy_.data())), places);
    data_ = copy_.data();
  }
  std::int64_t size() const { return size_; }
  const std::int64_t* data() const { return data_; }
  std::int64_t operator[](std::int64_t i) const { return data_[i]; }

 private:
  std::vector<std::int64_t> copy_;
  const std::int64_t* data_ = nullptr;
  std::int64_t size_ = 0;
};

/// The rows of a view along its first axis.
struct Rows {
  explicit Rows(const View& view)
      : data(view.data),
        length(view.shape[0]),
        stride(view.strides[0]),
        row{view.data, view.dtype, view.rank - 1, view.shape + 1, view.strides + 1},
        bytes(row.size() * static_cast<std::int64_t>(array::size_of(view.dtype))),
        is_dense(array::is_row_major(row)) {}

  char* at(std::int64_t place) const { return data + (place < 0 ? place + length : place) * stride; }
  View view_at(std::int64_t place) const {
    View view = row;
    view.data = at(place);
    return view;
  }

  char* data;
  std::int64_t length;
  std::int64_t stride;
  View row;  ///< its lengths and strides; the address is the first row's
  std::int64_t bytes;
  bool is_dense;  ///< each row's elements lie in order
};

/// Calls `action(i, address)` for the row at each place. Everything is in locals: what is written could be anything
/// else.
template <typename Action>
inline void for_each_row(const Rows& rows, const Places& wanted, Action action) {
  char* const data = rows.data;
  const std::int64_t length = rows.length;
  const std::int64_t stride = rows.stride;
  const std::int64_t* const places = wanted.data();
  const std::int64_t n = wanted.size();
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t place = places[i];
    action(i, data + (place + (place >> 63 & length)) * stride);
  }
}

/// Whether all are in [-length, length): what is outside leaves a sign in one of the differences.
bool are_inside(const std::int64_t* places, std::int64_t n, std::int64_t length) {
  std::int64_t signs = 0;
  for (std::int64_t i = 0; i < n; ++i) signs |= (places[i] + length) | (length - 1 - places[i]);
  return signs >= 0;
}

}  // namespace

std::optional<std::int64_t> find_outside(const View& places, std::int64_t length) {
  const Places wanted(places);
  const std::int64_t* const data = wanted.data();
  const std::int64_t n = wanted.size();
  if (are_inside(data, n, length)) return std::nullopt;
  std::int64_t i = 0;
  while (wanted[i] >= -length && wanted[i] < length) ++i;
  return wanted[i];
}

namespace {

/// Places that are checked before their rows are moved: they are still in the cache then.
constexpr std::int64_t kCheckedTogether = 1024;
/// Bytes from which all threads take part, and those of a piece: fewer than of a copy, as reads from anywhere take
/// longer.
constexpr std::int64_t kParallelBytes = 1 << 18, kPieceBytes = 1 << 16;

/// A gather of dense rows, cut at places.
struct DenseGather {
  char* to;
  const Rows& rows;
  const Places& places;
  std::int64_t pieces;
  std::atomic<bool> is_outside{false};

  void run(std::int64_t piece) {
    const std::int64_t n = places.size();
    const std::int64_t end = n * (piece + 1) / pieces;
    for (std::int64_t i = n * piece / pieces; i < end; i += kCheckedTogether) {
      const std::int64_t count = std::min(kCheckedTogether, end - i);
      if (!are_inside(places.data() + i, count, rows.length)) {
        is_outside = true;
        return;
      }
      with_size(rows.bytes, [&](auto bytes) { move(bytes, places.data() + i, to + i * rows.bytes, count); });
    }
  }

 private:
  template <typename Bytes>
  void move(Bytes bytes, const std::int64_t* from, char* out, std::int64_t n) const {
    const auto size = static_cast<std::int64_t>(bytes);
    const std::int64_t stride = rows.stride;
    // One row is found from the start of the axis or from its end.
    const char* const ends[] = {rows.data, rows.data + rows.length * stride};
    const auto origin = [&ends](std::int64_t place) { return ends[static_cast<std::uint64_t>(place) >> 63]; };
    if (stride == size) {  // then the address takes no multiplication
      for (std::int64_t i = 0; i < n; ++i) std::memcpy(out + i * size, origin(from[i]) + from[i] * size, bytes);
    } else {
      for (std::int64_t i = 0; i < n; ++i) std::memcpy(out + i * size, origin(from[i]) + from[i] * stride, bytes);
    }
  }
};

}  // namespace

std::optional<std::int64_t> gather(const View& out, const View& source, const View& places) {
  const Places wanted(places);
  const Rows rows(source);
  if (rows.is_dense) {
    const std::int64_t bytes = wanted.size() * rows.bytes;
    const std::int64_t pieces = bytes < kParallelBytes ? 1 : std::min(bytes / kPieceBytes, wanted.size());
    DenseGather gathering{out.data, rows, wanted, pieces};
    for_ranges(pieces, 1, [&gathering](std::int64_t begin, std::int64_t end) {
      for (std::int64_t piece = begin; piece < end; ++piece) gathering.run(piece);
    });
    return gathering.is_outside ? find_outside(places, rows.length) : std::nullopt;
  }
  if (const auto outside = find_outside(places, rows.length)) return outside;
  char* to = out.data;
  Extents extents(rows.row.lengths());
  extents.set_row_major(array::size_of(source.dtype));
  for (std::int64_t i = 0; i < wanted.size(); ++i, to += rows.bytes) {
    array::copy_elements(extents.view(source.dtype, to), rows.view_at(wanted[i]));
  }
  return std::nullopt;
}

void scatter(const View& target, const View& places, const View& values) {
  const Places wanted(places);
  const Rows rows(target);
  const char* from = values.data;
  if (values.rank == 0) {
    Extents repeated(rows.row.lengths());
    for (int i = 0; i < repeated.rank; ++i) repeated.strides[i] = 0;
    const View source = repeated.view(values.dtype, values.data);
    if (rows.row.rank > 0) {
      for (std::int64_t i = 0; i < wanted.size(); ++i) array::copy_elements(rows.view_at(wanted[i]), source);
      return;
    }
    char element[16];  // the value may lie in the target
    std::memcpy(element, from, array::size_of(values.dtype));
    with_size(rows.bytes, [&](auto bytes) {
      for_each_row(rows, wanted, [&element, bytes](std::int64_t, char* row) { std::memcpy(row, element, bytes); });
    });
    return;
  }
  if (rows.is_dense) {
    with_size(rows.bytes, [&](auto bytes) {
      for_each_row(rows, wanted, [from, bytes](std::int64_t i, char* row) {
        std::memcpy(row, from + i * static_cast<std::int64_t>(bytes), bytes);
      });
    });
    return;
  }
  Extents extents(rows.row.lengths());
  extents.set_row_major(array::size_of(target.dtype));
  for (std::int64_t i = 0; i < wanted.size(); ++i, from += rows.bytes) {
    array::copy_elements(rows.view_at(wanted[i]), extents.view(values.dtype, const_cast<char*>(from)));
  }
}

std::int64_t count_true(const View& mask) {
  const array::StridedLoop loop(std::span<const View>(&mask, 1));
  const std::int64_t n = loop.row_length();
  const std::int64_t stride = loop.row_stride(0);
  std::int64_t count = 0;
  loop.run([&](char* const* at) {
    if (stride == 1) {
      for (std::int64_t i = 0; i < n; ++i) count += at[0][i] != 0;
    } else {
      for (std::int64_t i = 0; i < n; ++i) count += at[0][i * stride] != 0;
    }
  });
  return count;
}

namespace {

/// Calls `action(address)` for every element of `view` where the mask is true, in row-major order.
template <typename Action>
void for_each_true(const View& view, const View& mask, Action action) {
  if (array::is_row_major(view) && array::is_row_major(mask)) {
    const auto size = static_cast<std::int64_t>(array::size_of(view.dtype));
    const std::int64_t n = mask.size();
    std::int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
      std::uint64_t eight;
      std::memcpy(&eight, mask.data + i, sizeof eight);
      if (eight == 0) continue;  // most masks are sparse or dense
      for (std::int64_t k = i; k < i + 8; ++k) {
        if (mask.data[k] != 0) action(view.data + k * size);
      }
    }
    for (; i < n; ++i) {
      if (mask.data[i] != 0) action(view.data + i * size);
    }
    return;
  }
  // Two walks, one after the other.
  std::vector<bool> wanted;
  wanted.reserve(static_cast<std::size_t>(mask.size()));
  for_each_in_order(mask, [&](const char* at) { wanted.push_back(*at != 0); });
  std::size_t i = 0;
  for_each_in_order(view, [&](char* at) {
    if (wanted[i++]) action(at);
  });
}

}  // namespace

void compress(const View& out, const View& source, const View& mask) {
  char* const to = out.data;
  const std::int64_t count = out.shape[0];
  with_size(static_cast<std::int64_t>(array::size_of(source.dtype)), [&](auto bytes) {
    const auto size = static_cast<std::int64_t>(bytes);
    if (array::is_row_major(source) && array::is_row_major(mask)) {
      // Without branches: an element that is not wanted is overwritten by the next one.
      const char* const from = source.data;
      const char* const wanted = mask.data;
      std::int64_t written = 0;
      for (std::int64_t i = 0; written < count; ++i) {
        std::memcpy(to + written * size, from + i * size, bytes);
        written += wanted[i] != 0;
      }
      return;
    }
    std::int64_t written = 0;
    for_each_true(source, mask, [&](const char* from) { std::memcpy(to + size * written++, from, bytes); });
  });
}

void expand(const View& target, const View& mask, const View& values) {
  const char* from = values.data;
  const std::int64_t step = values.rank == 0 ? 0 : values.strides[0];
  with_size(static_cast<std::int64_t>(array::size_of(target.dtype)), [&](auto bytes) {
    for_each_true(target, mask, [&](char* to) {
      std::memcpy(to, from, bytes);
      from += step;
    });
  });
}

}  // namespace rooftop::lib
