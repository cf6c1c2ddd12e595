// Measures the errors of the vector math: float64 on random and special points against quadruple precision, float32 on
// every argument (functions of one) or on random ones (of two) against float64. Prints one JSON object a line.
//
//   ulp float64|float32 [function|all] [points] [rooftop|libm|libmvec]
//
// The last argument names whose function is measured; rooftop's by default.
#include <dlfcn.h>
#include <quadmath.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "rooftop/ops/meaning/all.h"
#include "rooftop/ops/meaning/lanes.h"

namespace {

using namespace rooftop::ops::meaning;
using Quad = __float128;

#if defined(__AVX512F__)
constexpr int kBytes = 64;
#elif defined(__AVX2__)
constexpr int kBytes = 32;
#else
constexpr int kBytes = 8;
#endif
constexpr int kBlock = 1024;

/// SplitMix64: small, and the same everywhere.
struct Random {
  std::uint64_t state;
  std::uint64_t bits() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  double between(double low, double high) { return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53); }
};

template <class E>
struct Layout;
template <>
struct Layout<double> {
  static constexpr int kDigits = 53, kLowest = -1021;
};
template <>
struct Layout<float> {
  static constexpr int kDigits = 24, kLowest = -125;
};

struct Worst {
  double ulp = 0;
  double x = 0, y = 0;
  long wrong = 0;  // special values: NaN, infinity or zero where the other has none, or the sign of a zero
  double wrong_x = 0, wrong_y = 0;
  void add(double error, double at_x, double at_y) {
    if (error > ulp) ulp = error, x = at_x, y = at_y;
  }
  void add_wrong(double at_x, double at_y) {
    if (wrong++ == 0) wrong_x = at_x, wrong_y = at_y;
  }
};

/// Error of `got` in units of the last place of the exact result, which is above zero and finite as an E.
template <class E, class Exact>
double ulps(E got, Exact exact, E rounded) {
  int exponent = 0;
  (void)std::frexp(rounded, &exponent);
  if (exponent < Layout<E>::kLowest) exponent = Layout<E>::kLowest;
  const Exact difference = static_cast<Exact>(got) - exact;
  return std::fabs(static_cast<double>(difference) * std::ldexp(1.0, std::min(Layout<E>::kDigits - exponent, 1000))) *
         std::ldexp(1.0, std::max(0, Layout<E>::kDigits - exponent - 1000));
}

template <class E, class Exact>
void compare(E got, Exact exact, double x, double y, Worst& worst) {
  const E rounded = static_cast<E>(exact);
  if (got == rounded && got != 0 && worst.ulp >= 0.5) return;  // at most half an ulp
  if (std::isnan(rounded) || std::isinf(rounded) || std::isnan(got) || std::isinf(got)) {
    // Next to overflow one ulp decides between the largest number and infinity.
    const bool both_nan = std::isnan(rounded) && std::isnan(got);
    const bool at_edge = std::nextafter(rounded, E(0)) == got || std::nextafter(got, E(0)) == rounded;
    if (!both_nan && rounded != got && !at_edge) worst.add_wrong(x, y);
    return;
  }
  if (rounded == 0 && got == 0) {
    if (std::signbit(rounded) != std::signbit(got)) worst.add_wrong(x, y);
    return;
  }
  worst.add(ulps(got, exact, rounded), x, y);
}

struct Range {
  double low, high;
  bool logarithmic = false;  // magnitudes are spread over exponents; the sign is that of the bounds
};

