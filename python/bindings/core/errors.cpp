// rooftop.InternalError lives in Python; it is looked up when it is needed.
#include "errors.h"

#include "ref.h"

namespace rooftop::python {

void set_internal_error(const char* message) {
  Ref module(PyImport_ImportModule("rooftop._errors"));
  Ref type(module ? PyObject_GetAttrString(module.get(), "InternalError") : nullptr);
  if (type) PyErr_SetString(type.get(), message);
}

}  // namespace rooftop::python
