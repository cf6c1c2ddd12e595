#include "rooftop/lib/correlation.h"

#include <algorithm>

#include "rooftop/lib/parallel_errors.h"

namespace rooftop::lib {
namespace {

using array::DType;

constexpr std::int64_t kParallelProducts = 1 << 17;

constexpr int kRegisters = 8;

/// Sums of several registers, one beside the other: out[k] = a[k + j] * v[j] + …, on top of what is there if it goes
/// on. Each product of a round belongs to another sum; products are rounded, so that every width gives the same bits.
template <typename T, int Bytes>
[[gnu::always_inline]] inline void add_products(const T* a, const T* v, std::int64_t v_size, T* out, bool goes_on) {
  typedef T Vector __attribute__((vector_size(Bytes), aligned(sizeof(T)), may_alias));
  constexpr std::int64_t kLanes = Bytes / sizeof(T);
  Vector sums[kRegisters] = {};
  for (int r = 0; goes_on && r < kRegisters; ++r) sums[r] = *reinterpret_cast<const Vector*>(out + r * kLanes);
  for (std::int64_t j = 0; j < v_size; ++j) {
    const T factor = v[j];
    for (int r = 0; r < kRegisters; ++r) {
      const Vector products = *reinterpret_cast<const Vector*>(a + j + r * kLanes) * factor;
      sums[r] += products;
    }
  }
  for (int r = 0; r < kRegisters; ++r) *reinterpret_cast<Vector*>(out + r * kLanes) = sums[r];
}

/// Several blocks of neighbours in a row, of any width that divides kBlock.
template <typename T>
inline constexpr std::int64_t kBlock = kRegisters * 64 / sizeof(T);

template <typename T>
[[gnu::target("avx512f,avx512dq"), gnu::optimize("fp-contract=off")]] void add_block_avx512(const T* a, const T* v,
                                                                                            std::int64_t v_size, T* out,
                                                                                            bool goes_on) {
  add_products<T, 64>(a, v, v_size, out, goes_on);
}
template <typename T>
[[gnu::target("avx2")]] void add_block_avx2(const T* a, const T* v, std::int64_t v_size, T* out, bool goes_on) {
  for (std::int64_t k = 0; k < kBlock<T>; k += kBlock<T> / 2) add_products<T, 32>(a + k, v, v_size, out + k, goes_on);
}
template <typename T>
void add_block_plain(const T* a, const T* v, std::int64_t v_size, T* out, bool goes_on) {
  for (std::int64_t k = 0; k < kBlock<T>; k += kBlock<T> / 4) add_products<T, 16>(a + k, v, v_size, out + k, goes_on);
}

template <typename T>
auto best_block() {
  if (__builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0) return add_block_avx512<T>;
  return __builtin_cpu_supports("avx2") != 0 ? add_block_avx2<T> : add_block_plain<T>;
}

template <typename T>
class Correlation {
 public:
  Correlation(const char* a, std::int64_t a_size, const char* v, std::int64_t v_size, std::int64_t left, char* out)
      : a_(reinterpret_cast<const T*>(a)),
        v_(reinterpret_cast<const T*>(v)),
        out_(reinterpret_cast<T*>(out)),
        a_size_(a_size),
        v_size_(v_size),
        left_(left) {}

  void run(std::int64_t count) const {
    if (count * v_size_ < kParallelProducts) return work(0, count);
    const std::int64_t grain = std::max<std::int64_t>(kBlock<T>, kParallelProducts / 4 / v_size_);
    parallel_errors(count, grain, [this](std::int64_t begin, std::int64_t end) {
      work(begin, end);
      return 0U;
    });
  }

 private:
  void work(std::int64_t begin, std::int64_t end) const {
    static const auto add_block = best_block<T>();
    std::int64_t k = begin;
    for (; k + kBlock<T> <= end; k += kBlock<T>) {
      // Those factors that all of the block have in common lie between those of some of its sums.
      const std::int64_t last = k + kBlock<T> - 1;
      const std::int64_t from = first_of(k), to = std::max(from, end_of(last));
      if (from > 0) std::fill_n(out_ + k, kBlock<T>, T{0});
      for (std::int64_t i = k; i <= last && from > 0; ++i) add(i, first_of(i), std::min(from, end_of(i)));
      add_block(a_ + k - left_ + from, v_ + from, to - from, out_ + k, from > 0);
      for (std::int64_t i = k; i <= last && to < v_size_; ++i) add(i, std::max(to, first_of(i)), end_of(i));
    }
    for (; k < end; ++k) {
      out_[k] = 0;
      add(k, first_of(k), end_of(k));
    }
  }

  // The factors of a sum that lie over the vector.
  std::int64_t first_of(std::int64_t k) const { return std::max<std::int64_t>(0, left_ - k); }
  std::int64_t end_of(std::int64_t k) const { return std::min(v_size_, a_size_ + left_ - k); }

  void add(std::int64_t k, std::int64_t from, std::int64_t to) const {
    T sum = out_[k];
    for (std::int64_t j = from; j < to; ++j) sum += a_[k - left_ + j] * v_[j];
    out_[k] = sum;
  }

  const T* const a_;
  const T* const v_;
  T* const out_;
  const std::int64_t a_size_, v_size_, left_;
};

}  // namespace

bool can_correlate(DType dtype) {
  return dtype == DType::F64 || dtype == DType::F32 || (array::is_integer(dtype) && array::size_of(dtype) >= 4);
}

void correlate(DType dtype, const char* a, std::int64_t a_size, const char* v, std::int64_t v_size, std::int64_t left,
               char* out, std::int64_t count) {
  if (dtype == DType::F64) return Correlation<double>(a, a_size, v, v_size, left, out).run(count);
  if (dtype == DType::F32) return Correlation<float>(a, a_size, v, v_size, left, out).run(count);
  // Integers wrap, so signs make no difference.
  if (array::size_of(dtype) == 8) return Correlation<std::uint64_t>(a, a_size, v, v_size, left, out).run(count);
  return Correlation<std::uint32_t>(a, a_size, v, v_size, left, out).run(count);
}

}  // namespace rooftop::lib
