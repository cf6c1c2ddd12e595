// The GIL is kept: places that another thread changed after they were checked could be anywhere.
#include "array/ufunc_at.h"

#include <algorithm>

#include "array/creation.h"
#include "array/fold_type.h"
#include "array/operand.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/lib/chain.h"
#include "rooftop/lib/places.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

// Integers that name elements or rows: along the first axis, or one array for each axis.
class Places {
 public:
  // Delegate for masks, slices, and places outside, which NumPy names.
  Outcome read(const ArrayObject* target, PyObject* given) {
    target_ = target->view();
    if (!PyTuple_CheckExact(given)) return read_one(given, target->shape()[0], 1);
    const Py_ssize_t count = PyTuple_GET_SIZE(given);
    if (count == 1) return read_one(PyTuple_GET_ITEM(given, 0), target->shape()[0], 1);
    if (count != target->rank || !target->has(kRowMajor)) return Outcome::Delegate;
    names_elements_ = true;
    std::int64_t step = target->size;
    for (Py_ssize_t i = 0; i < count; ++i) {
      const std::int64_t length = target->shape()[i];
      step = length == 0 ? 0 : step / length;
      if (const Outcome outcome = read_one(PyTuple_GET_ITEM(given, i), length, step); outcome != Outcome::Done) {
        return outcome;
      }
    }
    return Outcome::Done;
  }

  /// Whether each place is one element, whatever the target's rank.
  bool names_elements() const { return names_elements_; }
  std::span<const std::int64_t> lengths() const { return as_array(array_.get())->view().lengths(); }
  std::span<const std::int64_t> values() const { return values_of(array_.get()); }

 private:
  static std::span<std::int64_t> values_of(PyObject* array) {
    return {reinterpret_cast<std::int64_t*>(as_array(array)->data), static_cast<std::size_t>(as_array(array)->size)};
  }

  Outcome read_one(PyObject* given, std::int64_t length, std::int64_t step) {
    if (PyBool_Check(given)) return Outcome::Delegate;
    Ref array(array_from_object(given, std::nullopt));
    if (!array) return Outcome::Error;
    if (!is_array(array.get()) || !array::is_integer(as_array(array.get())->dtype)) return Outcome::Delegate;
    const ArrayObject* source = as_array(array.get());
    const bool is_ready = source->dtype == DType::I64 && source->has(kRowMajor | kAligned) &&
                          !array::may_overlap(source->view(), target_);
    if (!is_ready || step != 1 || array_ || !lib::all_inside(values_of(array.get()), length)) {
      array = Ref(as_object(copied(source->view(), DType::I64, Order::RowMajor)));
      if (!array) return Outcome::Error;
      if (lib::wrap_places(values_of(array.get()), length)) return Outcome::Delegate;
    }
    if (step != 1 || array_) return add(std::move(array), step);
    array_ = std::move(array);
    return Outcome::Done;
  }

  // Places along one more axis, `step` elements apart.
  Outcome add(Ref more, std::int64_t step) {
    for (std::int64_t& place : values_of(more.get())) place *= step;
    if (!array_) {
      array_ = std::move(more);
      return Outcome::Done;
    }
    const auto given = as_array(more.get())->view().lengths();
    if (!std::equal(given.begin(), given.end(), lengths().begin(), lengths().end())) return Outcome::Delegate;
    std::int64_t* sum = reinterpret_cast<std::int64_t*>(as_array(array_.get())->data);
    for (const std::int64_t place : values_of(more.get())) *sum++ += place;
    return Outcome::Done;
  }

  View target_;
  Ref array_;  ///< row-major; shared with the caller where it was fit as it is
  bool names_elements_ = false;
};

// The type of target and values together must be the target's: then results need no conversion.
Outcome read_values(Ufunc ufunc, const ArrayObject* target, PyObject* given, Operand& operand, int& loop) {
  if (const Outcome read = read_input(given, operand); read != Outcome::Done) return read;
  const DType dtype = target->dtype;
  // Python's numbers are of their default types here, not weak.
  const DType own = operand.is_weak() ? array::default_type(operand.weak) : operand.view.dtype;
  loop = array::promote(dtype, own) == dtype ? uniform_loop(ufunc, dtype) : -1;
  if (loop < 0) return Outcome::Delegate;
  return operand.settle(dtype) ? Outcome::Done : Outcome::Error;
}

