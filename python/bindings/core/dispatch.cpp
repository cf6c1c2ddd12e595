// A call's way: bind, take apart, find or compile, run, convert.
#include <algorithm>

#include "dispatcher.h"
#include "numpy_access.h"
#include "raise.h"
#include "results.h"
#include "rooftop/runtime/context.h"
#include "rooftop/runtime/owned_arrays.h"
#include "rooftop/runtime/ticks.h"
#include "signals.h"

namespace rooftop::python {
namespace {

constexpr int kInvalidationsBeforeWarning = 8;

// What the user called should be the last frame of the traceback, not the machinery below.
void forget_traceback() {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (value != nullptr && PyObject_HasAttrString(value, "_hides_machinery")) {
    PyException_SetTraceback(value, Py_None);
    Py_CLEAR(traceback);
  }
  PyErr_Restore(type, value, traceback);
}

PyObject* report_unbound(PyObject* hooks, PyObject* function, PyObject* const* arguments, Py_ssize_t given,
                         PyObject* keyword_names) {
  Ref positional(PyTuple_New(given));
  Ref keywords(PyDict_New());
  if (!positional || !keywords) return nullptr;
  for (Py_ssize_t i = 0; i < given; ++i) PyTuple_SET_ITEM(positional.get(), i, Py_NewRef(arguments[i]));
  Py_ssize_t named = keyword_names == nullptr ? 0 : PyTuple_GET_SIZE(keyword_names);
  for (Py_ssize_t i = 0; i < named; ++i) {
    if (PyDict_SetItem(keywords.get(), PyTuple_GET_ITEM(keyword_names, i), arguments[given + i]) != 0) return nullptr;
  }
  Ref none(PyObject_CallMethod(hooks, "bind_error", "OOO", function, positional.get(), keywords.get()));
  if (none) PyErr_SetString(PyExc_SystemError, "a call that fits its function's signature was refused");
  forget_traceback();
  return nullptr;
}

// Gives back, when the call ends, the arrays that it has created and nobody has taken.
class OwnedArrays {
 public:
  explicit OwnedArrays(backend::KernelContext& context) : context_(context) {}
  ~OwnedArrays() {
    if (context_.owned != nullptr) [[unlikely]]
      runtime::clear_owned(context_);
  }
  OwnedArrays(const OwnedArrays&) = delete;
  OwnedArrays& operator=(const OwnedArrays&) = delete;

