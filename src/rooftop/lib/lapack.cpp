// Loads a library, finds the spelling of its names, and asks it how wide its integers are.
#include "rooftop/lib/lapack.h"

#include <dlfcn.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "rooftop/base/log.h"

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

// What this process uses, and what to say of a setting that cannot be used.
struct Choice {
  std::unique_ptr<const Lapack> library;
  std::string complaint;
};

Choice choose(std::span<const std::string> first) {
  const char* const setting = std::getenv("ROOFTOP_LAPACK");
  const std::string wish = setting == nullptr ? "" : setting;
  if (wish == "none") return {};
  if (!wish.empty()) {
    if (auto found = open(wish)) return {std::move(found), ""};
    return {nullptr, "ROOFTOP_LAPACK='" + wish + "' is no library with all of LAPACK; none is used"};
  }
  if (auto found = open_first(first)) return {std::move(found), ""};
  const std::string systems[] = {"libopenblas.so.0", "liblapack.so.3"};
  return {open_first(systems), ""};
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
  static const Choice& chosen = *new Choice(choose(first));
  static std::atomic<bool> has_warned{false};
  // Not while others wait for the choice: whoever is warned may run Python.
  if (!chosen.complaint.empty() && !has_warned.exchange(true)) warn(chosen.complaint);
  return chosen.library.get();
}

const Lapack* lapack() { return load_lapack({}); }

}  // namespace rooftop::lib
