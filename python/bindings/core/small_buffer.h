// A growing array of plain values whose first elements live inside the object: no allocation on the usual call.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>

namespace rooftop::python {

template <typename T, std::size_t kInline>
class SmallBuffer {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  SmallBuffer() : data_(reinterpret_cast<T*>(inline_)) {}
  SmallBuffer(const SmallBuffer&) = delete;
  SmallBuffer& operator=(const SmallBuffer&) = delete;

  std::size_t size() const { return size_; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T& operator[](std::size_t index) { return data_[index]; }
  const T& operator[](std::size_t index) const { return data_[index]; }
  std::span<const T> view() const { return {data_, size_}; }

  void push(T value) { *extend(1) = value; }
  /// Adds `count` elements without a value and returns the first.
  T* extend(std::size_t count) {
    if (size_ + count > capacity_) [[unlikely]]
      grow(size_ + count);
    T* first = data_ + size_;
    size_ += count;
    return first;
  }

 private:
  [[gnu::noinline]] void grow(std::size_t wanted) {
    std::size_t capacity = wanted * 2;
    auto larger = std::make_unique_for_overwrite<T[]>(capacity);
    std::memcpy(larger.get(), data_, size_ * sizeof(T));
    heap_ = std::move(larger);
    data_ = heap_.get();
    capacity_ = capacity;
  }

  T* data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = kInline;
  std::unique_ptr<T[]> heap_;
  alignas(T) std::byte inline_[kInline * sizeof(T)];  // not T: its members' initialisers would run
};

}  // namespace rooftop::python
