// Taking arguments apart, kind by kind, the usual kinds first.
#include "arguments.h"

#include <cstdint>
#include <optional>

#include "array/scalar_object.h"
#include "buffers.h"
#include "unsupported.h"

namespace rooftop::python {
namespace {

constexpr int kMaxTupleDepth = 16;
constexpr Py_ssize_t kMaxTupleItems = 4096;

Layout layout_of(const NumPyArray& array, std::size_t item_size) {
  if ((array.flags & kNumPyContiguous) != 0) return Layout::C;
  bool inner = array.rank > 1 && array.strides[array.rank - 1] == static_cast<Py_ssize_t>(item_size);
  return inner ? Layout::Inner : Layout::Any;
}

// True for a subclass that computes as its base does, such as an IntEnum: then its value is all that matters.
bool computes_like(PyTypeObject* type, PyTypeObject* base) {
  return PyType_IsSubtype(type, base) && type->tp_as_number != nullptr &&
         std::memcmp(type->tp_as_number, base->tp_as_number, sizeof(PyNumberMethods)) == 0 &&
         type->tp_richcompare == base->tp_richcompare;
}

}  // namespace

ArgumentPack::Extras::~Extras() {
  for (auto& buffer : buffers) PyBuffer_Release(buffer.get());
}

ArgumentPack::Extras& ArgumentPack::extras() {
  if (!extras_) extras_ = std::make_unique<Extras>();
  return *extras_;
}

std::span<PyObject* const> ArgumentPack::strings() const {
  if (!extras_) return {};
  return extras_->strings;
}

PyObject* ArgumentPack::keep(Ref value) { return extras().kept.emplace_back(std::move(value)).get(); }

std::vector<ArrayArgument> ArgumentPack::arrays() const {
  std::vector<ArrayArgument> found;
  const std::int64_t* slot = slots_.data();
  for (Word word : words()) {
    if (word.is_array()) found.push_back({word, array_owners_[found.size()], slot});
    slot += slots_of(word);
  }
  return found;
}

void ArgumentPack::add_memory(Word word, PyObject* owner, void* data, const Py_ssize_t* shape,
                              const Py_ssize_t* strides) {
  words_.push(word);
  array_owners_.push(owner);
  std::int64_t* slot = slots_.extend(1 + 2 * std::size_t{word.rank});
  static_assert(sizeof(Py_ssize_t) == sizeof(std::int64_t));
  slot[0] = reinterpret_cast<std::int64_t>(data);
  std::uint64_t elements = 1;
  for (int i = 0; i < word.rank; ++i) {
    slot[1 + i] = shape[i];
    slot[1 + word.rank + i] = strides[i];
    elements *= static_cast<std::uint64_t>(shape[i]);
  }
  volume_ += elements;
}

bool ArgumentPack::add_array(ArrayObject& array, Place place) {
  if (!array.has(kAligned)) [[unlikely]]
    return refuse_array(as_object(&array), place);
  Layout layout = Layout::Any;
  if (array.has(kRowMajor)) {
    layout = Layout::C;
  } else if (array.rank > 1 &&
             array.strides()[array.rank - 1] == static_cast<std::int64_t>(array::size_of(array.dtype))) {
    layout = Layout::Inner;
  }
  has_ours_ = true;
  add_memory(array_word(array.dtype, array.rank, layout, !array.has(kWriteable)), as_object(&array), array.data,
             reinterpret_cast<const Py_ssize_t*>(array.shape()), reinterpret_cast<const Py_ssize_t*>(array.strides()));
  return true;
}

bool ArgumentPack::add_numpy_array(PyObject* value, Place place) {
  const auto& array = *reinterpret_cast<const NumPyArray*>(value);
  std::optional<DType> dtype = element_type(*array.dtype);
  if (!dtype || (array.flags & kNumPyAligned) == 0) [[unlikely]]
    return refuse_array(value, place);
  const Word word =
      array_word(*dtype, array.rank, layout_of(array, array::size_of(*dtype)), (array.flags & kNumPyWriteable) == 0);
  add_memory(word, value, array.data, array.shape, array.strides);
  return true;
}

bool ArgumentPack::add_int(PyObject* value, Place place) {
  int overflow = 0;
  std::int64_t number = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (overflow != 0) return refuse_big_int(place);
  words_.push(scalar_word(Kind::Int));
  slots_.push(number);
  volume_ += static_cast<std::uint64_t>(number);
  return true;
}

void ArgumentPack::add_complex(Py_complex value) {
  words_.push(scalar_word(Kind::Complex));
  push_float(value.real);
  push_float(value.imag);
}

void ArgumentPack::add_array_scalar(PyObject* value, DType dtype) {
  Word word = numpy_word(dtype);
  words_.push(word);
  auto slot_count = static_cast<std::size_t>(slots_of(word));
  std::int64_t* slots = slots_.extend(slot_count);
  slots[0] = 0;
  const char* data = scalar_data(value);
  std::size_t part = array::size_of(dtype) / slot_count;
  for (std::size_t i = 0; i < slot_count; ++i) {
    slots[i] = 0;
    std::memcpy(&slots[i], data + i * part, part);
  }
  // Slots hold integers sign-extended.
  if (array::is_signed(dtype)) {
    int unused_bits = 64 - 8 * static_cast<int>(part);
    slots[0] = static_cast<std::int64_t>(static_cast<std::uint64_t>(slots[0]) << unused_bits) >> unused_bits;
  }
}

bool ArgumentPack::add_tuple(PyObject* value, Place place) {
  Py_ssize_t items = PyTuple_GET_SIZE(value);
  if (items > kMaxTupleItems || ++extras().depth > kMaxTupleDepth) return refuse_tuple(place);
  words_.push({.kind = Kind::Tuple, .items = static_cast<std::uint16_t>(items)});
  for (Py_ssize_t i = 0; i < items; ++i) {
    if (!add(PyTuple_GET_ITEM(value, i), place)) return false;
  }
  --extras_->depth;
  return true;
}

bool ArgumentPack::add_buffer(PyObject* value, Kind kind, Place place) {
  auto buffer = std::make_unique<Py_buffer>();
  if (PyObject_GetBuffer(value, buffer.get(), PyBUF_RECORDS_RO) != 0) return false;
  const Py_buffer& view = *extras().buffers.emplace_back(std::move(buffer));
  std::optional<Word> word = buffer_type(view, kind);
  if (!word) return refuse_buffer(value, view, place);
  add_memory(*word, value, view.buf, view.shape, view.strides);
  return true;
}

bool ArgumentPack::add_other(PyObject* value, Place place) {
  PyTypeObject* type = Py_TYPE(value);
  if (type == &PyLong_Type) return add_int(value, place);
  if (type == &PyBool_Type) {
    words_.push(scalar_word(Kind::Bool));
    slots_.push(value == Py_True ? 1 : 0);
    return true;
  }
  if (is_scalar(value)) {
    has_ours_ = true;
    add_array_scalar(value, *dtype_of_scalar_type(type));
    return true;
  }
  if (find_numpy()) {
    if (type == numpy.array_type || type == numpy.memmap_type) return add_numpy_array(value, place);
    if (std::optional<DType> dtype = scalar_type(value)) {
      add_array_scalar(value, *dtype);
      return true;
    }
  }
  if (type == &PyTuple_Type) return add_tuple(value, place);
  if (value == Py_None) {
    words_.push(scalar_word(Kind::None));
    return true;
  }
  if (type == &PyUnicode_Type) {
    words_.push(scalar_word(Kind::String));
    extras().strings.push_back(value);
    return true;
  }
  if (std::optional<Kind> kind = buffer_kind(value)) return add_buffer(value, *kind, place);
  if (type == &PyComplex_Type || computes_like(type, &PyComplex_Type)) {
    add_complex(PyComplex_AsCComplex(value));
    return true;
  }
  if (computes_like(type, &PyLong_Type)) return add_int(value, place);
  if (computes_like(type, &PyFloat_Type)) {
    words_.push(scalar_word(Kind::Float));
    push_float(PyFloat_AS_DOUBLE(value));
    return true;
  }
  return refuse_type(value, place);
}

}  // namespace rooftop::python
