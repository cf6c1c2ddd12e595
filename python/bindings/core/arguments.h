// Arguments of one call, taken apart: the packed types that choose the specialisation and the slots that the kernel
// reads. Holds whatever must stay alive or locked during the call.
#pragma once

#include <Python.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "array/array_object.h"
#include "descriptor.h"
#include "numpy_access.h"
#include "ref.h"
#include "small_buffer.h"

namespace rooftop::python {

/// An array argument: what a result that is a view of it is matched against.
struct ArrayArgument {
  Word word;
  PyObject* owner;
  const std::int64_t* slots;  ///< address, lengths, strides

  char* data() const { return reinterpret_cast<char*>(slots[0]); }
  const std::int64_t* shape() const { return slots + 1; }
  const std::int64_t* strides() const { return slots + 1 + word.rank; }
};

/// Where a value was given, for messages.
struct Place {
  PyObject* function;   ///< the qualified name
  PyObject* parameter;  ///< the name
};

class ArgumentPack {
 public:
  ArgumentPack() = default;
  ArgumentPack(const ArgumentPack&) = delete;
  ArgumentPack& operator=(const ArgumentPack&) = delete;

  /// Takes `value` apart. Returns false with a TypeError or OverflowError that names `place`.
  bool add(PyObject* value, Place place) {
    PyTypeObject* type = Py_TYPE(value);
    if (type == &PyFloat_Type) {
      words_.push(scalar_word(Kind::Float));
      push_float(PyFloat_AS_DOUBLE(value));
      return true;
    }
    if (type == &array_type) return add_array(*as_array(value), place);
    if (type == numpy.array_type) return add_numpy_array(value, place);
    return add_other(value, place);
  }

  std::span<const Word> words() const { return words_.view(); }
  std::span<const std::int64_t> slots() const { return slots_.view(); }
  /// How much work the call may be, going by what costs nothing to look at: elements of arrays and sizes of integers.
  std::uint64_t volume() const { return volume_; }
  std::span<PyObject* const> strings() const;
  /// Every array among the arguments, in order, those in tuples included.
  std::vector<ArrayArgument> arrays() const;
  /// Whether rooftop's own arrays or scalars are among them: then scalars that are returned are such.
  bool has_ours() const { return has_ours_; }
  /// Keeps a value alive that exists only for this call; returns it.
  PyObject* keep(Ref value);

 private:
  // Only what few calls need.
  struct Extras {
    std::vector<std::unique_ptr<Py_buffer>> buffers;
    std::vector<PyObject*> strings;
    std::vector<Ref> kept;
    int depth = 0;
    ~Extras();
  };

  Extras& extras();
  void push_float(double value);
  bool add_array(ArrayObject& array, Place place);
  bool add_numpy_array(PyObject* value, Place place);
  bool add_other(PyObject* value, Place place);
  bool add_int(PyObject* value, Place place);
  void add_complex(Py_complex value);
  void add_array_scalar(PyObject* value, DType dtype);
  bool add_tuple(PyObject* value, Place place);
  bool add_buffer(PyObject* value, Kind kind, Place place);
  void add_memory(Word word, PyObject* owner, void* data, const Py_ssize_t* shape, const Py_ssize_t* strides);

  SmallBuffer<Word, 16> words_;
  SmallBuffer<std::int64_t, 48> slots_;
  SmallBuffer<PyObject*, 16> array_owners_;
  std::uint64_t volume_ = 0;
  bool has_ours_ = false;
  std::unique_ptr<Extras> extras_;
};

inline void ArgumentPack::push_float(double value) {
  std::int64_t bits;
  static_assert(sizeof bits == sizeof value);
  std::memcpy(&bits, &value, sizeof bits);
  slots_.push(bits);
}

}  // namespace rooftop::python