/// Where each function is sampled. Of two arguments, first and second alternate.
std::vector<Range> ranges_of(const std::string& name) {
  const double huge = std::numeric_limits<double>::max();
  const double tiny = 0x1p-1074;
  const std::vector<Range> exponential = {{-1, 1}, {-20, 20}, {-745, 710}, {tiny, 1, true}, {-1, -tiny, true}};
  const std::vector<Range> logarithm = {{0.5, 2}, {0.99, 1.01}, {0, 100}, {tiny, huge, true}, {tiny, 0x1p-1022, true}};
  const std::vector<Range> circular = {{-0.8, 0.8},    {-10, 10},         {-1000, 1000},  {-0x1p23, 0x1p23},
                                       {1, 1e9, true}, {1e6, huge, true}, {tiny, 1, true}};
  const std::vector<Range> arc = {{-1, 1}, {0.45, 0.55}, {0.99, 1}, {tiny, 1, true}, {-1, -tiny, true}};
  const std::vector<Range> open = {{-1, 1}, {-5, 5}, {-100, 100}, {tiny, huge, true}, {-huge, -tiny, true}};
  const std::vector<Range> hyperbolic = {{-1, 1}, {-5, 5}, {-25, 25}, {-711, 711}, {tiny, 1, true}};
  const std::vector<Range> plane = {{-10, 10},          {-10, 10},           {tiny, huge, true},
                                    {tiny, huge, true}, {-huge, -0.1, true}, {-2, 2}};
  if (name == "exp2") return {{-1, 1}, {-20, 20}, {-1080, 1025}, {tiny, 1, true}, {-1, -tiny, true}};
  if (name == "exp" || name == "expm1") return exponential;
  if (name == "log1p") return {{-0.9999, 1}, {-0.01, 0.01}, {0, 100}, {tiny, huge, true}, {-1, -tiny, true}};
  if (name.starts_with("log")) return logarithm;
  if (name == "sin" || name == "cos" || name == "tan") return circular;
  if (name == "asin" || name == "acos" || name == "atanh") return arc;
  if (name == "sinh" || name == "cosh" || name == "tanh") return hyperbolic;
  if (name == "acosh") return {{1, 1.01}, {1, 2}, {1, 100}, {1, huge, true}};
  if (name == "erf") return {{-0.9, 0.9}, {0.8, 1.2}, {-6, 6}, {tiny, 1, true}};
  if (name == "erfc") return {{-1, 1}, {0.5, 3}, {-6, 28}, {25, 28}, {tiny, 1, true}};
  if (name == "pow")
    return {{0.9, 1.1}, {-700, 700}, {0.1, 10}, {-30, 30}, {tiny, huge, true}, {-1.1, 1.1}, {0, 1000}, {-100, 100}};
  if (name == "atan2" || name == "hypot" || name == "fmod") return plane;
  return open;
}

double sample(const Range& range, Random& random) {
  if (!range.logarithmic) return random.between(range.low, range.high);
  // The bits of magnitudes are in order.
  const bool negative = range.high < 0;
  const auto low = std::bit_cast<std::int64_t>(std::fabs(negative ? range.high : range.low));
  const auto high = std::bit_cast<std::int64_t>(std::fabs(negative ? range.low : range.high));
  const auto bits = low + static_cast<std::int64_t>(random.bits() % static_cast<std::uint64_t>(high - low + 1));
  const double magnitude = std::bit_cast<double>(bits);
  return negative ? -magnitude : magnitude;
}

std::vector<double> special_points() {
  std::vector<double> out = {0.0,
                             0x1p-1074,
                             0x1p-1023,
                             0x1p-1022,
                             0x1p-149,
                             0x1p-126,
                             0x1p-54,
                             0x1p-30,
                             0.25,
                             0.5,
                             1,
                             1.5,
                             2,
                             3,
                             10,
                             0.55,
                             0.875,
                             0x1p20,
                             0x1p22,
                             0x1p52,
                             0x1p53,
                             0x1p54,
                             0x1p63,
                             0x1p500,
                             0x1p1023,
                             22,
                             27.3,
                             88.7,
                             709.78,
                             710.4,
                             745.1,
                             1024,
                             1074,
                             1075,
                             std::numeric_limits<double>::max(),
                             std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN(),
                             6381956970095103.0 * 0x1p797};
  for (int n = 1; n <= 64; ++n) out.push_back(n * 1.5707963267948966);
  const std::size_t plain = out.size();
  for (std::size_t i = 0; i < plain; ++i) {
    out.push_back(std::nextafter(out[i], 1e308));
    out.push_back(std::nextafter(out[i], 0));
  }
  const std::size_t positive = out.size();
  for (std::size_t i = 0; i < positive; ++i) out.push_back(-out[i]);
  return out;
}

