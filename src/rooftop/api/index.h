// Subscripts: `a(1, slice(2, -1), newaxis)` is NumPy's `a[1, 2:-1, None]`.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

namespace rooftop {

/// start:stop:step. What is left out is the end that the step starts from, or runs to.
struct Slice {
  std::optional<std::int64_t> start, stop;
  std::int64_t step = 1;
};

/// The whole axis: `:`.
constexpr Slice slice() { return {}; }
/// `start:stop`, `start:stop:step`; an end that is left out is `{}`: `slice({}, {}, -1)` is `::-1`.
constexpr Slice slice(std::optional<std::int64_t> start, std::optional<std::int64_t> stop, std::int64_t step = 1) {
  return {start, stop, step};
}

struct NewAxis {};
struct Ellipsis {};

/// An axis of length one.
inline constexpr NewAxis newaxis;
/// All axes that the other subscripts leave.
inline constexpr Ellipsis ellipsis;

/// One of a list of subscripts.
class Index {
 public:
  enum class Kind : std::uint8_t { Integer, Slice, NewAxis, Ellipsis };

  template <std::integral T>
  requires(!std::same_as<T, bool>) Index(T position)
      : kind_(Kind::Integer), position_(static_cast<std::int64_t>(position)) {}  // NOLINT
  Index(const Slice& slice) : kind_(Kind::Slice), slice_(slice) {}               // NOLINT
  Index(NewAxis) : kind_(Kind::NewAxis) {}                                       // NOLINT
  Index(Ellipsis) : kind_(Kind::Ellipsis) {}                                     // NOLINT

  Kind kind() const { return kind_; }
  std::int64_t position() const { return position_; }
  const Slice& range() const { return slice_; }

 private:
  Kind kind_;
  std::int64_t position_ = 0;
  Slice slice_;
};

}  // namespace rooftop
