// Which thread handles signals, and the hook of the runtime's poll.
#include "signals.h"

#include "ref.h"
#include "rooftop/runtime/poll.h"

namespace rooftop::python {
namespace {

using runtime::SignalRole;
using runtime::ThreadState;

// Python runs signal handlers on its main thread only; other threads need not fight for the GIL to learn that.
SignalRole find_role() {
  Ref threading(PyImport_ImportModule("threading"));
  Ref main_thread(threading ? PyObject_CallMethod(threading.get(), "main_thread", nullptr) : nullptr);
  Ref identity(main_thread ? PyObject_GetAttrString(main_thread.get(), "ident") : nullptr);
  bool is_main =
      identity && PyLong_Check(identity.get()) && PyLong_AsUnsignedLong(identity.get()) == PyThread_get_thread_ident();
  PyErr_Clear();
  return is_main ? SignalRole::Handles : SignalRole::Ignores;
}

// What a signal handler calls must not see the interrupted kernel's state.
class Aside {
 public:
  explicit Aside(ThreadState& thread)
      : thread_(thread), region_(thread.region), chunk_begin_(thread.chunk_begin), call_(thread.embedder_call) {
    thread.region = nullptr;
    thread.embedder_call = nullptr;
  }
  ~Aside() {
    thread_.region = region_;
    thread_.chunk_begin = chunk_begin_;
    thread_.embedder_call = call_;
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

 private:
  ThreadState& thread_;
  runtime::Region* region_;
  std::int64_t chunk_begin_;
  void* call_;
};

std::int32_t poll_signals(backend::KernelContext& context) {
  ThreadState& thread = runtime::thread_of(context);
  auto& call = *static_cast<PythonCall*>(thread.embedder_call);
  Aside aside(thread);
  return call.check_signals() != 0 ? backend::kInterrupted : backend::kOk;
}

}  // namespace

void install_signal_hook() { runtime::set_signal_hook(poll_signals); }

PythonCall::PythonCall(ThreadState& thread, bool releases_gil) : thread_(thread), outer_call_(thread.embedder_call) {
  if (!releases_gil) {
    thread.embedder_call = this;
    return;
  }
  if (thread.signal_role == SignalRole::Unknown) [[unlikely]]
    thread.signal_role = find_role();
  thread.embedder_call = thread.signal_role == SignalRole::Handles ? this : nullptr;
  released_ = PyEval_SaveThread();
}

PythonCall::~PythonCall() {
  if (released_ != nullptr) PyEval_RestoreThread(released_);
  thread_.embedder_call = outer_call_;
}

int PythonCall::check_signals() {
  // A kernel that kept the GIL and still runs lets other threads have it from here on.
  PyEval_RestoreThread(released_ == nullptr ? PyEval_SaveThread() : released_);
  int raised = PyErr_CheckSignals();
  released_ = PyEval_SaveThread();
  return raised;
}

}  // namespace rooftop::python
