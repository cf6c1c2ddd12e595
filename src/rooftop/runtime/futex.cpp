// The futex system call.
#include "rooftop/runtime/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

namespace rooftop::runtime {
namespace {

void wait(std::atomic<std::int32_t>& word, std::int32_t expected, const timespec* timeout) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, expected, timeout, nullptr, 0);
}

}  // namespace

void futex_wait(std::atomic<std::int32_t>& word, std::int32_t expected, std::chrono::nanoseconds timeout) {
  timespec spec;
  spec.tv_sec = timeout.count() / 1'000'000'000;
  spec.tv_nsec = timeout.count() % 1'000'000'000;
  wait(word, expected, &spec);
}

void futex_wait(std::atomic<std::int32_t>& word, std::int32_t expected) { wait(word, expected, nullptr); }

void futex_wake(std::atomic<std::int32_t>& word, int count) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

}  // namespace rooftop::runtime
