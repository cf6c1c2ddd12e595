// Conversion of results, node by node.
#include "results.h"

#include <algorithm>
#include <cstring>

#include "array/array_object.h"
#include "array/scalar_object.h"

#include "buffers.h"
#include "numpy_access.h"
#include "rooftop/array/view.h"
#include "rooftop/runtime/owned_arrays.h"

namespace rooftop::python {
namespace {

double as_double(std::int64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// Up to here a copy takes less than a second object.
constexpr std::int64_t kCopiedBytes = 4096;

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
  ResultMaker(const TypeList& type, const std::int64_t* slots, const ArgumentPack& arguments,
              backend::KernelContext& context, bool makes_ours)
      : type_(type), slot_(slots), arguments_(arguments), context_(context), makes_ours_(makes_ours) {}

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
        if (word.owned && slot[slots_of(word) - 1] != 0) {
          return created(word, slot, reinterpret_cast<backend::OwnedArray*>(slot[slots_of(word) - 1]));
        }
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

  // Memory of an array that the call has created and that now is an object's.
  struct Memory {
    const backend::OwnedArray* owned;
    std::ptrdiff_t shift;  ///< small elements have moved into the object
    Ref object;
  };

  PyObject* created(const Word& word, const std::int64_t* slot, backend::OwnedArray* owned) {
    View view = view_at(word, slot);
    for (const Memory& memory : memories_) {
      if (memory.owned == owned) return part_of(memory, view);
    }
    const std::int64_t bytes = owned->bytes;
    if (owned->references == 1 && view.data == owned->data && array::is_row_major(view) &&
        std::max<std::int64_t>(view.size() * static_cast<std::int64_t>(array::size_of(word.dtype)), 1) == bytes) {
      if (makes_ours_) return take(view, owned);
      if (bytes <= kCopiedBytes) return make_copy(numpy_view(view, true));
    }
    // Several results share it, or the result is a part of it.
    const std::int64_t one = 1;
    const View all{static_cast<char*>(owned->data), DType::U8, 1, &bytes, &one};
    Ref object(take(all, owned));
    if (!object) return nullptr;
    const std::ptrdiff_t shift = as_array(object.get())->data - all.data;
    memories_.push_back({owned, shift, std::move(object)});
    return part_of(memories_.back(), view);
  }

  PyObject* take(const View& view, backend::OwnedArray* owned) {
    ArrayObject* const array = new_of_block(view, owned->bytes);
    if (array != nullptr) runtime::take_owned(context_, owned);
    return as_object(array);
  }

  PyObject* part_of(const Memory& memory, View view) const {
    view.data += memory.shift;
    PyObject* const object = memory.object.get();
    return makes_ours_ ? as_object(new_view(view, object, true)) : make_array(numpy_view(view, true), object);
  }

  static View view_at(const Word& word, const std::int64_t* slot) {
    return {reinterpret_cast<char*>(slot[0]), word.dtype, word.rank, slot + 1, slot + 1 + word.rank};
  }

  static ArrayView numpy_view(const View& view, bool is_writeable) {
    return {.dtype = view.dtype,
            .rank = view.rank,
            .data = view.data,
            .shape = reinterpret_cast<const Py_ssize_t*>(view.shape),
            .strides = reinterpret_cast<const Py_ssize_t*>(view.strides),
            .writeable = is_writeable};
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
    const std::size_t bytes = sizeof(std::int64_t) * (1 + 2 * std::size_t{word.rank});
    return argument.word.rank == word.rank && std::memcmp(argument.slots, slot, bytes) == 0;
  }

  static bool holds(const ArrayArgument& argument, const Word& word, const std::int64_t* slot) {
    Extent outer = extent_of(argument.data(), argument.word, argument.shape(), argument.strides());
    // Nothing lies anywhere.
    if (std::any_of(slot + 1, slot + 1 + word.rank, [](std::int64_t n) { return n == 0; })) return true;
    Extent inner = extent_of(reinterpret_cast<const char*>(slot[0]), word, slot + 1, slot + 1 + word.rank);
    return inner.low >= outer.low && inner.high <= outer.high;
  }

  static PyObject* array_view(const Word& word, const std::int64_t* slot, const ArrayArgument& owner) {
    const View view = view_at(word, slot);
    const bool is_writeable = !word.readonly && !owner.word.readonly;
    if (is_array(owner.owner)) return as_object(new_view(view, owner.owner, is_writeable));
    return make_array(numpy_view(view, is_writeable), owner.owner);
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
  backend::KernelContext& context_;
  const bool makes_ours_;
  std::vector<Memory> memories_;
  std::size_t word_at_ = 0;
  std::size_t string_at_ = 0;
};

}  // namespace

PyObject* make_result(const TypeList& type, const std::int64_t* slots, const ArgumentPack& arguments,
                      backend::KernelContext& context, bool makes_ours) {
  return ResultMaker(type, slots, arguments, context, makes_ours).next();
}

}  // namespace rooftop::python