// The values with the lengths that the places name: one element for all, or as many, dense, apart from the target.
Outcome spread(const ArrayObject* target, std::span<const std::int64_t> lengths, const Operand& operand, Ref& kept,
               View& values) {
  values = operand.view;
  if (values.rank == 0 && values.dtype == target->dtype && !array::may_overlap(values, target->view())) {
    return Outcome::Done;
  }
  if (!array::broadcasts_to(values.lengths(), lengths)) return Outcome::Delegate;
  const bool is_ready = values.dtype == target->dtype && array::is_row_major(values) && array::is_aligned(values) &&
                        std::equal(lengths.begin(), lengths.end(), values.shape, values.shape + values.rank) &&
                        !array::may_overlap(values, target->view());
  if (is_ready) return Outcome::Done;
  Extents storage;
  ArrayObject* copy = copied(array::broadcast_view(values, lengths, storage), target->dtype, Order::RowMajor);
  if (copy == nullptr) return Outcome::Error;
  kept = Ref(as_object(copy));
  values = copy->view();
  return Outcome::Done;
}

// Whole rows of a row-major target.
unsigned add_rows(const lib::Chain& chain, const ArrayObject* target, std::span<const std::int64_t> places,
                  const View& values) {
  const auto item = static_cast<std::int64_t>(array::size_of(target->dtype));
  const std::int64_t length = target->size / target->shape()[0];
  const std::int64_t step = values.rank == 0 ? 0 : item;
  const lib::ErrorWatch watch(chain);
  unsigned errors = 0;
  const char* from = values.data;
  for (const std::int64_t place : places) {
    char* row = target->data + place * length * item;
    errors |= chain.apply({row, item}, {from, step}, {row, item}, length);
    from += length * step;
  }
  return errors | watch.errors();
}

}  // namespace

Outcome apply_at(Ufunc ufunc, PyObject* target, PyObject* places, PyObject* values) {
  if (!is_array(target) || as_array(target)->rank == 0 || !as_array(target)->has(kWriteable | kAligned)) {
    return Outcome::Delegate;
  }
  ArrayObject* array = as_array(target);
  Operand operand;
  int loop = -1;
  if (const Outcome read = read_values(ufunc, array, values, operand, loop); read != Outcome::Done) return read;
  Places where;
  if (const Outcome read = where.read(array, places); read != Outcome::Done) return read;
  const bool is_rows = array->rank > 1 && !where.names_elements();
  if (is_rows && (!array->has(kRowMajor) || array->size == 0)) return Outcome::Delegate;
  Extents named;
  for (const std::int64_t length : where.lengths()) named.push(length, 0);
  for (int i = 1; is_rows && i < array->rank; ++i) {
    if (named.rank == array::kMaxRank) return Outcome::Delegate;
    named.push(array->shape()[i], 0);
  }
  Ref kept;
  View from;
  if (const Outcome outcome = spread(array, named.lengths(), operand, kept, from); outcome != Outcome::Done) {
    return outcome;
  }
  const lib::Chain chain(ufunc, loop);
  const auto item = static_cast<std::int64_t>(array::size_of(array->dtype));
  unsigned errors = 0;
  if (is_rows) {
    errors = add_rows(chain, array, where.values(), from);
  } else {
    const lib::ErrorWatch watch(chain);
    const std::int64_t stride = where.names_elements() ? item : array->strides()[0];
    errors = chain.scatter(array->data, stride, where.values().data(), {from.data, from.rank == 0 ? 0 : item},
                           static_cast<std::int64_t>(where.values().size()));
    errors |= watch.errors();
  }
  return report_errors(ufunc, errors) ? Outcome::Done : Outcome::Error;
}

}  // namespace rooftop::python
