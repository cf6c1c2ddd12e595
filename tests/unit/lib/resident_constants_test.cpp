// Pages of constants, by what the system says of them.
#include "rooftop/lib/resident_constants.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <memory>

#include "rooftop/lib/kernels.h"

extern "C" const std::int32_t rooftop_kernel_table[];

namespace rooftop::lib {
namespace {

/// Whether the page is in this process's memory: -1 where the system does not say.
int is_present(const void* address) {
  const int pages = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (pages < 0) return -1;
  const auto page = reinterpret_cast<std::uintptr_t>(address) / static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  std::uint64_t entry = 0;
  const ssize_t length = pread(pages, &entry, sizeof entry, static_cast<off_t>(page * sizeof entry));
  close(pages);
  if (length != sizeof entry) return -1;
  return static_cast<int>(entry >> 63);
}

TEST(ResidentConstants, ArePresentOnceAKernelIsAskedFor) {
  kernel(ops::Ufunc::isnan, 0);
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const auto* const table = reinterpret_cast<const char*>(rooftop_kernel_table);
  if (is_present(table) < 0) GTEST_SKIP() << "no /proc/self/pagemap";
  // More than the system maps around the page that was asked for.
  constexpr std::size_t kPages = 48;
  for (std::size_t i = 0; i < kPages; ++i) EXPECT_EQ(is_present(table + i * page), 1) << i;
  EXPECT_GT(load_constants(rooftop_kernel_table), kPages);
}

TEST(ResidentConstants, AreThoseThatTheLoaderMapped) {
  const auto on_the_heap = std::make_unique<int>(1);
  EXPECT_EQ(load_constants(on_the_heap.get()), 0U);
}

}  // namespace
}  // namespace rooftop::lib
