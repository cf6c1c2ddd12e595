// Loads a library, finds the spelling of its names, and asks it how wide its integers are.
#include "rooftop/lib/lapack.h"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

namespace rooftop::lib {
namespace {

/// How builds spell dgesv: those of SciPy's OpenBLAS with 64-bit integers, other such builds, everyone else.
struct Spelling {
  const char* prefix;
  const char* suffix;
};
constexpr Spelling kSpellings[] = {{"scipy_", "_64_"}, {"scipy_", "_"}, {"", "_64_"}, {"", "_"}};

class Symbols {
 public:
  Symbols(void* library, Spelling spelling) : library_(library), spelling_(spelling) {}

  template <typename Function>
  void find(Function*& function, std::string_view name) {
    const std::string symbol = spelling_.prefix + std::string(name) + spelling_.suffix;
    function = reinterpret_cast<Function*>(dlsym(library_, symbol.c_str()));
    has_all_ &= function != nullptr;
  }
  bool has_all() const { return has_all_; }

 private:
  void* library_;
  Spelling spelling_;
  bool has_all_ = true;
};

bool find_all(Lapack& found, Symbols symbols) {
  auto& real = found.real;
  symbols.find(real.gesv, "dgesv");
  symbols.find(real.getrf, "dgetrf");
  symbols.find(real.potrf, "dpotrf");
  symbols.find(real.geqrf, "dgeqrf");
  symbols.find(real.orgqr, "dorgqr");
  symbols.find(real.geev, "dgeev");
  symbols.find(real.syevd, "dsyevd");
  symbols.find(real.gesdd, "dgesdd");
  symbols.find(real.gelsd, "dgelsd");
  symbols.find(real.dot, "ddot");
  symbols.find(real.dot32, "sdot");
  auto& complex = found.complex;
  symbols.find(complex.gesv, "zgesv");
  symbols.find(complex.getrf, "zgetrf");
  symbols.find(complex.potrf, "zpotrf");
  symbols.find(complex.geqrf, "zgeqrf");
  symbols.find(complex.orgqr, "zungqr");
  symbols.find(complex.geev, "zgeev");
  symbols.find(complex.heevd, "zheevd");
  symbols.find(complex.gesdd, "zgesdd");
  symbols.find(complex.gelsd, "zgelsd");
  return symbols.has_all();
}

// Names without a suffix may be of either width. The pivots of a matrix whose rows must change places tell: they are
// two twos. Nothing for a library that does neither, or that returns floats as C once did.
int find_integer_bytes(const RealRoutines& real) {
  double a[] = {0, 1, 1, 0};
  LapackInt pivots[2] = {0, 0}, info = 0;
  const LapackInt two = 2, one = 1;
  real.getrf(&two, &two, a, &two, pivots, &info);
  const float x = 2, y = 3;
  if (info_of(info) != 0 || real.dot32(&one, &x, &one, &y, &one) != 6) return 0;
  if (pivots[0] == 2 && pivots[1] == 2) return 8;
  return pivots[0] == (LapackInt{2} << 32 | 2) ? 4 : 0;
}

std::unique_ptr<const Lapack> open(const std::string& name) {
  void* library = dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) return nullptr;
  for (Spelling spelling : kSpellings) {
    auto found = std::make_unique<Lapack>();
    if (!find_all(*found, Symbols(library, spelling))) continue;
    found->integer_bytes = find_integer_bytes(found->real);
    found->name = name;
    if (found->integer_bytes != 0) return found;
  }
  dlclose(library);
  return nullptr;
}

std::unique_ptr<const Lapack> open_first(std::span<const std::string> names) {
  for (const std::string& name : names) {
    if (auto found = open(name)) return found;
  }
  return nullptr;
}

std::unique_ptr<const Lapack> choose(std::span<const std::string> first) {
  const char* wish = std::getenv("ROOFTOP_LAPACK");
  if (wish != nullptr && *wish != '\0') {
    return std::strcmp(wish, "none") == 0 ? nullptr : open(wish);
  }
  if (auto found = open_first(first)) return found;
  const std::string systems[] = {"libopenblas.so.0", "liblapack.so.3"};
  return open_first(systems);
}

}  // namespace

std::int64_t Lapack::integer(const LapackInt* array, std::int64_t i) const {
  if (integer_bytes == sizeof(LapackInt)) return array[i];
  std::int32_t value = 0;
  std::memcpy(&value, reinterpret_cast<const char*>(array) + i * integer_bytes, sizeof value);
  return value;
}

const Lapack* load_lapack(std::span<const std::string> first) {
  // Never unloaded: threads of its own may be running when the process ends.
  static const Lapack* const chosen = choose(first).release();
  return chosen;
}

const Lapack* lapack() { return load_lapack({}); }

}  // namespace rooftop::lib
