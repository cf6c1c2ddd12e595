#include "rooftop/lib/interpolation.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "rooftop/lib/parallel_errors.h"

namespace rooftop::lib {
namespace {

constexpr std::int64_t kParallelPoints = 1 << 14;

class Search {
 public:
  explicit Search(std::span<const double> xs) : xs_(xs.data()), size_(static_cast<std::int64_t>(xs.size())) {}

  static constexpr std::int64_t kAbreast = 4;  ///< points that are searched side by side, none waits for another

  /// Whether points come in order, of late.
  bool follows() const { return trust_ > 0; }

  /// The last place whose x is not above `x`. Begins at the one before, as points often come in order.
  /// @pre xs[0] <= x
  std::int64_t place(double x) {
    if (contains(guess_, x)) return guess_;
    if (guess_ + 1 < size_ && contains(guess_ + 1, x)) return ++guess_;
    --trust_;
    std::int64_t found[1];
    find<1>(&x, found);
    return guess_ = found[0];
  }

  /// The same of kAbreast points, of NaN and of points before xs[0] any place.
  void places(const double* x, std::int64_t* found) {
    find<kAbreast>(x, found);
    std::int64_t near = 0;
    for (std::int64_t k = 0; k < kAbreast; ++k) {
      near += found[k] == guess_ || found[k] == guess_ + 1 ? 1 : 0;
      guess_ = found[k];
    }
    if (near == kAbreast) trust_ = kMostTrust;
  }

 private:
  static constexpr int kMostTrust = 8;

  template <std::int64_t Points>
  [[gnu::always_inline]] void find(const double* x, std::int64_t* found) const {
    const double* at[Points];
    for (std::int64_t k = 0; k < Points; ++k) at[k] = xs_;
    for (std::int64_t left = size_; left > 1;) {
      const std::int64_t half = left / 2;
      for (std::int64_t k = 0; k < Points; ++k) at[k] = at[k][half] <= x[k] ? at[k] + half : at[k];
      left -= half;
    }
    for (std::int64_t k = 0; k < Points; ++k) found[k] = at[k] - xs_;
  }

  bool contains(std::int64_t i, double x) const { return xs_[i] <= x && (i + 1 == size_ || x < xs_[i + 1]); }

  const double* const xs_;
  const std::int64_t size_;
  std::int64_t guess_ = 0;
  int trust_ = kMostTrust;  ///< how many more points may lie elsewhere than behind the one before
};

class Evaluation {
 public:
  Evaluation(const PiecewiseLinear& line, std::size_t points) : line_(line) {
    if (line.xs.size() > points) return;  // not worth it
    for (std::size_t i = 0; i + 1 < line.xs.size(); ++i) slopes_.push_back(slope(i));
  }

  void run(const double* x, double* y, std::int64_t n) const {
    Search search(line_.xs);
    std::int64_t places[Search::kAbreast];
    for (std::int64_t i = 0; i < n;) {
      if (search.follows() || n - i < Search::kAbreast) {
        y[i] = value(x[i], [&] { return search.place(x[i]); });
        ++i;
        continue;
      }
      search.places(x + i, places);
      for (const std::int64_t place : places) {
        y[i] = value(x[i], [place] { return place; });
        ++i;
      }
    }
  }

 private:
  double slope(std::size_t i) const { return (line_.ys[i + 1] - line_.ys[i]) / (line_.xs[i + 1] - line_.xs[i]); }

  template <typename Find>
  double value(double x, Find find) const {
    if (std::isnan(x)) return line_.xs.size() == 1 ? line_.ys.front() : x;  // one point alone looks at no distance
    if (x < line_.xs.front()) return line_.left;
    if (x > line_.xs.back()) return line_.right;
    const auto place = static_cast<std::size_t>(find());
    const double x0 = line_.xs[place], y0 = line_.ys[place];
    if (place + 1 == line_.xs.size() || x0 == x) return y0;
    const double rise = slopes_.empty() ? slope(place) : slopes_[place];
    double result = rise * (x - x0) + y0;
    if (!std::isnan(result)) return result;
    const double y1 = line_.ys[place + 1];
    result = rise * (x - line_.xs[place + 1]) + y1;
    return std::isnan(result) && y0 == y1 ? y0 : result;
  }

  const PiecewiseLinear& line_;
  std::vector<double> slopes_;
};

}  // namespace

void PiecewiseLinear::evaluate(std::span<const double> x, double* y) const {
  const Evaluation evaluation(*this, x.size());
  const auto count = static_cast<std::int64_t>(x.size());
  if (count < kParallelPoints) return evaluation.run(x.data(), y, count);
  parallel_errors(count, kParallelPoints / 4, [&](std::int64_t begin, std::int64_t end) {
    evaluation.run(x.data() + begin, y + begin, end - begin);
    return 0U;
  });
}

}  // namespace rooftop::lib