/// A function over kBlock elements; empty if the library has none.
template <class E>
using Block = std::function<void(const E* x, const E* y, E* out)>;

template <class E, class Meaning>
Block<E> block_of_meaning(Meaning meaning) {
  return [meaning](const E* x, const E* y, E* out) {
    using V = Lanes<E, kBytes / sizeof(E)>;
    for (int i = 0; i < kBlock; i += V::kLanes) meaning(V::load(x + i), V::load(y + i)).store(out + i);
  };
}

template <class E>
Block<E> block_of_scalar(E (*function)(E, E)) {
  return [function](const E* x, const E* y, E* out) {
    for (int i = 0; i < kBlock; ++i) out[i] = function(x[i], y[i]);
  };
}

#if defined(__AVX2__)
/// libmvec's function at this build's widest registers.
template <class E>
Block<E> block_of_libmvec(const std::string& name, int arguments) {
  constexpr int kLanes = kBytes / sizeof(E);
  static void* library = dlopen("libmvec.so.1", RTLD_NOW);
  const std::string symbol = std::string(kBytes == 64 ? "_ZGVeN" : "_ZGVdN") + std::to_string(kLanes) +
                             (arguments == 1 ? "v_" : "vv_") + name + (sizeof(E) == 4 ? "f" : "");
  void* found = library ? dlsym(library, symbol.c_str()) : nullptr;
  if (!found) return {};
  using V = Lanes<E, kLanes>;
  using Native = decltype(V::v);
  return [found, arguments](const E* x, const E* y, E* out) {
    for (int i = 0; i < kBlock; i += kLanes) {
      V result;
      if (arguments == 1) {
        result.v = reinterpret_cast<Native (*)(Native)>(found)(V::load(x + i).v);
      } else {
        result.v = reinterpret_cast<Native (*)(Native, Native)>(found)(V::load(x + i).v, V::load(y + i).v);
      }
      result.store(out + i);
    }
  };
}
#else
template <class E>
Block<E> block_of_libmvec(const std::string&, int) {
  return {};
}
#endif

template <class Reference>
Worst measure_double(const std::string& name, int arguments, long points, const Block<double>& block,
                     Reference reference) {
  Worst worst;
  Random random{1};
  alignas(64) double x[kBlock], y[kBlock], out[kBlock];
  const auto run = [&] {
    block(x, y, out);
    for (int i = 0; i < kBlock; ++i)
      compare<double, Quad>(out[i], reference(Quad(x[i]), Quad(y[i])), x[i], y[i], worst);
  };
  const std::vector<double> special = special_points();
  int filled = 0;
  const auto push = [&](double a, double b) {
    x[filled] = a, y[filled] = b;
    if (++filled == kBlock) run(), filled = 0;
  };
  for (double a : special) {
    for (double b : arguments == 1 ? std::vector<double>{0} : special) push(a, b);
  }
  while (filled != 0) push(1, 1);
  const std::vector<Range> ranges = ranges_of(name);
  const std::size_t sets = ranges.size() / static_cast<std::size_t>(arguments);
  for (long done = 0; done < points; done += kBlock) {
    const std::size_t set = static_cast<std::size_t>(done / kBlock) % sets * static_cast<std::size_t>(arguments);
    for (int i = 0; i < kBlock; ++i) {
      x[i] = sample(ranges[set], random);
      y[i] = arguments == 2 ? sample(ranges[set + 1], random) : 0;
    }
    run();
  }
  return worst;
}

