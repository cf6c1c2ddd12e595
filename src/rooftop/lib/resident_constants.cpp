// The segment is found among those that the loader has mapped.
#include "rooftop/lib/resident_constants.h"

#include <link.h>
#include <unistd.h>

#include <cstdint>

namespace rooftop::lib {
namespace {

struct Search {
  std::uintptr_t address;
  std::uintptr_t begin = 0, end = 0;  ///< of the segment
};

int find_segment(dl_phdr_info* object, std::size_t, void* data) {
  auto& search = *static_cast<Search*>(data);
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& header = object->dlpi_phdr[i];
    const std::uintptr_t begin = object->dlpi_addr + header.p_vaddr, end = begin + header.p_memsz;
    const bool is_read_only = header.p_type == PT_LOAD && (header.p_flags & PF_W) == 0;
    if (!is_read_only || search.address < begin || search.address >= end) continue;
    search.begin = begin;
    search.end = end;
    return 1;
  }
  return 0;
}

/// What lies there may be between two objects, where the address sanitizer lets nobody read.
__attribute__((no_sanitize_address)) void touch(std::uintptr_t address) {
  static_cast<void>(*reinterpret_cast<const volatile char*>(address));
}

}  // namespace

std::size_t load_constants(const void* constant) {
  Search search{reinterpret_cast<std::uintptr_t>(constant)};
  if (dl_iterate_phdr(find_segment, &search) == 0) return 0;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  std::size_t pages = 0;
  for (std::uintptr_t at = search.begin; at < search.end; at = (at / page + 1) * page, ++pages) touch(at);
  return pages;
}

}  // namespace rooftop::lib