 private:
  backend::KernelContext& context_;
};

// A module of that name among the values, of which it is one.
PyObject* module_named(const char* name) {
  PyObject* const module = PyImport_GetModule(Ref(PyUnicode_FromString(name)).get());
  Py_XDECREF(module);  // sys.modules holds it
  PyErr_Clear();
  return module;
}

// Whether a name in the function's text stands for the module.
bool names_module(PyObject* function, PyObject* module) {
  PyObject* const globals = PyFunction_GetGlobals(function);
  const Ref names(PyObject_GetAttrString(PyFunction_GetCode(function), "co_names"));
  bool found = false;
  for (Py_ssize_t i = 0; names && module != nullptr && i < PyTuple_GET_SIZE(names.get()); ++i) {
    found |= PyDict_GetItem(globals, PyTuple_GET_ITEM(names.get(), i)) == module;
  }
  PyErr_Clear();
  return found;
}

}  // namespace

bool DispatcherState::makes_ours(Specialization::NamedModules& named, const ArgumentPack& arguments) const {
  if (arguments.has_ours() || !find_numpy()) return true;
  if (!named.is_known) {
    named = {true, names_module(function(), module_named("rooftop")), names_module(function(), module_named("numpy"))};
  }
  // As in the same text uncompiled: rooftop's functions make rooftop's arrays of any, operators those of the operands.
  if (named.ours) return true;
  for (const ArrayArgument& array : arguments.arrays()) {
    if (array.word.kind == Kind::Array) return false;
  }
  return !named.theirs;
}

DispatcherState::~DispatcherState() { clear(); }

void DispatcherState::clear() {
  while (!table_.empty()) drop(table_.back());
}

int DispatcherState::visit(visitproc visit, void* arg) {
  Py_VISIT(function_.get());
  Py_VISIT(hooks_.get());
  for (Specialization* specialization : table_) {
    Py_VISIT(specialization->handle());
    if (int stop = specialization->guards().visit(visit, arg)) return stop;
  }
  return 0;
}

void DispatcherState::drop(Specialization* specialization) {
  table_.erase(std::find(table_.begin(), table_.end(), specialization));
  specialization->dropped = true;
  if (specialization->uses == 0) delete specialization;
}

PyObject* DispatcherState::call(PyObject* dispatcher, PyObject* const* arguments, Py_ssize_t given,
                                PyObject* keyword_names) {
  if (parameters_.fits(given, keyword_names)) return run(dispatcher, arguments);
  BoundArguments bound;
  if (parameters_.bind(function(), arguments, given, keyword_names, bound)) return run(dispatcher, bound.values.data());
  return report_unbound(hooks(), function(), arguments, given, keyword_names);
}

PyObject* DispatcherState::convert(PyObject* dispatcher, int index, PyObject* value, ArgumentPack& arguments) {
  PyObject* wanted = parameters_.conversion(index);
  // The type's name says it all for exact types; only others need a closer look.
  if (wanted == nullptr || PyUnicode_CompareWithASCIIString(wanted, Py_TYPE(value)->tp_name) == 0) return value;
  Ref converted(PyObject_CallMethod(hooks(), "convert", "OiOO", dispatcher, index, wanted, value));
  if (!converted) {
    forget_traceback();
    return nullptr;
  }
  return arguments.keep(std::move(converted));
}

bool DispatcherState::pack(PyObject* dispatcher, PyObject* const* values, ArgumentPack& arguments) {
  for (int i = 0; i < parameters_.count(); ++i) {
    PyObject* value = values[i];
    if (parameters_.has_conversions()) [[unlikely]] {
      value = convert(dispatcher, i, value, arguments);
      if (value == nullptr) return false;
    }
    if (!arguments.add(value, {parameters_.qualified_name(), parameters_.name(i)})) return false;
  }
  return true;
}

PyObject* DispatcherState::run(PyObject* dispatcher, PyObject* const* values) {
  ArgumentPack arguments;
  if (!pack(dispatcher, values, arguments)) return nullptr;
  Specialization* specialization = find_valid(arguments.words(), arguments.strings());
  if (specialization == nullptr) {
    specialization = compile(dispatcher, arguments.words(), arguments.strings());
    if (specialization == nullptr) return nullptr;
  }
  return execute(*specialization, arguments);
}

Specialization* DispatcherState::find(std::span<const Word> words, std::span<PyObject* const> strings) {
  for (std::size_t i = 0; i < table_.size(); ++i) {
    if (!table_[i]->matches(words, strings)) continue;
    if (i > 0)
      std::rotate(table_.begin(), table_.begin() + static_cast<std::ptrdiff_t>(i),
                  table_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    return table_.front();
  }
  return nullptr;
}

Specialization* DispatcherState::find_valid(std::span<const Word> words, std::span<PyObject* const> strings) {
  Specialization* found = find(words, strings);
  if (found == nullptr || found->guards().hold()) return found;
  drop(found);
  ++invalidations_;
  return nullptr;
}

bool DispatcherState::warn_about_recompiling() {
  if (invalidations_ != kInvalidationsBeforeWarning) return true;
  return PyErr_WarnFormat(PyExc_RuntimeWarning, 1,
                          "%U() was compiled %d times because global or closure variables that it uses changed between "
                          "calls; pass them as arguments",
                          parameters_.qualified_name(), invalidations_ + 1) == 0;
}

Specialization* DispatcherState::compile(PyObject* dispatcher, std::span<const Word> words,
                                         std::span<PyObject* const> strings) {
  std::string signature = signature_text(words, strings);
  if (signature.empty() || !warn_about_recompiling()) return nullptr;
  Ref handle(PyObject_CallMethod(hooks(), "compile", "Os#", dispatcher, signature.data(),
                                 static_cast<Py_ssize_t>(signature.size())));
  if (!handle) {
    forget_traceback();
    return nullptr;
  }
  // Compiling lets other threads run: one of them may have been faster.
  if (Specialization* other = find_valid(words, strings)) return other;
  TypeList types{{words.begin(), words.end()}, {}};
  for (PyObject* string : strings) types.strings.push_back(Ref::borrow(string));
  std::unique_ptr<Specialization> made =
      Specialization::from_handle(std::move(types), std::move(signature), handle.get());
  if (!made) return nullptr;
  return *table_.insert(table_.begin(), made.release());
}

PyObject* DispatcherState::execute(Specialization& specialization, const ArgumentPack& arguments) {
  Use use(specialization);
  backend::KernelContext context;
  runtime::ThreadState& thread = runtime::enter(context);
  SmallBuffer<std::int64_t, 16> results;
  results.extend(static_cast<std::size_t>(specialization.result_slots()));
  const bool is_timed = specialization.is_timed(arguments.volume());
  std::uint64_t ticks = 0;
  std::int32_t status;
  {
    PythonCall call(thread, specialization.releases_gil(arguments.volume()));
    if (is_timed) [[unlikely]]
      ticks = runtime::ticks();
    status = specialization.entry()(&context, arguments.slots().data(), results.data());
    if (is_timed) [[unlikely]]
      ticks = runtime::ticks() - ticks;
  }
  if (is_timed) [[unlikely]]
    specialization.set_timed_call(ticks, arguments.slots(), status == backend::kOk);
  const OwnedArrays owned(context);
  if (status == backend::kOk) [[likely]]
    return make_result(specialization.result(), results.data(), arguments, context,
                       context.owned != nullptr && makes_ours(specialization.named_modules, arguments));
  if (status == backend::kRaised) {
    raise_from(context, PyFunction_GetGlobals(function()));
  } else if (!PyErr_Occurred()) {
    PyErr_SetString(PyExc_RuntimeError,
                    "compiled code was stopped: the process was forked by a signal handler while it ran");
  }
  return nullptr;
}

std::string DispatcherState::signature_of(PyObject* const* arguments, Py_ssize_t given) {
  BoundArguments bound;
  if (!parameters_.bind(function(), arguments, given, nullptr, bound)) {
    report_unbound(hooks(), function(), arguments, given, nullptr);
    return {};
  }
  ArgumentPack taken_apart;
  if (!pack(Py_None, bound.values.data(), taken_apart)) return {};
  return signature_text(taken_apart.words(), taken_apart.strings());
}

PyObject* DispatcherState::handle_for(PyObject* dispatcher, std::string_view signature) {
  TypeList types = parse_types(signature, true);
  std::vector<PyObject*> strings;
  for (const Ref& string : types.strings) strings.push_back(string.get());
  Specialization* found = find_valid(types.words, strings);
  if (found == nullptr) found = compile(dispatcher, types.words, strings);
  return found == nullptr ? nullptr : Py_NewRef(found->handle());
}

}  // namespace rooftop::python