/// Every float, or random pairs of them, against rooftop's double function of the same name.
Worst measure_float(int arguments, long points, const Block<float>& block, const Block<double>& reference) {
  Worst worst;
  Random random{2};
  alignas(64) float x[kBlock], y[kBlock] = {}, out[kBlock];
  alignas(64) double wide_x[kBlock], wide_y[kBlock] = {}, exact[kBlock];
  const std::uint64_t total = arguments == 1 ? std::uint64_t{1} << 32 : static_cast<std::uint64_t>(points);
  const auto any_float = [&] { return std::bit_cast<float>(static_cast<std::uint32_t>(random.bits())); };
  for (std::uint64_t start = 0; start < total; start += kBlock) {
    for (int i = 0; i < kBlock; ++i) {
      if (arguments == 1) {
        x[i] = std::bit_cast<float>(static_cast<std::uint32_t>(start + static_cast<std::uint64_t>(i)));
      } else {
        const bool moderate = (start / kBlock) % 2 == 0;
        x[i] = moderate ? static_cast<float>(random.between(0, 10)) : any_float();
        y[i] = moderate ? static_cast<float>(random.between(-40, 40)) : any_float();
        wide_y[i] = y[i];
      }
      wide_x[i] = x[i];
    }
    block(x, y, out);
    reference(wide_x, wide_y, exact);
    for (int i = 0; i < kBlock; ++i) compare<float, double>(out[i], exact[i], x[i], y[i], worst);
  }
  return worst;
}

/// One function of one format, as the three libraries compute it.
template <class E>
struct Subject {
  const char* name;
  int arguments;
  Block<E> meaning;
  Block<E> scalar;

  Block<E> of(const std::string& library) const {
    if (library == "libm") return scalar;
    if (library == "libmvec") return block_of_libmvec<E>(name, arguments);
    return meaning;
  }
};

void report(const char* name, const char* dtype, const std::string& library, long points, const Worst& worst) {
  std::printf("{\"function\": \"%s\", \"dtype\": \"%s\", \"library\": \"%s\", \"points\": %ld, ", name, dtype,
              library.c_str(), points);
  std::printf("\"ulp\": %.4f, \"at\": \"%a, %a\", \"wrong\": %ld", worst.ulp, worst.x, worst.y, worst.wrong);
  if (worst.wrong) std::printf(", \"wrong_at\": \"%a, %a\"", worst.wrong_x, worst.wrong_y);
  std::printf("}\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const bool doubles = argc > 1 && std::strcmp(argv[1], "float64") == 0;
  const std::string only = argc > 2 ? argv[2] : "all";
  const long points = argc > 3 ? std::atol(argv[3]) : 10'000'000;
  const std::string library = argc > 4 ? argv[4] : "rooftop";
  const auto measure = [&](const Subject<double>& wide, const Subject<float>& narrow, auto quad) {
    if (only != "all" && only != wide.name) return;
    if (doubles) {
      const Block<double> block = wide.of(library);
      if (block)
        report(wide.name, "float64", library, points, measure_double(wide.name, wide.arguments, points, block, quad));
    } else {
      const Block<float> block = narrow.of(library);
      const long count = wide.arguments == 1 ? 1L << 32 : points;
      if (block)
        report(wide.name, "float32", library, count, measure_float(wide.arguments, points, block, wide.meaning));
    }
  };
#define ROOFTOP_SUBJECT_OF_ONE(name, F, E)                                                         \
  Subject<E>{#name, 1, block_of_meaning<E>([](const auto& x, const auto&) { return name<F>(x); }), \
             block_of_scalar<E>([](E x, E) { return std::name(x); })}
#define ROOFTOP_SUBJECT_OF_TWO(name, F, E)                                                       \
  Subject<E> {                                                                                   \
#name, 2, block_of_meaning < E>([](const auto& x, const auto& y) { return name<F>(x, y); }), \
        block_of_scalar < E>([](E x, E y) { return std::name(x, y); })                           \
  }
#define ROOFTOP_MEASURE_ONE(name)                                                                      \
  measure(ROOFTOP_SUBJECT_OF_ONE(name, Float64, double), ROOFTOP_SUBJECT_OF_ONE(name, Float32, float), \
          [](Quad x, Quad) { return name##q(x); });
#define ROOFTOP_MEASURE_TWO(name)                                                                      \
  measure(ROOFTOP_SUBJECT_OF_TWO(name, Float64, double), ROOFTOP_SUBJECT_OF_TWO(name, Float32, float), \
          [](Quad x, Quad y) { return name##q(x, y); });
  ROOFTOP_MEANINGS_OF_ONE(ROOFTOP_MEASURE_ONE)
  ROOFTOP_MEANINGS_OF_TWO(ROOFTOP_MEASURE_TWO)
  return 0;
}
