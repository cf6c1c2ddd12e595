// Speed of the vector math in L1: ns an element of each meaning in this build's widest registers, beside the C
// library's scalar functions and libmvec. Prints one JSON object a line; bench/vmath.py builds it for AVX2 and AVX-512
// and tabulates.
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "rooftop/ops/meaning/all.h"
#include "rooftop/ops/meaning/lanes.h"

namespace {

using namespace rooftop::ops::meaning;

constexpr int kCount = 1024;
#if defined(__AVX512F__)
constexpr int kBytes = 64;
constexpr const char* kIsa = "avx512";
constexpr const char* kMvecPrefix = "_ZGVeN";
#else
constexpr int kBytes = 32;
constexpr const char* kIsa = "avx2";
constexpr const char* kMvecPrefix = "_ZGVdN";
#endif

struct Range {
  const char* name;
  double low, high;            // of the first argument
  double low2 = 0, high2 = 0;  // of the second
};
constexpr Range kRanges[] = {
    {"exp", -10, 10},
    {"exp2", -10, 10},
    {"expm1", -5, 5},
    {"log", 0.01, 100},
    {"log2", 0.01, 100},
    {"log10", 0.01, 100},
    {"log1p", -0.9, 10},
    {"sin", -10, 10},
    {"cos", -10, 10},
    {"tan", -10, 10},
    {"asin", -1, 1},
    {"acos", -1, 1},
    {"atan", -10, 10},
    {"sinh", -5, 5},
    {"cosh", -5, 5},
    {"tanh", -4, 4},
    {"asinh", -10, 10},
    {"acosh", 1, 100},
    {"atanh", -0.99, 0.99},
    {"cbrt", -100, 100},
    {"erf", -3, 3},
    {"erfc", -3, 6},
    {"pow", 0.01, 100, -5, 5},
    {"atan2", -10, 10, -10, 10},
    {"hypot", -100, 100, -100, 100},
    {"fmod", -100, 100, 0.5, 20},
};

template <class E>
struct Buffers {
  alignas(64) E x[kCount], y[kCount], out[kCount];
};

/// Best time of many passes, in ns an element.
template <class Pass>
double best_time(Pass&& pass) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  const auto end = Clock::now() + std::chrono::milliseconds(60);
  do {
    const auto start = Clock::now();
    for (int i = 0; i < 8; ++i) pass();
    const std::chrono::duration<double, std::nano> passed = Clock::now() - start;
    best = std::min(best, passed.count() / (8.0 * kCount));
  } while (Clock::now() < end);
  return best;
}

template <class E>
void* mvec_symbol(const char* name, int arguments) {
  static void* library = dlopen("libmvec.so.1", RTLD_NOW);
  const std::string symbol = std::string(kMvecPrefix) + std::to_string(kBytes / sizeof(E)) +
                             (arguments == 1 ? "v_" : "vv_") + name + (sizeof(E) == 4 ? "f" : "");
  return library ? dlsym(library, symbol.c_str()) : nullptr;
}

template <class E, class Ours, class Scalar>
void measure(const char* name, int arguments, Buffers<E>& b, Ours ours, Scalar scalar) {
  constexpr int kLanes = kBytes / sizeof(E);
  using V = Lanes<E, kLanes>;
  using Native = decltype(V::v);
  const Range* range = std::find_if(std::begin(kRanges), std::end(kRanges),
                                    [&](const Range& r) { return std::strcmp(r.name, name) == 0; });
  if (range == std::end(kRanges)) return;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> first(range->low, range->high), second(range->low2, range->high2 + 1e-9);
  for (int i = 0; i < kCount; ++i) {
    b.x[i] = static_cast<E>(first(random));
    b.y[i] = static_cast<E>(second(random));
  }
  const double mine = best_time([&] {
    for (int i = 0; i < kCount; i += kLanes) ours(V::load(b.x + i), V::load(b.y + i)).store(b.out + i);
    asm volatile("" ::: "memory");
  });
  const double libm = best_time([&] {
    for (int i = 0; i < kCount; ++i) b.out[i] = scalar(b.x[i], b.y[i]);
    asm volatile("" ::: "memory");
  });
  double mvec = 0;
  if (void* symbol = mvec_symbol<E>(name, arguments)) {
    mvec = best_time([&] {
      for (int i = 0; i < kCount; i += kLanes) {
        const V x = V::load(b.x + i), y = V::load(b.y + i);
        V out;
        if (arguments == 1) {
          out.v = reinterpret_cast<Native (*)(Native)>(symbol)(x.v);
        } else {
          out.v = reinterpret_cast<Native (*)(Native, Native)>(symbol)(x.v, y.v);
        }
        out.store(b.out + i);
      }
      asm volatile("" ::: "memory");
    });
  }
  std::printf(
      "{\"function\": \"%s\", \"dtype\": \"float%d\", \"isa\": \"%s\", \"rooftop\": %.3f, \"libm\": %.3f, "
      "\"libmvec\": ",
      name, int(sizeof(E) * 8), kIsa, mine, libm);
  std::printf(mvec > 0 ? "%.3f}\n" : "null}\n", mvec);
  std::fflush(stdout);
}

template <class F, class E>
void measure_all(const char* only) {
  static Buffers<E> buffers;
#define MEASURE_ONE(name)                                                         \
  if (!only || std::strcmp(only, #name) == 0)                                     \
    measure<E>(                                                                   \
        #name, 1, buffers, [](const auto& x, const auto&) { return name<F>(x); }, \
        [](E x, E) { return std::name(x); });
#define MEASURE_TWO(name)                                                              \
  if (!only || std::strcmp(only, #name) == 0)                                          \
    measure<E>(                                                                        \
        #name, 2, buffers, [](const auto& x, const auto& y) { return name<F>(x, y); }, \
        [](E x, E y) { return std::name(x, y); });
  ROOFTOP_MEANINGS_OF_ONE(MEASURE_ONE)
  ROOFTOP_MEANINGS_OF_TWO(MEASURE_TWO)
}

}  // namespace

int main(int argc, char** argv) {
  const char* only = argc > 1 ? argv[1] : nullptr;
  measure_all<Float64, double>(only);
  measure_all<Float32, float>(only);
}
