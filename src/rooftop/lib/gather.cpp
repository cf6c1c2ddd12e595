// Loops over places and masks, by the size of what is moved.
#include "rooftop/lib/gather.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "rooftop/array/cast.h"
#include "rooftop/lib/constant_size.h"
#include "rooftop/lib/parallel.h"
#include "rooftop/lib/places.h"
#include "rooftop/lib/rows.h"
#include "rooftop/lib/set_bytes.h"
#include "rooftop/lib/workspace.h"

namespace rooftop::lib {
namespace {

using array::DType;
using array::Extents;
using array::View;

/// A row-major copy of the places as int64, or the places themselves where they are that already.
class Places {
 public:
  explicit Places(const View& places) {
    size_ = places.size();
    if (places.dtype == DType::I64 && array::is_row_major(places) && array::is_aligned(places)) {
      data_ = reinterpret_cast<const std::int64_t*>(places.data);
      return;
    }
    copy_.emplace(size_);
    Extents extents(places.lengths());
    extents.set_row_major(sizeof(std::int64_t));
    array::copy_elements(extents.view(DType::I64, reinterpret_cast<char*>(copy_->data())), places);
    data_ = copy_->data();
  }
  std::int64_t size() const { return size_; }
  const std::int64_t* data() const { return data_; }
  std::int64_t operator[](std::int64_t i) const { return data_[i]; }
  std::span<const std::int64_t> all() const { return {data_, static_cast<std::size_t>(size_)}; }

 private:
  std::optional<Workspace<std::int64_t>> copy_;
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

}  // namespace

std::optional<std::int64_t> find_outside(const View& places, std::int64_t length) {
  const Places wanted(places);
  if (range_of(wanted.all(), length) != PlaceRange::Outside) return std::nullopt;
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
      const std::int64_t* const from = places.data() + i;
      const PlaceRange range = range_of({from, static_cast<std::size_t>(count)}, rows.length);
      if (range == PlaceRange::Outside) {
        is_outside = true;
        return;
      }
      with_size(rows.bytes, [&](auto bytes) { move(bytes, range, from, to + i * rows.bytes, count); });
    }
  }

 private:
  template <typename Bytes>
  void move(Bytes bytes, PlaceRange range, const std::int64_t* from, char* out, std::int64_t n) const {
    const auto size = static_cast<std::int64_t>(bytes);
    const std::int64_t stride = rows.stride;
    const char* const data = rows.data;
    if (range == PlaceRange::FromStart && stride == size) {  // then the address takes no multiplication
#pragma GCC unroll 4
      for (std::int64_t i = 0; i < n; ++i) std::memcpy(out + i * size, data + from[i] * size, bytes);
    } else if (range == PlaceRange::FromStart) {
      for (std::int64_t i = 0; i < n; ++i) std::memcpy(out + i * size, data + from[i] * stride, bytes);
    } else {
      const char* const ends[] = {data, data + rows.length * stride};
      for (std::int64_t i = 0; i < n; ++i) {
        const char* const origin = ends[static_cast<std::uint64_t>(from[i]) >> 63];
        std::memcpy(out + i * size, origin + from[i] * stride, bytes);
      }
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

namespace {

/// Calls `move(address, stride, places, count)` for blocks of a view where the mask is true, in row-major order: the
/// elements are those at address + stride * places[0 … count).
template <typename Move>
void for_each_true(const View& view, const View& mask, Move move) {
  const auto row = [&](char* data, std::int64_t stride, const char* wanted, std::int64_t step, std::int64_t n) {
    for_each_set(wanted, step, n, [&](const std::int64_t* places, std::int64_t count, std::int64_t begin) {
      move(data + begin * stride, stride, places, count);
    });
  };
  if (array::is_row_major(view) && array::is_row_major(mask)) {
    return row(view.data, static_cast<std::int64_t>(array::size_of(view.dtype)), mask.data, 1, view.size());
  }
  const int last = view.rank - 1;
  const std::int64_t n = view.shape[last], rows = view.size() == 0 ? 0 : row_count(view);
  std::int64_t index[array::kMaxRank] = {};
  char* data = view.data;
  const char* wanted = mask.data;
  for (std::int64_t i = 0; i < rows; ++i) {
    row(data, view.strides[last], wanted, mask.strides[last], n);
    for (int axis = last; axis-- > 0;) {
      data += view.strides[axis], wanted += mask.strides[axis];
      if (++index[axis] < view.shape[axis]) break;
      data -= view.strides[axis] * view.shape[axis], wanted -= mask.strides[axis] * view.shape[axis];
      index[axis] = 0;
    }
  }
}

}  // namespace

void compress(const View& out, const View& source, const View& mask) {
  with_size(static_cast<std::int64_t>(array::size_of(source.dtype)), [&](auto bytes) {
    const auto size = static_cast<std::int64_t>(bytes);
    char* to = out.data;
    std::int64_t room = out.shape[0];  // the mask may have been changed since it was counted
    for_each_true(source, mask,
                  [&](const char* from, std::int64_t stride, const std::int64_t* places, std::int64_t found) {
                    const std::int64_t count = std::min(found, room);
                    for (std::int64_t i = 0; i < count; ++i) {
                      std::memcpy(to + i * size, from + places[i] * stride, bytes);
                    }
                    to += count * size;
                    room -= count;
                  });
  });
}

void expand(const View& target, const View& mask, const View& values) {
  const std::int64_t step = values.rank == 0 ? 0 : values.strides[0];
  with_size(static_cast<std::int64_t>(array::size_of(target.dtype)), [&](auto bytes) {
    const char* from = values.data;
    std::int64_t rest = values.rank == 0 ? target.size() : values.shape[0];
    for_each_true(target, mask, [&](char* to, std::int64_t stride, const std::int64_t* places, std::int64_t found) {
      const std::int64_t count = std::min(found, rest);
      for (std::int64_t i = 0; i < count; ++i) std::memcpy(to + places[i] * stride, from + i * step, bytes);
      from += count * step;
      rest -= count;
    });
  });
}

}  // namespace rooftop::lib
