// Calls of kernels from tests: packs C++ values into the slots of backend/abi.h, for the interpreter and compiled code.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "rooftop/backend/abi.h"
#include "rooftop/ir/type.h"

namespace rooftop::testing {

/// The packed arguments of one call. Arrays are borrowed: they must outlive the call.
class Slots {
 public:
  Slots& add(std::int64_t value) { return push(value); }
  Slots& add(int value) { return push(value); }
  Slots& add(bool value) { return push(value ? 1 : 0); }
  Slots& add(double value) { return push_bits(value); }
  Slots& add(float value) { return push_bits(value); }
  /// Any memory with lengths and strides in bytes.
  Slots& add_array(const void* data, std::initializer_list<std::int64_t> lengths,
                   std::initializer_list<std::int64_t> strides) {
    push(static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(data)));
    slots_.insert(slots_.end(), lengths);
    slots_.insert(slots_.end(), strides);
    return *this;
  }
  template <class T>
  Slots& add(const std::vector<T>& values) {
    return add_array(values.data(), {static_cast<std::int64_t>(values.size())}, {sizeof(T)});
  }
  /// A row-major matrix of that many columns.
  template <class T>
  Slots& add(const std::vector<T>& values, std::int64_t columns) {
    const auto size = static_cast<std::int64_t>(sizeof(T));
    return add_array(values.data(), {static_cast<std::int64_t>(values.size()) / columns, columns},
                     {size * columns, size});
  }

  const std::int64_t* data() const { return slots_.data(); }

 private:
  Slots& push(std::int64_t slot) {
    slots_.push_back(slot);
    return *this;
  }
  template <class T>
  Slots& push_bits(T value) {
    std::int64_t slot = 0;
    std::memcpy(&slot, &value, sizeof value);
    return push(slot);
  }

  std::vector<std::int64_t> slots_;
};

/// What a call returned: its status, the error's parts, and result slots.
struct Outcome {
  std::int32_t status = 0;
  backend::KernelContext context{};
  std::int64_t results[64] = {};

  std::int64_t integer(int slot = 0) const { return results[slot]; }
  double real(int slot = 0) const {
    double value;
    std::memcpy(&value, &results[slot], sizeof value);
    return value;
  }
  float real32(int slot = 0) const {
    float value;
    std::memcpy(&value, &results[slot], sizeof value);
    return value;
  }
  /// `IndexError at 7: message`, or `ok`.
  std::string error() const {
    if (status == backend::kOk) return "ok";
    if (status == backend::kInterrupted) return "interrupted";
    const backend::Site& site = *context.error;
    return std::string(name_of(site.kind)) + " at " + std::to_string(site.line) + ": " + site.message;
  }
};

/// `runner(context, arguments, results)`: an Entry or Interpreter::run.
template <class Runner>
Outcome call(const Runner& runner, const Slots& arguments) {
  Outcome outcome;
  outcome.status = runner(&outcome.context, arguments.data(), outcome.results);
  return outcome;
}

}  // namespace rooftop::testing
