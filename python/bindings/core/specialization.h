// A compiled version of a function for one list of argument types.
#pragma once

#include <Python.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "descriptor.h"
#include "guards.h"
#include "ref.h"
#include "rooftop/backend/abi.h"

namespace rooftop::python {

/// A call that was timed: one whose arguments promise some work, or one of many others.
struct TimedCall {
  std::uint64_t ticks = 0;
  std::vector<std::int64_t> slots;  ///< the arguments; addresses only tell which arrays are one
  bool returned = false;            ///< false when it raised

  bool exists() const { return ticks != 0; }
};

class Specialization {
 public:
  /// Reads what the compiler returned: attributes `entry`, `result`, `releases_gil_from`, `guards`. Null with an
  /// exception.
  static std::unique_ptr<Specialization> from_handle(TypeList types, std::string signature, PyObject* handle);

  bool matches(std::span<const Word> words, std::span<PyObject* const> strings) const;

  backend::Entry entry() const { return entry_; }
  bool releases_gil(std::uint64_t volume) const { return volume >= releases_gil_from_; }
  const TypeList& result() const { return result_; }
  int result_slots() const { return result_slots_; }
  const std::string& signature() const { return signature_; }
  PyObject* handle() const { return handle_.get(); }
  GuardList& guards() { return guards_; }

  /// Counts a call; whether it is one to be timed. A clock takes longer than the rest of a call of tiny arguments.
  bool is_timed(std::uint64_t volume) { return (calls_++ % kTimedOneIn == 0) | (volume >= kTimedVolume); }
  std::uint64_t calls() const { return calls_; }
  const TimedCall& timed_call() const { return timed_call_; }
  void set_timed_call(std::uint64_t ticks, std::span<const std::int64_t> slots, bool returned) {
    timed_call_.ticks = ticks;
    timed_call_.slots.assign(slots.begin(), slots.end());
    timed_call_.returned = returned;
  }

  /// Which modules of arrays the function's text names; its guards see to it that names stay what they are.
  struct NamedModules {
    bool is_known = false;
    bool ours = false, theirs = false;
  };
  NamedModules named_modules;

  /// Calls in flight: a specialisation that is dropped meanwhile lives until the last one ends. Under the GIL.
  int uses = 0;
  bool dropped = false;

 private:
  static constexpr std::uint64_t kTimedOneIn = 64;
  static constexpr std::uint64_t kTimedVolume = 4096;

  TypeList types_;
  std::string signature_;
  backend::Entry entry_ = nullptr;
  std::uint64_t releases_gil_from_ = 0;
  TypeList result_;
  int result_slots_ = 0;
  GuardList guards_;
  std::uint64_t calls_ = 0;
  TimedCall timed_call_;
  Ref handle_;  ///< owns the machine code
};

/// Keeps a specialisation alive for one call.
class Use {
 public:
  explicit Use(Specialization& specialization) : specialization_(specialization) { ++specialization_.uses; }
  ~Use() {
    if (--specialization_.uses == 0 && specialization_.dropped) delete &specialization_;
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  Specialization& specialization_;
};

}  // namespace rooftop::python
