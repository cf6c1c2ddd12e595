// Memory of other libraries as arrays: from_dlpack.
#include <algorithm>

#include "array/dlpack.h"
#include "array/method_tables.h"
#include "array/native_call.h"

namespace rooftop::python {
namespace {

using dlpack::Managed;
using dlpack::ManagedVersioned;
using dlpack::Tensor;

// The base of an imported array: a capsule of our own, whose end is the tensor's.
constexpr const char* kBaseName = "rooftop.dlpack";

template <typename Structure>
void end_tensor(PyObject* base) {
  auto* managed = static_cast<Structure*>(PyCapsule_GetPointer(base, kBaseName));
  if (managed->deleter == nullptr) return;
  // What a deleter does must not meet an exception in flight, nor leave one.
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  managed->deleter(managed);
  if (PyErr_Occurred() != nullptr) PyErr_WriteUnraisable(nullptr);
  PyErr_Restore(type, value, traceback);
}

bool refuse(PyObject* type, const char* message) {
  PyErr_SetString(type, message);
  return false;
}

bool is_readable(const dlpack::Device& device) {
  return device.kind == dlpack::kCpu || device.kind == dlpack::kCudaHost || device.kind == dlpack::kRocmHost ||
         device.kind == dlpack::kCudaManaged;
}

/// Lengths, strides and address of a tensor. False with an exception for what is malformed or not for us.
bool read_tensor(const Tensor& tensor, Extents& storage, View& view) {
  if (tensor.rank < 0 || tensor.rank > array::kMaxRank) {
    return refuse(PyExc_RuntimeError, "maxdims of DLPack tensor is higher than the supported maxdims.");
  }
  if (!is_readable(tensor.device)) return refuse(PyExc_RuntimeError, "Unsupported device in DLTensor.");
  if (tensor.type.lanes != 1) return refuse(PyExc_RuntimeError, "Unsupported lanes in DLTensor dtype.");
  const std::optional<DType> dtype = dlpack::dtype_of(tensor.type);
  if (!dtype) return refuse(PyExc_RuntimeError, "Unsupported dtype in DLTensor.");
  if (tensor.rank > 0 && tensor.shape == nullptr) return refuse(PyExc_ValueError, "the DLTensor has no shape");
  const auto size = static_cast<std::int64_t>(array::size_of(*dtype));
  storage.rank = 0;
  for (std::int32_t axis = 0; axis < tensor.rank; ++axis) {
    if (tensor.shape[axis] < 0) return refuse(PyExc_ValueError, "negative dimensions are not allowed");
    storage.push(tensor.shape[axis], 0);
  }
  if (!array::checked_bytes(storage.lengths(), size)) {
    return refuse(PyExc_ValueError, "the DLTensor is larger than any memory");
  }
  std::int64_t dense = size;
  for (std::int32_t axis = tensor.rank - 1; axis >= 0; --axis) {
    std::int64_t& stride = storage.strides[axis];
    if (tensor.strides == nullptr) {
      stride = dense;
      // What leaves the range here has a length of zero: nothing lies there.
      if (__builtin_mul_overflow(dense, std::max<std::int64_t>(tensor.shape[axis], 1), &dense)) dense = 0;
    } else if (__builtin_mul_overflow(tensor.strides[axis], size, &stride)) {
      return refuse(PyExc_ValueError, "a stride of the DLTensor is larger than any memory");
    }
  }
  view = storage.view(*dtype, tensor.data == nullptr ? nullptr : tensor.data + tensor.byte_offset);
  if (view.data == nullptr && view.size() > 0) return refuse(PyExc_ValueError, "the DLTensor has no data");
  return true;
}

template <typename Structure>
PyObject* array_of(PyObject* capsule) {
  auto* managed = static_cast<Structure*>(PyCapsule_GetPointer(capsule, Structure::kName));
  if (managed == nullptr) return nullptr;
  bool is_writeable = false;
  if constexpr (std::is_same_v<Structure, ManagedVersioned>) {
    // Of a later major version nothing but the version's place is known.
    if (managed->version.major > dlpack::kVersion.major) {
      PyErr_SetString(PyExc_BufferError,
                      "from_dlpack(): the exported DLPack major version is too high to be imported by this version.");
      return nullptr;
    }
    is_writeable = (managed->flags & dlpack::kReadOnly) == 0;
  }
  Extents storage;
  View view;
  if (!read_tensor(managed->tensor, storage, view)) return nullptr;
  Ref base(PyCapsule_New(managed, kBaseName, nullptr));
  Ref made(base ? as_object(new_view(view, base.get(), is_writeable)) : nullptr);
  if (!made) return nullptr;
  // From here on the tensor is ours to end.
  if (PyCapsule_SetName(capsule, Structure::kUsedName) != 0) return nullptr;
  PyCapsule_SetDestructor(base.get(), end_tensor<Structure>);
  return made.release();
}

/// What every call needs, made once.
struct Words {
  PyObject* method = PyUnicode_InternFromString("__dlpack__");
  PyObject* names = Py_BuildValue("(NNN)", PyUnicode_InternFromString("dl_device"), PyUnicode_InternFromString("copy"),
                                  PyUnicode_InternFromString("max_version"));
  PyObject* version =
      Py_BuildValue("(ii)", static_cast<int>(dlpack::kVersion.major), static_cast<int>(dlpack::kVersion.minor));
  PyObject* processor = Py_BuildValue("(ii)", int{dlpack::kCpu}, 0);

