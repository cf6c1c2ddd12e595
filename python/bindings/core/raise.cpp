// Exception types, messages and made-up frames.
#include "raise.h"

#include <algorithm>
#include <array>

#include "ref.h"
#include "rooftop/runtime/raised_message.h"
#include "traceback.h"

namespace rooftop::python {
namespace {

using backend::ExceptionKind;
using backend::KernelContext;
using backend::Site;

PyObject* exception_type(ExceptionKind kind) {
  switch (kind) {
    case ExceptionKind::IndexError:
      return PyExc_IndexError;
    case ExceptionKind::OverflowError:
      return PyExc_OverflowError;
    case ExceptionKind::ZeroDivisionError:
      return PyExc_ZeroDivisionError;
    case ExceptionKind::ValueError:
      return PyExc_ValueError;
    case ExceptionKind::TypeError:
      return PyExc_TypeError;
    case ExceptionKind::UnboundLocalError:
      return PyExc_UnboundLocalError;
    case ExceptionKind::RecursionError:
      return PyExc_RecursionError;
    case ExceptionKind::AssertionError:
      return PyExc_AssertionError;
    case ExceptionKind::RuntimeError:
      return PyExc_RuntimeError;
    case ExceptionKind::MemoryError:
      return PyExc_MemoryError;
    case ExceptionKind::NotImplementedError:
      return PyExc_NotImplementedError;
    case ExceptionKind::KeyError:
      return PyExc_KeyError;
    case ExceptionKind::StopIteration:
      return PyExc_StopIteration;
    case ExceptionKind::ArithmeticError:
      return PyExc_ArithmeticError;
    case ExceptionKind::Exception:
      return PyExc_Exception;
  }
  return PyExc_SystemError;
}

std::string float_text(double value) {
  char* text = PyOS_double_to_string(value, 'r', 0, Py_DTSF_ADD_DOT_0, nullptr);
  std::string copy = text == nullptr ? "?" : text;
  PyMem_Free(text);
  return copy;
}

Ref make_exception(const KernelContext& context) {
  const Site& site = *context.error;
  PyObject* type = exception_type(site.kind);
  if (site.message == nullptr || *site.message == '\0') return Ref(PyObject_CallNoArgs(type));
  std::string message = format_message(site, context.arguments);
  Ref text(PyUnicode_DecodeUTF8(message.data(), static_cast<Py_ssize_t>(message.size()), "replace"));
  return text ? Ref(PyObject_CallOneArg(type, text.get())) : Ref();
}

// Says what the traceback leaves out. Notes exist from Python 3.11 on.
void note_missing_frames(PyObject* exception, int missing) {
  if (missing <= 0 || !PyObject_HasAttrString(exception, "add_note")) return;
  Ref note(PyUnicode_FromFormat("%d outer calls of compiled code are not shown.", missing));
  Ref done(note ? PyObject_CallMethod(exception, "add_note", "O", note.get()) : nullptr);
  if (!done) PyErr_Clear();
}

}  // namespace

std::string format_message(const Site& site, const std::int64_t* arguments) {
  return runtime::raised_message(site, arguments, float_text);
}

void raise_from(const KernelContext& context, PyObject* globals) {
  Ref exception = make_exception(context);
  if (!exception) return;
  // Innermost first; each further frame goes in front.
  Ref traceback = add_frame(Ref(), *context.error, globals);
  int kept = std::min(context.frame_count, backend::kMaxFrames);
  for (int i = 0; traceback && i < kept; ++i) traceback = add_frame(std::move(traceback), *context.frames[i], globals);
  if (!traceback) return;
  note_missing_frames(exception.get(), context.frame_count - kept);
  if (PyErr_Occurred()) return;
  PyObject* type = Py_NewRef(reinterpret_cast<PyObject*>(Py_TYPE(exception.get())));
  PyErr_Restore(type, exception.release(), traceback.release());
}

}  // namespace rooftop::python
