// Rows along the last axis, each with an address in every choice; axes that lie behind each other become one first.
#include "rooftop/lib/choice.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "rooftop/lib/constant_size.h"

namespace rooftop::lib {
namespace {

using array::Extents;
using array::View;

/// The operands of a walk in row-major order.
struct Walk {
  explicit Walk(const View& out) : lengths(out.lengths()) {}

  void add(const View& view) { operands.emplace_back(view), addresses.push_back(view.data); }

  /// Makes axes one where that goes for all operands; there is one axis at least then.
  void join_axes() {
    for (int axis = lengths.rank - 1; axis-- > 0;) {
      const bool joins = std::all_of(operands.begin(), operands.end(), [&](const Extents& operand) {
        return operand.strides[axis] == operand.strides[axis + 1] * lengths.shape[axis + 1];
      });
      if (joins) join(axis);
    }
    if (lengths.rank > 0) return;
    lengths.push(1, 0);
    for (Extents& operand : operands) operand.push(1, 0);
  }

  /// Calls row() for each row along the last axis, `addresses` being where it begins.
  template <typename Row>
  void run(Row row) {
    if (std::any_of(lengths.shape, lengths.shape + lengths.rank, [](std::int64_t n) { return n == 0; })) return;
    std::int64_t index[array::kMaxRank] = {};
    for (;;) {
      row();
      int axis = lengths.rank - 2;
      for (; axis >= 0; --axis) {
        move(axis, 1);
        if (++index[axis] < lengths.shape[axis]) break;
        move(axis, -lengths.shape[axis]);
        index[axis] = 0;
      }
      if (axis < 0) return;
    }
  }

  Extents lengths;
  std::vector<Extents> operands;
  std::vector<char*> addresses;

 private:
  void join(int axis) {
    lengths.shape[axis] *= lengths.shape[axis + 1];
    std::move(lengths.shape + axis + 2, lengths.shape + lengths.rank, lengths.shape + axis + 1);
    --lengths.rank;
    for (Extents& operand : operands) {
      std::move(operand.strides + axis + 1, operand.strides + operand.rank, operand.strides + axis);
      --operand.rank;
    }
  }
  void move(int axis, std::int64_t steps) {
    for (std::size_t k = 0; k < operands.size(); ++k) addresses[k] += steps * operands[k].strides[axis];
  }
};

}  // namespace

bool bring_inside(std::int64_t* places, std::int64_t n, std::int64_t length, OutsideMode mode) {
  switch (mode) {
    case OutsideMode::Raise: {
      std::int64_t signs = 0;  // what is outside leaves one
      for (std::int64_t i = 0; i < n; ++i) signs |= places[i] | (length - 1 - places[i]);
      return signs >= 0;
    }
    case OutsideMode::Clip:
      for (std::int64_t i = 0; i < n; ++i) places[i] = std::clamp<std::int64_t>(places[i], 0, length - 1);
      return true;
    case OutsideMode::Wrap:
      for (std::int64_t i = 0; i < n; ++i) {
        if (places[i] >= 0 && places[i] < length) continue;
        places[i] %= length;
        if (places[i] < 0) places[i] += length;
      }
      return true;
  }
  return false;
}

void choose(const View& out, const View& places, std::span<const View> choices) {
  Walk walk(out);
  walk.add(out);
  walk.add(places);
  for (const View& choice : choices) walk.add(choice);
  walk.join_axes();
  const int last = walk.lengths.rank - 1;
  const std::int64_t n = walk.lengths.shape[last];
  const std::int64_t place_stride = walk.operands[1].strides[last];
  std::vector<std::int64_t> strides;
  for (std::size_t k = 2; k < walk.operands.size(); ++k) strides.push_back(walk.operands[k].strides[last]);
  with_size(static_cast<std::int64_t>(array::size_of(out.dtype)), [&](auto bytes) {
    walk.run([&] {
      char* to = walk.addresses[0];
      const char* place = walk.addresses[1];
      char* const* from = walk.addresses.data() + 2;
      const std::int64_t* const steps = strides.data();
      for (std::int64_t i = 0; i < n; ++i, to += bytes, place += place_stride) {
        std::int64_t choice = 0;
        std::memcpy(&choice, place, sizeof choice);
        std::memcpy(to, from[choice] + i * steps[choice], bytes);
      }
    });
  });
}

}  // namespace rooftop::lib
