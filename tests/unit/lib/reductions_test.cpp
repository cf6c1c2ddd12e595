// Folds: the same bits at every level and for every layout, and as near to the exact result as pairwise sums.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "kernel_values.h"
#include "rooftop/lib/kernel_levels.h"

namespace rooftop::lib {
namespace {

using array::DType;
using ops::Ufunc;
using testing::Elements;

constexpr std::size_t kLengths[] = {1,  2,  3,   7,   8,   9,   15,  16,  17,  31,  32,   33,   63,
                                    64, 65, 100, 127, 128, 255, 256, 257, 511, 512, 1000, 1024, 2049};

std::int64_t address(const void* data) { return static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(data)); }

Elements run(KernelEntry entry, DType output, const void* data, std::size_t n, std::int64_t stride) {
  Elements result(output, 1);
  const std::int64_t slots[] = {address(data), static_cast<std::int64_t>(n), stride, address(result.at(0)), 1, 0};
  EXPECT_EQ(entry(nullptr, slots, nullptr), backend::kOk);
  return result;
}

/// Integers of any width as 64 bits; bool as 0 or 1.
std::uint64_t integer(const Elements& e, std::size_t i) {
  std::uint64_t bits = 0;
  const std::size_t size = array::size_of(e.dtype());
  std::memcpy(&bits, e.at(i), size);
  const unsigned unused = 64 - 8 * static_cast<unsigned>(size);
  return array::is_signed(e.dtype()) ? static_cast<std::uint64_t>(static_cast<std::int64_t>(bits << unused) >> unused)
                                     : bits;
}

bool truth(const Elements& e, std::size_t i) {
  if (!e.is_real()) return integer(e, i) != 0;
  return e.real(i) != 0 || (array::is_complex(e.dtype()) && e.real(i, 1) != 0);
}

std::uint64_t folded(Ufunc ufunc, bool is_signed, std::uint64_t a, std::uint64_t b) {
  const bool less = is_signed ? static_cast<std::int64_t>(a) < static_cast<std::int64_t>(b) : a < b;
  switch (ufunc) {
    case Ufunc::add:
      return a + b;
    case Ufunc::multiply:
      return a * b;
    case Ufunc::minimum:
    case Ufunc::fmin:
      return less ? a : b;
    case Ufunc::maximum:
    case Ufunc::fmax:
      return less ? b : a;
    case Ufunc::bitwise_and:
      return a & b;
    case Ufunc::bitwise_or:
      return a | b;
    default:
      return a ^ b;
  }
}

/// What the fold of integers or of truths must be, in the output's bits.
std::uint64_t exact(const ops::Reduction& r, const Elements& in, std::size_t n) {
  const bool test = r.ufunc == Ufunc::logical_and || r.ufunc == Ufunc::logical_or;
  const bool is_bool = array::is_bool(r.output);
  std::uint64_t result = test ? static_cast<std::uint64_t>(truth(in, 0)) : integer(in, 0);
  for (std::size_t i = 1; i < n; ++i) {
    if (r.ufunc == Ufunc::logical_and) {
      result &= static_cast<std::uint64_t>(truth(in, i));
    } else if (r.ufunc == Ufunc::logical_or) {
      result |= static_cast<std::uint64_t>(truth(in, i));
    } else if (is_bool && r.ufunc == Ufunc::add) {
      result |= integer(in, i);
    } else {
      result = folded(r.ufunc, array::is_signed(r.input), result, integer(in, i));
    }
  }
  Elements out(r.output, 1);
  std::memcpy(out.at(0), &result, array::size_of(r.output));
  return integer(out, 0);
}

TEST(Reductions, AreTheSameAtEveryLevelAndLayout) {
  const LevelKernels lowest(0);
  for (std::size_t at = 0; at < ops::reductions().size(); ++at) {
    const ops::Reduction& r = ops::reductions()[at];
    const std::string what = std::string(ops::info(r.ufunc).name) + " of " + std::string(array::name_of(r.input));
    const std::size_t size = array::size_of(r.input);
    for (const std::size_t n : kLengths) {
      const Elements in = testing::special_values(r.input, n, n + 1000 * at);
      Elements spread(r.input, 2 * n);
      for (std::size_t i = 0; i < n; ++i) std::copy_n(in.at(i), size, spread.at(2 * (n - 1 - i)));
      const Elements first = run(lowest.reduction(at).contiguous, r.output, in.at(0), n, 1);
      for (int level = 0; level < levels_of_machine(); ++level) {
        const LevelKernels kernels(level);
        const ReductionSet& set = kernels.reduction(at);
        const auto stride = static_cast<std::int64_t>(size);
        const Elements packed = run(set.contiguous, r.output, in.at(0), n, 1);
        EXPECT_TRUE(packed.same(0, first, 0))
            << what << ", " << n << " elements: " << packed.text(0) << ", " << first.text(0);
        const Elements backwards = run(set.strided, r.output, spread.at(2 * (n - 1)), n, -2 * stride);
        EXPECT_TRUE(backwards.same(0, first, 0))
            << what << ", " << n << " elements, strided: " << backwards.text(0) << ", " << first.text(0);
      }
    }
  }
}

TEST(Reductions, OfIntegersAndTruthsAreExact) {
  const LevelKernels kernels(levels_of_machine() - 1);
  for (std::size_t at = 0; at < ops::reductions().size(); ++at) {
    const ops::Reduction& r = ops::reductions()[at];
    const Elements probe(r.output, 1);
    if (probe.is_real()) continue;
    for (const std::size_t n : kLengths) {
      const Elements in = testing::special_values(r.input, n, 7 * n + at);
      const Elements result = run(kernels.reduction(at).contiguous, r.output, in.at(0), n, 1);
      EXPECT_EQ(integer(result, 0), exact(r, in, n))
          << ops::info(r.ufunc).name << " of " << array::name_of(r.input) << ", " << n << " elements";
    }
  }
}

std::size_t index_of(Ufunc ufunc, DType input, DType output) {
  const auto all = ops::reductions();
  const auto found = std::find_if(all.begin(), all.end(), [&](const ops::Reduction& r) {
    return r.ufunc == ufunc && r.input == input && r.output == output;
  });
  EXPECT_NE(found, all.end());
  return static_cast<std::size_t>(found - all.begin());
}

double pairwise(const float* x, std::size_t n) {
  if (n > 128) {
    const std::size_t half = n / 16 * 8;
    return static_cast<float>(pairwise(x, half)) + static_cast<float>(pairwise(x + half, n - half));
  }
  float lanes[8] = {};
  for (std::size_t i = 0; i < n; ++i) lanes[i % 8] += x[i];
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

TEST(Reductions, SumsAreAsGoodAsPairwiseOnes) {
  const LevelKernels kernels(0);
  const KernelEntry sum = kernels.reduction(index_of(Ufunc::add, DType::F32, DType::F32)).contiguous;
  std::mt19937_64 random(3);
  std::uniform_real_distribution<float> numbers(0, 1);
  for (const std::size_t n : {1024, 2048, 4096, 8192}) {
    double own = 0, others = 0;
    for (int trial = 0; trial < 40; ++trial) {
      std::vector<float> x(n);
      for (float& v : x) v = numbers(random);
      const double exact_sum = std::accumulate(x.begin(), x.end(), 0.0);
      own += std::abs(run(sum, DType::F32, x.data(), n, 4).real(0) - exact_sum);
      others += std::abs(pairwise(x.data(), n) - exact_sum);
    }
    EXPECT_LT(own, 1.25 * others) << n;
  }
}

TEST(Reductions, KeepNaNAndTheSignOfZero) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const LevelKernels kernels(levels_of_machine() - 1);
  const auto of = [&](Ufunc f, const std::vector<double>& x) {
    return run(kernels.reduction(index_of(f, DType::F64, DType::F64)).contiguous, DType::F64, x.data(), x.size(), 8)
        .real(0);
  };
  EXPECT_TRUE(std::signbit(of(Ufunc::add, {-0.0})));
  EXPECT_TRUE(std::signbit(of(Ufunc::add, std::vector<double>(50, -0.0))));
  for (const std::size_t n : {1, 2, 9, 33, 100}) {
    for (std::size_t at = 0; at < n; ++at) {
      std::vector<double> x(n, 1.0);
      x[at] = nan;
      EXPECT_TRUE(std::isnan(of(Ufunc::minimum, x))) << n << " " << at;
      EXPECT_TRUE(std::isnan(of(Ufunc::maximum, x))) << n << " " << at;
      EXPECT_TRUE(std::isnan(of(Ufunc::add, x))) << n << " " << at;
      EXPECT_EQ(std::isnan(of(Ufunc::fmin, x)), n == 1) << n << " " << at;
      EXPECT_EQ(std::isnan(of(Ufunc::fmax, x)), n == 1) << n << " " << at;
    }
  }
}

TEST(Reductions, OfOtherFunctionsAndTypesDoNotExist) {
  EXPECT_EQ(reduction(Ufunc::subtract, DType::F64, DType::F64), nullptr);
  EXPECT_EQ(reduction(Ufunc::add, DType::F64, DType::F32), nullptr);
  EXPECT_NE(reduction(Ufunc::add, DType::I8, DType::I64), nullptr);
}

}  // namespace
}  // namespace rooftop::lib
