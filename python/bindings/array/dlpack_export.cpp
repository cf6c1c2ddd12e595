// Arrays as DLPack capsules: ndarray.__dlpack__ and ndarray.__dlpack_device__.
#include <algorithm>
#include <array>
#include <memory>

#include "array/dlpack.h"
#include "array/method_tables.h"
#include "array/native_call.h"

namespace rooftop::python {
namespace dlpack {

ElementType type_of(array::DType dtype) {
  const auto bits = static_cast<std::uint8_t>(8 * array::size_of(dtype));
  const auto code = array::is_bool(dtype)       ? kBool
                    : array::is_complex(dtype)  ? kComplex
                    : dtype == DType::BF16      ? kBfloat
                    : array::is_float(dtype)    ? kFloat
                    : array::is_unsigned(dtype) ? kUint
                                                : kInt;
  return {code, bits, 1};
}

std::optional<array::DType> dtype_of(ElementType type) {
  for (int i = 0; i < array::kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    const ElementType own = type_of(dtype);
    if (own.code == type.code && own.bits == type.bits) return dtype;
  }
  return std::nullopt;
}

bool is_expressible(const array::View& view) {
  const auto size = static_cast<std::int64_t>(array::size_of(view.dtype));
  return std::all_of(view.strides, view.strides + view.rank,
                     [size](std::int64_t stride) { return stride % size == 0; });
}

}  // namespace dlpack

namespace {

using dlpack::Managed;
using dlpack::ManagedVersioned;

/// What a consumer holds: the structure, the array, and lengths of their own, as the array's may change.
template <typename Structure>
struct Export {
  Structure managed;
  PyObject* array;
  std::int64_t dims[2 * array::kMaxRank];

  static void release(Structure* managed) {
    auto* self = static_cast<Export*>(managed->context);
    // The consumer may hold it longer than there is an interpreter.
    if (Py_IsInitialized() != 0) {
      const PyGILState_STATE state = PyGILState_Ensure();
      Py_DECREF(self->array);
      PyGILState_Release(state);
    }
    delete self;
  }
};

// Ends what nobody took.
template <typename Structure>
void destroy_capsule(PyObject* capsule) {
  if (PyCapsule_IsValid(capsule, Structure::kName) == 0) return;
  auto* managed = static_cast<Structure*>(PyCapsule_GetPointer(capsule, Structure::kName));
  managed->deleter(managed);
}

template <typename Structure>
PyObject* capsule_of(ArrayObject* array, bool is_copied) {
  if (!dlpack::is_expressible(array->view())) {
    PyErr_SetString(PyExc_BufferError, "DLPack only supports strides which are a multiple of itemsize.");
    return nullptr;
  }
  auto made = std::make_unique_for_overwrite<Export<Structure>>();  // a kilobyte that nobody needs cleared
  const auto rank = static_cast<std::size_t>(array->rank);
  const auto size = static_cast<std::int64_t>(array::size_of(array->dtype));
  for (std::size_t axis = 0; axis < rank; ++axis) {
    made->dims[axis] = array->shape()[axis];
    made->dims[rank + axis] = array->strides()[axis] / size;
  }
  Structure& managed = made->managed;
  if constexpr (std::is_same_v<Structure, ManagedVersioned>) {
    managed.version = dlpack::kVersion;
    managed.flags = (array->has(kWriteable) ? 0 : dlpack::kReadOnly) | (is_copied ? dlpack::kCopied : 0);
  }
  managed.tensor = {
      array->data, {dlpack::kCpu, 0}, array->rank, dlpack::type_of(array->dtype), made->dims, made->dims + rank, 0};
  managed.context = made.get();
  managed.deleter = Export<Structure>::release;
  PyObject* capsule = PyCapsule_New(&managed, Structure::kName, destroy_capsule<Structure>);
  if (capsule == nullptr) return nullptr;
  made->array = Py_NewRef(as_object(array));
  made.release();  // NOLINT(bugprone-unused-return-value): the capsule's
  return capsule;
}

/// A pair of ints. False, without an exception, for anything else.
bool read_pair(PyObject* object, std::array<std::int64_t, 2>& pair) {
  return PyTuple_CheckExact(object) && PyTuple_GET_SIZE(object) == 2 &&
         PyLong_CheckExact(PyTuple_GET_ITEM(object, 0)) && read_int_or_leave(PyTuple_GET_ITEM(object, 0), pair[0]) &&
         read_int_or_leave(PyTuple_GET_ITEM(object, 1), pair[1]);
}

Outcome export_array(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
                     PyObject*& result) {
  static constexpr ArgumentReader<4> kReader{"__dlpack__", {"stream", "max_version", "dl_device", "copy"}, 0};
  ArgumentReader<4>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  const auto& [stream, max_version, device, copy] = values;
  std::array<std::int64_t, 2> version{}, place{dlpack::kCpu, 0};
  if (is_given(stream) || (is_given(copy) && !PyBool_Check(copy))) return Outcome::Delegate;
  if (is_given(max_version) && !read_pair(max_version, version)) return Outcome::Delegate;
  if (is_given(device) && (!read_pair(device, place) || place[0] != dlpack::kCpu || place[1] != 0)) {
    return Outcome::Delegate;
  }
  ArrayObject* array = as_array(self);
  const bool is_versioned = version[0] >= 1, is_copied = copy == Py_True;
  Ref copied_array;
  if (is_copied) {
    copied_array = Ref(as_object(copied(array->view(), array->dtype, std::nullopt)));
    if (!copied_array) return Outcome::Error;
    array = as_array(copied_array.get());
  }
  if (!is_versioned && !array->has(kWriteable)) {
    PyErr_SetString(PyExc_BufferError,
                    "Cannot export readonly array since signalling readonly is unsupported by DLPack (supported by "
                    "newer DLPack version).");
    return Outcome::Error;
  }
  return made(is_versioned ? capsule_of<ManagedVersioned>(array, is_copied) : capsule_of<Managed>(array, is_copied),
              result);
}

PyObject* dlpack_method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_method("__dlpack__", self, arguments, given, keyword_names, ROOFTOP_BODY(export_array));
}

Outcome device_of(PyObject*, PyObject* const*, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  if (given > 0 || keyword_names != nullptr) return Outcome::Delegate;
  return made(Py_BuildValue("(ii)", int{dlpack::kCpu}, 0), result);
}

PyObject* dlpack_device_method(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_method("__dlpack_device__", self, arguments, given, keyword_names, ROOFTOP_BODY(device_of));
}

PyMethodDef methods[] = {
    ROOFTOP_ENTRY(
        "__dlpack__", dlpack_method,
        "__dlpack__(*, stream=None, max_version=None, dl_device=None, copy=None)\n--\n\nThe memory as a DLPack "
        "capsule, for the from_dlpack of other libraries.\n\nBufferError for a read-only array unless "
        "max_version is (1, 0) or later."),
    ROOFTOP_ENTRY("__dlpack_device__", dlpack_device_method,
                  "__dlpack_device__()\n--\n\nWhere the memory is: (1, 0), the processor's."),
};

}  // namespace

std::span<PyMethodDef> dlpack_methods() { return methods; }

}  // namespace rooftop::python
