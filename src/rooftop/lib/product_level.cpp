// Products in registers for x86-64-v2, and the choice of the machine's level.
#include "rooftop/lib/product_level.h"

#include <cstring>

#include "rooftop/lib/kernels.h"
#include "rooftop/lib/product_lanes.h"

namespace rooftop::lib {
namespace {

/// x86-64-v2: registers of 16 bytes, no masks, products rounded before they are added.
template <typename T>
struct Lanes16 {
  using Element = T;
  using Mask = std::int64_t;  ///< how many lanes are on
  typedef T Vector __attribute__((vector_size(16)));
  static constexpr int kLanes = 16 / sizeof(T), kRows = 4;

  static Mask first(std::int64_t count) { return count; }
  static Vector load(const char* from, Mask mask) {
    Vector v = {};
    if (mask == kLanes) {
      std::memcpy(&v, from, sizeof v);
    } else {
      for (std::int64_t i = 0; i < mask; ++i) v[i] = element_at<T>(from + i * std::int64_t{sizeof(T)});
    }
    return v;
  }
  static void store(char* to, Vector v, Mask mask) { std::memcpy(to, &v, static_cast<std::size_t>(mask) * sizeof(T)); }
  static Vector add_product(Vector a, Vector b, Vector sum) { return sum + a * b; }
};

const ProductLevels kProductV2 = {product_level_of<Lanes16<double>>(), product_level_of<Lanes16<float>>()};

}  // namespace

const ProductLevels& product_levels() {
  static const ProductLevels& chosen = of_level(kProductV2, kProductV3, kProductV4);
  return chosen;
}

}  // namespace rooftop::lib
