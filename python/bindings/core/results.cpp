// Conversion of results, node by node.
#include "results.h"

#include <cstring>

#include "array/scalar_object.h"

#include "buffers.h"
#include "numpy_access.h"

namespace rooftop::python {
namespace {

double as_double(std::int64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// The bytes from the array's first to past its last element.
struct Extent {
  const char* low;
  const char* high;
};

Extent extent_of(const char* data, const Word& word, const std::int64_t* shape, const std::int64_t* strides) {
  Extent extent{data, data + array::size_of(word.dtype)};
  for (int i = 0; i < word.rank; ++i) {
    if (shape[i] == 0) return {data, data};
    std::int64_t span = (shape[i] - 1) * strides[i];
    (span < 0 ? extent.low : extent.high) += span;
  }
  return extent;
}

class ResultMaker {
 public:
  ResultMaker(const TypeList& type, const std::int64_t* slots, const ArgumentPack& arguments)
      : type_(type), slot_(slots), arguments_(arguments) {}

  PyObject* next() {
    const Word& word = type_.words[word_at_++];
    const std::int64_t* slot = slot_;
    slot_ += slots_of(word);
    switch (word.kind) {
      case Kind::None:
        return Py_NewRef(Py_None);
      case Kind::Bool:
        return PyBool_FromLong(*slot != 0);
      case Kind::Int:
        return PyLong_FromLongLong(*slot);
      case Kind::Float:
        return PyFloat_FromDouble(as_double(*slot));
      case Kind::Complex:
        return PyComplex_FromDoubles(as_double(slot[0]), as_double(slot[1]));
      case Kind::NumPy:
        return array_scalar(word, slot);
      case Kind::Tuple:
        return tuple(word.items);
      case Kind::String:
        return Py_NewRef(type_.strings[string_at_++].get());
      case Kind::Array:
      case Kind::Buffer:
      case Kind::ArrayArray:
      case Kind::Bytes:
      case Kind::ByteArray:
        return view(word, slot);
    }
    return nullptr;
  }

 private:
  PyObject* tuple(int items) {
    Ref result(PyTuple_New(items));
    for (int i = 0; result && i < items; ++i) {
      PyObject* item = next();
      if (item == nullptr) return nullptr;
      PyTuple_SET_ITEM(result.get(), i, item);
    }
    return result.release();
  }

  PyObject* array_scalar(const Word& word, const std::int64_t* slot) const {
    const bool is_ours = arguments_.has_ours() || !find_numpy();
    const auto make = [&](const void* value) {
      return is_ours ? new_scalar(word.dtype, value) : make_scalar(word.dtype, value);
    };
    // Little-endian: the low bytes of a slot are the value. A complex64's parts lie in two slots.
    if (word.dtype != DType::C64) return make(slot);
    float parts[2];
    std::memcpy(&parts[0], &slot[0], sizeof parts[0]);
    std::memcpy(&parts[1], &slot[1], sizeof parts[1]);
    return make(parts);
  }

  PyObject* view(const Word& word, const std::int64_t* slot) const {
    const ArrayArgument* owner = nullptr;
    std::vector<ArrayArgument> arrays = arguments_.arrays();
    for (const ArrayArgument& candidate : arrays) {
      if (candidate.word.kind != word.kind || candidate.word.dtype != word.dtype) continue;
      if (is_all_of(candidate, word, slot)) return Py_NewRef(candidate.owner);
      if (owner == nullptr && holds(candidate, word, slot)) owner = &candidate;
    }
    if (owner == nullptr) {
      PyErr_SetString(PyExc_SystemError, "a compiled function returned an array that is no part of its arguments");
      return nullptr;
    }
    return word.kind == Kind::Array ? array_view(word, slot, *owner) : buffer_view(word, slot, *owner);
  }

  // Lengths and strides stand together in the slots, after the address.
  static bool is_all_of(const ArrayArgument& argument, const Word& word, const std::int64_t* slot) {
    std::size_t bytes = sizeof(std::int64_t) * static_cast<std::size_t>(slots_of(word));
    return argument.word.rank == word.rank && std::memcmp(argument.slots, slot, bytes) == 0;
  }

  static bool holds(const ArrayArgument& argument, const Word& word, const std::int64_t* slot) {
    Extent outer = extent_of(argument.data(), argument.word, argument.shape(), argument.strides());
    Extent inner = extent_of(reinterpret_cast<const char*>(slot[0]), word, slot + 1, slot + 1 + word.rank);
    return inner.low >= outer.low && inner.high <= outer.high;
  }

  static PyObject* array_view(const Word& word, const std::int64_t* slot, const ArrayArgument& owner) {
    if (is_array(owner.owner)) {
      const View view{reinterpret_cast<char*>(slot[0]), word.dtype, word.rank, slot + 1, slot + 1 + word.rank};
      return as_object(new_view(view, owner.owner, !word.readonly && !owner.word.readonly));
    }
    ArrayView view{.dtype = word.dtype,
                   .rank = word.rank,
                   .data = reinterpret_cast<char*>(slot[0]),
                   .shape = reinterpret_cast<const Py_ssize_t*>(slot + 1),
                   .strides = reinterpret_cast<const Py_ssize_t*>(slot + 1 + word.rank),
                   .writeable = !word.readonly && !owner.word.readonly};
    return make_array(view, owner.owner);
  }

  static PyObject* buffer_view(const Word& word, const std::int64_t* slot, const ArrayArgument& owner) {
    if (word.rank != 1 || owner.word.rank != 1) {
      PyErr_SetString(PyExc_NotImplementedError, "a compiled function returned part of a buffer of several dimensions");
      return nullptr;
    }
    return slice_of(owner.owner, owner.data(), owner.strides()[0], reinterpret_cast<const char*>(slot[0]), slot[1],
                    slot[2]);
  }

  const TypeList& type_;
  const std::int64_t* slot_;
  const ArgumentPack& arguments_;
  std::size_t word_at_ = 0;
  std::size_t string_at_ = 0;
};

}  // namespace

PyObject* make_result(const TypeList& type, const std::int64_t* slots, const ArgumentPack& arguments) {
  return ResultMaker(type, slots, arguments).next();
}

}  // namespace rooftop::python
