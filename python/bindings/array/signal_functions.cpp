// convolve, correlate and interp.
#include <algorithm>
#include <string_view>

#include "array/argument_reader.h"
#include "array/creation.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "core/errors.h"
#include "core/without_gil.h"
#include "rooftop/lib/correlation.h"
#include "rooftop/lib/interpolation.h"

namespace rooftop::python {
namespace {

/// Products, or points, from which the GIL is released meanwhile.
constexpr std::int64_t kReleaseSize = 1 << 15;

enum class Mode : std::uint8_t { Valid, Same, Full };

std::optional<Mode> read_mode(PyObject* given, Mode otherwise) {
  if (given == nullptr) return otherwise;
  const char* text = PyUnicode_CheckExact(given) ? PyUnicode_AsUTF8(given) : nullptr;
  const std::string_view name = text == nullptr ? "" : text;
  if (name == "valid") return Mode::Valid;
  if (name == "same") return Mode::Same;
  if (name == "full") return Mode::Full;
  return std::nullopt;
}

// A vector of at least one element. Delegate for anything else.
Outcome read_vector(PyObject* given, Ref& kept) {
  if (!is_exact_array(given) && !PyList_CheckExact(given) && !PyTuple_CheckExact(given)) return Outcome::Delegate;
  kept = Ref(array_from_object(given, std::nullopt));
  if (!kept) return Outcome::Error;
  const bool is_vector = is_array(kept.get()) && as_array(kept.get())->rank == 1 && as_array(kept.get())->size > 0;
  return is_vector ? Outcome::Done : Outcome::Delegate;
}

// The vector dense and of a type; backwards if that is asked for.
bool make_dense(Ref& vector, DType dtype, bool is_reversed) {
  ArrayObject* array = as_array(vector.get());
  if (array->dtype == dtype && array->has(kRowMajor | kAligned) && !is_reversed) return true;
  const std::int64_t stride = array->strides()[0];
  const std::int64_t backwards = -stride;
  View view = array->view();
  if (is_reversed) {
    view.data += (array->size - 1) * stride;
    view.strides = &backwards;
  }
  vector = Ref(as_object(copied(view, dtype, Order::RowMajor)));
  return static_cast<bool>(vector);
}

// The products of a vector with another (backwards where it is convolved) that slides along it.
Outcome slide(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, bool convolves,
              PyObject*& result) {
  static constexpr ArgumentReader<3> kReader{"convolve", {"a", "v", "mode"}, 3, 2};
  ArgumentReader<3>::Values values;
  if (!read_or_leave(kReader, arguments, given, keyword_names, values)) return Outcome::Delegate;
  const auto mode = read_mode(values[2], convolves ? Mode::Full : Mode::Valid);
  if (!mode) return Outcome::Delegate;
  Ref a, v;
  if (const Outcome read = read_vector(values[0], a); read != Outcome::Done) return read;
  if (const Outcome read = read_vector(values[1], v); read != Outcome::Done) return read;
  const DType dtype = array::promote(as_array(a.get())->dtype, as_array(v.get())->dtype);
  if (!lib::can_correlate(dtype)) return Outcome::Delegate;
  const bool swaps = as_array(a.get())->size < as_array(v.get())->size;
  if (swaps) std::swap(a, v);
  if (!make_dense(a, dtype, false) || !make_dense(v, dtype, convolves)) return Outcome::Error;
  const std::int64_t n = as_array(a.get())->size, m = as_array(v.get())->size;
  const std::int64_t count = *mode == Mode::Valid ? n - m + 1 : *mode == Mode::Same ? n : n + m - 1;
  const std::int64_t left = *mode == Mode::Valid ? 0 : *mode == Mode::Same ? m / 2 : m - 1;
  Ref out(as_object(new_array(dtype, {&count, 1})));
  if (!out) return Outcome::Error;
  {
    const WithoutGil released(count >= kReleaseSize / m);
    lib::correlate(dtype, as_array(a.get())->data, n, as_array(v.get())->data, m, left, as_array(out.get())->data,
                   count);
  }
  if (swaps && !convolves && !make_dense(out, dtype, true)) return Outcome::Error;
  result = out.release();
  return Outcome::Done;
}

PyObject* convolve(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  PyObject* result = nullptr;
  if (slide(arguments, given, keyword_names, true, result) != Outcome::Delegate) return result;
  return delegate_call("convolve", arguments, given, keyword_names);
}
PyObject* correlate(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  PyObject* result = nullptr;
  if (slide(arguments, given, keyword_names, false, result) != Outcome::Delegate) return result;
  return delegate_call("correlate", arguments, given, keyword_names);
}

// --- interp

std::span<const double> numbers_of(const Ref& vector) {
  const ArrayObject* array = as_array(vector.get());
  return {reinterpret_cast<const double*>(array->data), static_cast<std::size_t>(array->size)};
}

bool read_end(PyObject* given, double otherwise, double& value) {
  value = otherwise;
  if (!is_given(given)) return true;
  if (!PyFloat_CheckExact(given) && !PyLong_CheckExact(given)) return false;
  value = PyFloat_AsDouble(given);
  return value != -1 || !PyErr_Occurred();
}

Outcome interpolate(PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<6> kReader{"interp", {"x", "xp", "fp", "left", "right", "period"}, 6, 3};
  ArgumentReader<6>::Values values;
  if (kReader.read(arguments, given, keyword_names, values) != ArgumentReader<6>::Result::Ok) return Outcome::Delegate;
  Ref xs, ys;
  if (is_given(values[5])) return Outcome::Delegate;
  if (const Outcome read = read_vector(values[1], xs); read != Outcome::Done) return read;
  if (const Outcome read = read_vector(values[2], ys); read != Outcome::Done) return read;
  for (const Ref* vector : {&xs, &ys}) {
    if (!array::can_cast(as_array(vector->get())->dtype, DType::F64, array::Casting::SameKind))
      return Outcome::Delegate;
  }
  if (as_array(xs.get())->size != as_array(ys.get())->size) return Outcome::Delegate;
  if (!make_dense(xs, DType::F64, false) || !make_dense(ys, DType::F64, false)) return Outcome::Error;
  lib::PiecewiseLinear line{numbers_of(xs), numbers_of(ys), 0, 0};
  if (!read_end(values[3], line.ys.front(), line.left) || !read_end(values[4], line.ys.back(), line.right)) {
    return Outcome::Delegate;
  }
  Operand x;
  if (read_operand(values[0], x) != Reading::Ok) return Outcome::Delegate;
  if (x.weak == array::Weak::Complex || !x.settle(DType::F64)) return Outcome::Delegate;
  if (!array::can_cast(x.view.dtype, DType::F64, array::Casting::SameKind)) return Outcome::Delegate;
  if (x.view.rank == 0) {
    Ref number(as_object(copied(x.view, DType::F64, std::nullopt)));
    if (!number) return Outcome::Error;
    double y = 0;
    line.evaluate(numbers_of(number), &y);
    return made(new_float64(y), result);
  }
  Ref kept;
  const bool is_ready = x.view.dtype == DType::F64 && array::is_row_major(x.view) && array::is_aligned(x.view);
  if (!is_ready) {
    kept = Ref(as_object(copied(x.view, DType::F64, Order::RowMajor)));
    if (!kept) return Outcome::Error;
    x.view = as_array(kept.get())->view();
  }
  Ref out(as_object(new_array(DType::F64, x.view.lengths())));
  if (!out) return Outcome::Error;
  const std::span<const double> points{reinterpret_cast<const double*>(x.view.data),
                                       static_cast<std::size_t>(x.view.size())};
  {
    const WithoutGil released(points.size() >= kReleaseSize);
    line.evaluate(points, reinterpret_cast<double*>(as_array(out.get())->data));
  }
  result = out.release();
  return Outcome::Done;
}

PyObject* interp(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  PyObject* result = nullptr;
  const Outcome outcome = guarded(Outcome::Error, [&] { return interpolate(arguments, given, keyword_names, result); });
  if (outcome != Outcome::Delegate) return result;
  PyErr_Clear();
  return delegate_call("interp", arguments, given, keyword_names);
}

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("convolve", convolve, "convolve(a, v, mode='full')\n--\n\nThe convolution of two vectors."),
    ROOFTOP_ENTRY("correlate", correlate, "correlate(a, v, mode='valid')\n--\n\nThe cross-correlation of two vectors."),
    ROOFTOP_ENTRY("interp", interp,
                  "interp(x, xp, fp, left=None, right=None, period=None)\n--\n\n"
                  "Values of the piecewise linear function through given points."),
};

}  // namespace

std::span<PyMethodDef> signal_functions() { return functions; }

}  // namespace rooftop::python
