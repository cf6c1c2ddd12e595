// The C library's allocation, counted, and refused from a chosen one on: loaded before the program (LD_PRELOAD), so
// that it stands below Python's objects (with PYTHONMALLOC=malloc), C++'s operator new and the runtime's blocks alike,
// in every thread. Nothing in the program knows of it.
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);
extern void __libc_free(void*);

static atomic_int is_armed;
static atomic_long seen;     // allocations since failures were armed
static atomic_long refused;  // those of them that failed
static atomic_long live;     // blocks that are not given back
static long first_refused;
static long last_refused;

static int refuses(void) {
  if (!atomic_load_explicit(&is_armed, memory_order_relaxed)) return 0;
  const long number = atomic_fetch_add(&seen, 1) + 1;
  if (number < first_refused || number > last_refused) return 0;
  atomic_fetch_add(&refused, 1);
  errno = ENOMEM;
  return 1;
}

static void* counted(void* block) {
  if (block != NULL) atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
  return block;
}

void* malloc(size_t bytes) { return refuses() ? NULL : counted(__libc_malloc(bytes)); }
void* calloc(size_t count, size_t bytes) { return refuses() ? NULL : counted(__libc_calloc(count, bytes)); }
void* aligned_alloc(size_t alignment, size_t bytes) {
  return refuses() ? NULL : counted(__libc_memalign(alignment, bytes));
}
void* memalign(size_t alignment, size_t bytes) { return aligned_alloc(alignment, bytes); }
int posix_memalign(void** block, size_t alignment, size_t bytes) {
  void* const made = aligned_alloc(alignment, bytes);
  if (made == NULL) return ENOMEM;
  *block = made;
  return 0;
}
void* realloc(void* block, size_t bytes) {
  if (refuses()) return NULL;
  void* const made = __libc_realloc(block, bytes);
  return block == NULL ? counted(made) : made;
}
void free(void* block) {
  if (block != NULL) atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
  __libc_free(block);
}
void* mmap(void* address, size_t bytes, int protection, int flags, int file, off_t offset) {
  if ((flags & MAP_ANONYMOUS) != 0 && refuses()) return MAP_FAILED;
  return (void*)syscall(SYS_mmap, address, bytes, protection, flags, file, offset);
}

// What follows is called from Python.

extern void* PyObject_CallNoArgs(void*) __attribute__((weak));

// function() while the allocations from number `first` to number `last` fail.
void* call_failing(void* function, long first, long last) {
  first_refused = first;
  last_refused = last;
  atomic_store(&seen, 0);
  atomic_store(&refused, 0);
  atomic_store(&is_armed, 1);
  void* const result = PyObject_CallNoArgs(function);
  atomic_store(&is_armed, 0);
  return result;
}

long refused_allocations(void) { return atomic_load(&refused); }
long live_blocks(void) { return atomic_load(&live); }