  bool are_whole() const { return method != nullptr && names != nullptr && version != nullptr && processor != nullptr; }
};

/// x.__dlpack__(…), without arguments where the producer is older than they are.
PyObject* ask(PyObject* x, bool has_device, PyObject* copy) {
  static const Words words;
  if (!words.are_whole()) return PyErr_NoMemory();
  PyObject* const arguments[] = {x, has_device ? words.processor : Py_None, copy, words.version};
  PyObject* capsule = PyObject_VectorcallMethod(words.method, arguments, 1, words.names);
  const bool is_older = capsule == nullptr && !has_device && copy == Py_None;
  if (!is_older || PyErr_ExceptionMatches(PyExc_TypeError) == 0) return capsule;
  PyErr_Clear();
  return PyObject_CallMethodNoArgs(x, words.method);
}

Outcome from_dlpack(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"from_dlpack", {nullptr, "device", "copy"}, 1, 1};
  ArgumentReader<3>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  const auto& [x, device, copy] = values;
  if (is_given(copy) && !PyBool_Check(copy)) return Outcome::Delegate;
  if (is_given(device) && text_of(device) != "cpu") return Outcome::Delegate;
  // An array of our own needs no capsule, unless it cannot be told in one.
  if (is_exact_array(x) && dlpack::is_expressible(as_array(x)->view())) {
    const ArrayObject* array = as_array(x);
    return made(copy == Py_True ? copied(array->view(), array->dtype, std::nullopt)
                                : new_view(array->view(), x, array->has(kWriteable)),
                result);
  }
  Ref capsule(ask(x, is_given(device), copy == nullptr ? Py_None : copy));
  if (!capsule) return Outcome::Error;
  if (PyCapsule_IsValid(capsule.get(), ManagedVersioned::kName) != 0) {
    return made(array_of<ManagedVersioned>(capsule.get()), result);
  }
  return made(array_of<Managed>(capsule.get()), result);
}

ROOFTOP_FREE_FUNCTION(from_dlpack, from_dlpack)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("from_dlpack", from_dlpack_function,
                  "from_dlpack(x, /, *, device=None, copy=None)\n--\n\nAn array on the memory of an object with "
                  "__dlpack__, without a copy unless asked for.\n\nRead-only where the producer says so, or is older "
                  "than DLPack 1."),
};

}  // namespace

std::span<PyMethodDef> dlpack_functions() { return functions; }

}  // namespace rooftop::python
