// The process's one warning sink.
#include "rooftop/base/log.h"

#include <atomic>
#include <cstdio>
#include <new>
#include <string>

namespace rooftop {
namespace {

std::atomic<WarningSink> warning_sink{nullptr};

void write_to_stderr(std::string_view message) {
  // One call, so that lines of several threads do not mix.
  std::string line = "rooftop: warning: " + std::string(message) + '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

WarningSink set_warning_sink(WarningSink sink) { return warning_sink.exchange(sink); }

void warn(std::string_view message) {
  WarningSink sink = warning_sink.load();
  try {
    (sink == nullptr ? write_to_stderr : sink)(message);
  } catch (const std::bad_alloc&) {  // a warning is no reason to end what warns
  }
}

}  // namespace rooftop
