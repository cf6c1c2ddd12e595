// One program run compiled and interpreted on the same data: results, memory and errors must agree.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "compiled.h"
#include "rooftop/backend/interp/interpreter.h"

namespace rooftop::testing {

/// A strided array in a buffer of its own.
struct Buffer {
  std::vector<unsigned char> bytes;
  std::int64_t offset;  ///< of element [0, …] from the buffer's start
  std::vector<std::int64_t> lengths;
  std::vector<std::int64_t> strides;

  void add_to(std::vector<std::int64_t>& slots) {
    slots.push_back(static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(bytes.data() + offset)));
    slots.insert(slots.end(), lengths.begin(), lengths.end());
    slots.insert(slots.end(), strides.begin(), strides.end());
  }
};

/// A buffer over `elements` with the lengths and strides (in elements) given, from element `first` on.
template <class T>
Buffer buffer(const std::vector<T>& elements, std::vector<std::int64_t> lengths, std::vector<std::int64_t> strides,
              std::int64_t first = 0) {
  Buffer b{std::vector<unsigned char>(elements.size() * sizeof(T)), first * static_cast<std::int64_t>(sizeof(T)),
           std::move(lengths), std::move(strides)};
  std::memcpy(b.bytes.data(), elements.data(), b.bytes.size());
  for (std::int64_t& s : b.strides) s *= static_cast<std::int64_t>(sizeof(T));
  return b;
}

/// 1, 2, 3, … as elements.
template <class T>
std::vector<T> counted(int count) {
  std::vector<T> values;
  for (int i = 1; i <= count; ++i) values.push_back(static_cast<T>(i));
  return values;
}

struct Result {
  Outcome outcome;
  std::vector<Buffer> buffers;

  template <class T>
  std::vector<T> elements(std::size_t buffer) const {
    std::vector<T> values(buffers[buffer].bytes.size() / sizeof(T));
    std::memcpy(values.data(), buffers[buffer].bytes.data(), buffers[buffer].bytes.size());
    return values;
  }
};

/// Runs the text both ways on copies of the buffers, then scalars, as its parameters; returns the compiled run.
inline Result run_both_ways(const std::string& text, const std::vector<Buffer>& buffers,
                            const std::vector<std::int64_t>& scalars = {}) {
  const ir::Module module = ir::parse(text);
  const backend::interp::Interpreter interpreter(module);
  const std::uint64_t epoch = 0;
  const auto run = [&](auto entry) {
    Result r{{}, buffers};
    std::vector<std::int64_t> slots;
    for (Buffer& b : r.buffers) b.add_to(slots);
    slots.insert(slots.end(), scalars.begin(), scalars.end());
    char here = 0;
    r.outcome.context.epoch = &epoch;
    r.outcome.context.stack_limit = reinterpret_cast<char*>(reinterpret_cast<std::uintptr_t>(&here) - 512 * 1024);
    r.outcome.status = entry(&r.outcome.context, slots.data(), r.outcome.results);
    return r;
  };
  const Compiled compiled(module);
  const Result expected = run([&](auto* c, auto* a, auto* r) { return interpreter.run(c, a, r); });
  const Result actual = run([&](auto* c, auto* a, auto* r) { return compiled.kernel().entry()(c, a, r); });
  EXPECT_EQ(actual.outcome.error(), expected.outcome.error());
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    EXPECT_EQ(actual.buffers[i].bytes, expected.buffers[i].bytes) << "buffer " << i << " of " << text;
  }
  if (expected.outcome.status == backend::kOk) {
    EXPECT_EQ(std::memcmp(actual.outcome.results, expected.outcome.results, sizeof actual.outcome.results), 0) << text;
  } else if (expected.outcome.status == backend::kRaised) {
    for (int i = 0; i < expected.outcome.context.error->argument_count; ++i) {
      EXPECT_EQ(actual.outcome.context.arguments[i], expected.outcome.context.arguments[i]);
    }
    EXPECT_EQ(actual.outcome.context.frame_count, expected.outcome.context.frame_count);
  }
  EXPECT_EQ(TestRuntime::live_bytes, 0) << text;
  return actual;
}

}  // namespace rooftop::testing
