// pad with values and with what repeats; the modes that compute something are in rooftop/_padding.py.
#include <algorithm>
#include <string_view>
#include <vector>

#include "array/axis_rows.h"
#include "array/creation.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/operand.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/lib/padding.h"

namespace rooftop::python {
namespace {

// Two elements of a type for each axis, from one, two, or what broadcasts to that. Delegate for what NumPy refuses.
Outcome read_pairs(PyObject* object, DType dtype, int rank, Ref& pairs) {
  Operand given;
  // Integers that do not fit are an error, floats for integers another one.
  const bool is_read = read_operand(object, given) == Reading::Ok;
  if (!is_read || !given.settle(given.weak == array::Weak::Int ? dtype : array::default_type(given.weak))) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  const array::Casting casting = array::is_integer(dtype) ? array::Casting::Safe : array::Casting::SameKind;
  if (!array::can_cast(given.view.dtype, dtype, casting) || may_leave_half(given.view.dtype, dtype)) {
    return Outcome::Delegate;
  }
  const std::int64_t shape[] = {rank, 2};
  const std::int64_t count = given.view.size();
  Extents flat;
  flat.push(count, 0);
  const bool is_flat =
      count == 1 || (count == 2 && given.view.rank < 3 && !(given.view.rank == 2 && given.view.shape[1] == 1));
  if (is_flat) {  // also a row or a column
    pairs = Ref(as_object(copied(given.view, given.view.dtype, Order::RowMajor)));
    if (!pairs) return Outcome::Error;
    flat.strides[0] = static_cast<std::int64_t>(array::size_of(given.view.dtype));
    given.view = flat.view(given.view.dtype, as_array(pairs.get())->data);
  } else if (!array::broadcasts_to(given.view.lengths(), shape)) {
    return Outcome::Delegate;
  }
  Ref out(as_object(new_array(dtype, shape)));
  Extents storage;
  if (!out || !convert_elements(as_array(out.get())->view(), array::broadcast_view(given.view, shape, storage))) {
    return Outcome::Error;
  }
  pairs = std::move(out);
  return Outcome::Done;
}

struct PadCall {
  std::vector<lib::PadWidth> widths;
  Extents shape;  ///< of the result
};

// A bool or an unsigned integer is no width to NumPy.
bool are_widths(PyObject* object) {
  return PyLong_CheckExact(object) || is_list_or_tuple(object) ||
         (is_exact_array(object) && array::is_signed(as_array(object)->dtype));
}

Outcome read_widths(PyObject* object, const ArrayObject* array, PadCall& call) {
  Ref pairs;
  if (array->rank == 0 || !are_widths(object)) return Outcome::Delegate;
  if (const Outcome read = read_pairs(object, DType::I64, array->rank, pairs); read != Outcome::Done) return read;
  const auto* each = reinterpret_cast<const std::int64_t*>(as_array(pairs.get())->data);
  for (int axis = 0; axis < array->rank; ++axis, each += 2) {
    std::int64_t length = 0;
    if (each[0] < 0 || each[1] < 0 || __builtin_add_overflow(array->shape()[axis], each[0], &length) ||
        __builtin_add_overflow(length, each[1], &length)) {
      return Outcome::Delegate;
    }
    call.widths.push_back({each[0], each[1]});
    call.shape.push(length, 0);
  }
  return Outcome::Done;
}

enum class Filling : std::uint8_t { Values, Nothing, Repeated };

// False for the modes that compute something, and for what is none.
bool read_mode(PyObject* object, Filling& filling, lib::PadMode& mode) {
  constexpr struct {
    std::string_view name;
    lib::PadMode mode;
  } kModes[] = {{"edge", lib::PadMode::Edge},
                {"reflect", lib::PadMode::Reflect},
                {"symmetric", lib::PadMode::Symmetric},
                {"wrap", lib::PadMode::Wrap}};
  filling = Filling::Values;
  const std::string_view name = object == nullptr ? "constant" : text_of(object);
  if (name == "constant") return true;
  filling = name == "empty" ? Filling::Nothing : Filling::Repeated;
  if (filling == Filling::Nothing) return true;
  for (const auto& known : kModes) {
    if (known.name != name) continue;
    mode = known.mode;
    return true;
  }
  return false;
}

// An axis without elements grows by values only.
bool has_something_to_repeat(const ArrayObject* array, const PadCall& call) {
  for (int axis = 0; axis < array->rank; ++axis) {
    const auto [before, after] = call.widths[static_cast<std::size_t>(axis)];
    if (array->shape()[axis] == 0 && before + after > 0) return false;
  }
  return true;
}

Outcome pad(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names, PyObject*& result) {
  static constexpr ArgumentReader<4> kReader{"pad", {"pad_width", "mode", "constant_values", "reflect_type"}, 2, 1};
  ArgumentReader<4>::Values values;
  const ArrayObject* source = as_array(array);
  PadCall call;
  Filling filling{};
  lib::PadMode mode{};
  if (!read_or_leave(kReader, arguments, given, keyword_names, values) || !read_mode(values[1], filling, mode) ||
      (values[2] != nullptr && filling != Filling::Values)) {
    return Outcome::Delegate;
  }
  const bool reflects =
      filling == Filling::Repeated && (mode == lib::PadMode::Reflect || mode == lib::PadMode::Symmetric);
  if (values[3] != nullptr && !(reflects && text_of(values[3]) == "even")) return Outcome::Delegate;
  if (const Outcome read = read_widths(values[0], source, call); read != Outcome::Done) return read;
  Ref edges;
  if (filling == Filling::Values && values[2] != nullptr) {
    const Outcome read = read_pairs(values[2], source->dtype, source->rank, edges);
    if (read != Outcome::Done) return read;
  } else if (filling == Filling::Repeated && !has_something_to_repeat(source, call)) {
    return Outcome::Delegate;
  }
  const bool is_turned = source->has(kColumnMajor) && !source->has(kRowMajor);
  Ref out(as_object(new_array(source->dtype, call.shape.lengths(), is_turned ? Order::ColumnMajor : Order::RowMajor)));
  if (!out) return Outcome::Error;
  const View to = as_array(out.get())->view();
  const std::vector<char> zeros(2 * array::size_of(source->dtype) * call.widths.size());
  const Outcome outcome = run_without_gil(to.size(), [&] {
    lib::copy_inside(to, source->view(), call.widths);
    if (filling == Filling::Repeated) lib::pad_from_inside(to, call.widths, mode);
    if (filling == Filling::Values) {
      lib::pad_with_values(to, call.widths, edges ? as_array(edges.get())->data : zeros.data());
    }
  });
  return outcome == Outcome::Done ? made(out.release(), result) : outcome;
}

ROOFTOP_PLAIN_FUNCTION(pad, pad)

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("_pad", pad_function,
                  "_pad(array, pad_width, mode='constant', **kwargs)\n--\n\nA new array with a border of values, or of "
                  "what is repeated from inside."),
};

}  // namespace

std::span<PyMethodDef> padding_functions() { return functions; }

}  // namespace rooftop::python
