// arange: numbers at equal distances, of any type that holds them.
#include <algorithm>
#include <cmath>
#include <limits>

#include "array/argument_reader.h"
#include "array/creation.h"
#include "array/dtype_object.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "rooftop/lib/sequence.h"

namespace rooftop::python {
namespace {

/// start, stop and step, as integers where all of them are, and the number of elements.
struct Progression {
  bool is_whole = true;
  std::int64_t first = 0, last = 0, by = 1;
  double start = 0, stop = 0, step = 1;
  std::int64_t length = 0;

  // False for what NumPy takes or refuses.
  bool read(PyObject* const* numbers, Py_ssize_t given) {
    PyObject* const parts[] = {given > 1 ? numbers[0] : nullptr, given > 1 ? numbers[1] : numbers[0],
                               given > 2 ? numbers[2] : nullptr};
    double* const reals[] = {&start, &stop, &step};
    std::int64_t* const wholes[] = {&first, &last, &by};
    for (int i = 0; i < 3; ++i) {
      if (parts[i] == nullptr) continue;
      if (PyFloat_CheckExact(parts[i])) {
        is_whole = false;
        *reals[i] = PyFloat_AS_DOUBLE(parts[i]);
      } else if (read_int_or_leave(parts[i], *wholes[i])) {
        *reals[i] = static_cast<double>(*wholes[i]);
      } else {
        return false;
      }
    }
    return step != 0 && (is_whole ? count_whole() : count_real());
  }

 private:
  bool count_whole() {
    if (by > 0 ? first >= last : first <= last) return true;
    const auto from = static_cast<std::uint64_t>(first), to = static_cast<std::uint64_t>(last);
    const std::uint64_t distance = by > 0 ? to - from : from - to;
    const std::uint64_t size = by > 0 ? static_cast<std::uint64_t>(by) : -static_cast<std::uint64_t>(by);
    // Too long an array is refused by what makes it.
    length = static_cast<std::int64_t>(std::min<std::uint64_t>((distance - 1) / size + 1, INT64_MAX));
    return true;
  }
  bool count_real() {
    const double count = std::ceil((stop - start) / step);
    length = count > 0 ? static_cast<std::int64_t>(std::min(count, 1e15)) : 0;
    return std::abs(count) < 1e15;
  }
};

template <typename T>
bool holds(std::int64_t value) {
  if constexpr (std::is_same_v<T, std::uint64_t>) return value >= 0;
  return value >= static_cast<std::int64_t>(std::numeric_limits<T>::min()) &&
         (sizeof(T) == sizeof(value) || value <= static_cast<std::int64_t>(std::numeric_limits<T>::max()));
}

// The others follow from the first two, and may wrap; these must not.
template <typename T>
bool fill_integers(const Progression& numbers, char* data) {
  std::int64_t second = numbers.first;
  if (numbers.length > 1 && __builtin_add_overflow(numbers.first, numbers.by, &second)) return false;
  if (!holds<T>(numbers.first) || !holds<T>(second)) return false;
  lib::fill_sequence(reinterpret_cast<T*>(data), numbers.length, static_cast<T>(numbers.first),
                     static_cast<T>(numbers.by));
  return true;
}

// As NumPy: the first two elements are computed, the others follow from their difference.
template <typename T>
bool fill_floats(const Progression& numbers, char* data) {
  const auto start = static_cast<T>(numbers.start), second = static_cast<T>(numbers.start + numbers.step);
  if (!std::is_same_v<T, double> && !(std::isfinite(start) && std::isfinite(second))) return false;  // with a warning
  lib::fill_sequence(reinterpret_cast<T*>(data), numbers.length, start, second - start);
  return true;
}

bool fill(DType dtype, const Progression& numbers, char* data) {
  switch (dtype) {
    case DType::I8:
      return fill_integers<std::int8_t>(numbers, data);
    case DType::I16:
      return fill_integers<std::int16_t>(numbers, data);
    case DType::I32:
      return fill_integers<std::int32_t>(numbers, data);
    case DType::I64:
      return fill_integers<std::int64_t>(numbers, data);
    case DType::U8:
      return fill_integers<std::uint8_t>(numbers, data);
    case DType::U16:
      return fill_integers<std::uint16_t>(numbers, data);
    case DType::U32:
      return fill_integers<std::uint32_t>(numbers, data);
    case DType::U64:
      return fill_integers<std::uint64_t>(numbers, data);
    case DType::F32:
      return fill_floats<float>(numbers, data);
    case DType::F64:
      return fill_floats<double>(numbers, data);
    default:
      return false;
  }
}

Outcome arange(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  const Py_ssize_t named = keyword_names == nullptr ? 0 : PyTuple_GET_SIZE(keyword_names);
  if (given < 1 || given > 3 || named > 1) return Outcome::Delegate;
  Progression numbers;
  if (!numbers.read(arguments, given)) return Outcome::Delegate;
  DType dtype = numbers.is_whole ? DType::I64 : DType::F64;
  if (named == 1 && arguments[given] != Py_None) {
    const bool is_type = PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(keyword_names, 0), "dtype") == 0 &&
                         read_dtype(arguments[given], dtype) == DTypeName::Native;
    if (!is_type || (array::is_integer(dtype) && !numbers.is_whole)) {
      PyErr_Clear();
      return Outcome::Delegate;
    }
  } else if (named == 1 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(keyword_names, 0), "dtype") != 0) {
    return Outcome::Delegate;
  }
  Ref out(as_object(new_array(dtype, {&numbers.length, 1})));
  if (!out) return Outcome::Error;
  if (!fill(dtype, numbers, as_array(out.get())->data)) return Outcome::Delegate;
  return made(out.release(), result);
}

ROOFTOP_FREE_FUNCTION(arange, arange)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY(
        "arange", arange_function,
        "arange([start,] stop[, step,], dtype=None)\n--\n\nNumbers from start up to stop, which is left out."),
};

}  // namespace

std::span<PyMethodDef> sequence_functions() { return functions; }

}  // namespace rooftop::python
