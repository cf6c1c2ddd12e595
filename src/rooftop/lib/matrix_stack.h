// Stacks of matrices: the last two axes are a matrix, those in front number them. How algorithms that know one matrix
// walk over them, on all cores where the matrices are many.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>

#include "rooftop/array/view.h"
#include "rooftop/lib/matrix_columns.h"
#include "rooftop/lib/workspace.h"

namespace rooftop::lib {

/// What became of a stack: `Failed` where at least one of its matrices has no such factors.
enum class Factored : std::uint8_t { Ok, Failed, Interrupted };

/// The axes in front of the last `core` ones, as one number. The view must outlive it.
class Stack {
 public:
  Stack(const array::View& view, int core) : view_(view), leading_(view.rank - core) {
    if (leading_ > 0) step_ = view.strides[leading_ - 1];
    for (int axis = leading_ - 1; axis > 0; --axis) {
      is_even_ &= view.strides[axis - 1] == view.strides[axis] * view.shape[axis];
    }
  }

  std::int64_t count() const {
    std::int64_t matrices = 1;
    for (int axis = 0; axis < leading_; ++axis) matrices *= view_.shape[axis];
    return matrices;
  }
  char* at(std::int64_t index) const {
    if (is_even_) return view_.data + index * step_;
    char* place = view_.data;
    for (int axis = leading_; axis-- > 0;) {
      place += index % view_.shape[axis] * view_.strides[axis];
      index /= view_.shape[axis];
    }
    return place;
  }

 private:
  const array::View& view_;
  int leading_;
  bool is_even_ = true;  ///< all are the same distance apart
  std::int64_t step_ = 0;
};

/// The matrices of a stack, to be read and written in columns.
template <typename T>
class Matrices {
 public:
  explicit Matrices(const array::View& view)
      : stack_(view, 2),
        place_{view.shape[view.rank - 2], view.shape[view.rank - 1], view.strides[view.rank - 2],
               view.strides[view.rank - 1]} {}

  std::int64_t count() const { return stack_.count(); }
  std::int64_t rows() const { return place_.rows; }
  std::int64_t columns() const { return place_.columns; }

  /// to[j * leading + i] = matrix(i, j). @pre leading >= rows()
  void read(std::int64_t index, T* to, std::int64_t leading) const {
    const char* from = stack_.at(index);
    if (!is_small()) return read_columns(place_, from, to, leading);
    each([&](std::int64_t i, std::int64_t j) {
      std::memcpy(to + j * leading + i, from + i * place_.row_stride + j * place_.column_stride, sizeof(T));
    });
  }
  /// matrix(i, j) = from[j * leading + i]
  void write(std::int64_t index, const T* from, std::int64_t leading) const {
    char* to = stack_.at(index);
    if (!is_small()) return write_columns(place_, to, from, leading);
    each([&](std::int64_t i, std::int64_t j) {
      std::memcpy(to + i * place_.row_stride + j * place_.column_stride, from + j * leading + i, sizeof(T));
    });
  }

 private:
  // A call would take as long as the copy.
  bool is_small() const { return place_.rows <= 4 && place_.columns <= 4; }
  template <typename Element>
  void each(Element element) const {
    for (std::int64_t i = 0; i < place_.rows; ++i) {
      for (std::int64_t j = 0; j < place_.columns; ++j) element(i, j);
    }
  }

  Stack stack_;
  MatrixPlace place_;
};

/// Vectors beside matrices, to be written: n elements along the last axis.
template <typename T>
class Vectors {
 public:
  explicit Vectors(const array::View& view)
      : stack_(view, 1), length_(view.shape[view.rank - 1]), stride_(view.strides[view.rank - 1]) {}

  void write(std::int64_t index, const T* from) const {
    char* to = stack_.at(index);
    for (std::int64_t i = 0; i < length_; ++i) std::memcpy(to + i * stride_, from + i, sizeof(T));
  }

 private:
  Stack stack_;
  std::int64_t length_, stride_;
};

/// What a walk over a stack found: whether all went well, and the floating-point errors (FloatError) meanwhile.
struct StackResult {
  Factored state = Factored::Ok;
  unsigned errors = 0;
};

/// A part of a walk: the matrices [begin, end). False when one of them failed. May throw std::bad_alloc.
using StackPart = bool (*)(const void* body, std::int64_t begin, std::int64_t end);

/// Calls `part` for parts of [0, count), each matrix once. `cost` is a guess at the operations for one. Small matrices
/// are dealt out to threads; LAPACK has threads of its own for large ones.
StackResult walk_stack(std::int64_t count, double cost, StackPart part, const void* body);

template <typename Body>
StackResult over_stack(std::int64_t count, double cost, const Body& body) {
  const StackPart part = [](const void* captured, std::int64_t begin, std::int64_t end) {
    return (*static_cast<const Body*>(captured))(begin, end);
  };
  return walk_stack(count, cost, part, &body);
}

}  // namespace rooftop::lib
