// unique and isin as functions of the module; rooftop/_sets.py makes the other set functions of them.
#include <algorithm>
#include <functional>

#include "array/argument_reader.h"
#include "array/axis_rows.h"
#include "array/method_tables.h"
#include "array/native_call.h"
#include "array/unique_rows.h"
#include "rooftop/array/promotion.h"
#include "rooftop/lib/argsort.h"
#include "rooftop/lib/gather.h"
#include "rooftop/lib/sort.h"
#include "rooftop/lib/unique.h"

namespace rooftop::python {
namespace {

std::int64_t* places_of(const Ref& array) { return reinterpret_cast<std::int64_t*>(as_array(array.get())->data); }

ArrayObject* new_places(std::int64_t count) { return new_array(DType::I64, std::span<const std::int64_t>(&count, 1)); }

/// The elements in row-major order, in memory of their own.
Ref flat_copy(const View& view, DType dtype) {
  const std::int64_t size = view.size();
  Ref flat(as_object(new_array(dtype, std::span<const std::int64_t>(&size, 1))));
  if (!flat) return flat;
  Extents shaped(view.lengths());
  shaped.set_row_major(array::size_of(dtype));
  return convert_elements(shaped.view(dtype, as_array(flat.get())->data), view) ? std::move(flat) : Ref();
}

/// One call of unique: the elements, their order, where groups begin, and what is made of it.
class UniqueCall {
 public:
  UniqueCall(ArrayObject* array, const UniqueOptions& options) : array_(array), options_(options) {}

  /// Only the different elements.
  Outcome run_for_values(PyObject*& result) {
    const std::int64_t n = array_->size;
    elements_ = flat_copy(array_->view(), array_->dtype);
    if (!elements_) return Outcome::Error;
    const View all = as_array(elements_.get())->view();
    const Outcome outcome = run_without_gil(n, [&] {
      lib::sort_vector(all.dtype, all.data, n);
      groups_ = lib::drop_repeats(all.dtype, all.data, n, options_.equal_nan);
    });
    return outcome == Outcome::Done ? made(kept_elements(), result) : outcome;
  }

  Outcome run(PyObject*& result) {
    const std::int64_t n = array_->size;
    const DType dtype = array_->dtype;
    elements_ = flat_copy(array_->view(), dtype);
    begins_ = Ref(as_object(new_places(n + 1)));
    if (options_.needs_order()) order_ = Ref(as_object(new_places(n)));
    if (!elements_ || !begins_ || (options_.needs_order() && !order_)) return Outcome::Error;
    char* data = as_array(elements_.get())->data;
    const Outcome outcome = run_without_gil(n, [&] {
      if (order_) {
        lib::argsort_vector(dtype, data, n, places_of(order_));
      } else {
        lib::sort_vector(dtype, data, n);
      }
      const lib::SortedVector sorted{dtype, data, n, order_ ? places_of(order_) : nullptr};
      groups_ = lib::find_groups(sorted, options_.equal_nan, places_of(begins_));
      if (!order_) lib::drop_repeats(dtype, data, n, options_.equal_nan);
    });
    if (outcome != Outcome::Done) return outcome;
    Ref index = order_ ? index_of_groups() : Ref();
    Ref values(order_ ? values_at(index) : kept_elements());
    return made(tuple_of_results(std::move(values), std::move(index)), result);
  }

 private:
  /// The first elements, one of each group, after the repeats were dropped.
  PyObject* kept_elements() {
    const View all = as_array(elements_.get())->view();
    if (groups_ == all.size()) return elements_.release();
    const View kept{all.data, all.dtype, 1, &groups_, all.strides};
    return as_object(copied(kept, all.dtype, Order::RowMajor));
  }

  /// Where the first element of each group lies.
  Ref index_of_groups() const {
    Ref index(as_object(new_places(groups_)));
    if (!index) return index;
    const std::int64_t* const begins = places_of(begins_);
    const std::int64_t* const order = places_of(order_);
    std::transform(begins, begins + groups_, places_of(index), [=](std::int64_t begin) { return order[begin]; });
    return index;
  }

  PyObject* values_at(const Ref& index) const {
    Ref values(as_object(new_array(array_->dtype, std::span<const std::int64_t>(&groups_, 1))));
    if (!index || !values) return nullptr;
    lib::gather(as_array(values.get())->view(), as_array(elements_.get())->view(), as_array(index.get())->view());
    return values.release();
  }

  PyObject* groups_of_elements() const {
    ArrayObject* inverse = new_array(DType::I64, array_->view().lengths());
    if (inverse == nullptr) return nullptr;
    auto* groups = reinterpret_cast<std::int64_t*>(inverse->data);
    const std::int64_t* const begins = places_of(begins_);
    const std::int64_t* const order = places_of(order_);
    for (std::int64_t g = 0; g < groups_; ++g) {
      for (std::int64_t i = begins[g]; i < begins[g + 1]; ++i) groups[order[i]] = g;
    }
    return as_object(inverse);
  }

  PyObject* sizes_of_groups() const {
    Ref sizes(as_object(new_places(groups_)));
    if (!sizes) return nullptr;
    const std::int64_t* const begins = places_of(begins_);
    std::transform(begins + 1, begins + groups_ + 1, begins, places_of(sizes), std::minus<>());
    return sizes.release();
  }

  PyObject* tuple_of_results(Ref values, Ref index) const {
    Ref results(PyTuple_New(1 + options_.index + options_.inverse + options_.counts));
    if (!results || !values) return nullptr;
    Py_ssize_t next = 0;
    const auto add = [&](PyObject* made) {
      if (made == nullptr) return false;
      PyTuple_SET_ITEM(results.get(), next++, made);
      return true;
    };
    const bool is_whole = add(values.release()) && (!options_.index || add(index.release())) &&
                          (!options_.inverse || add(groups_of_elements())) &&
                          (!options_.counts || add(sizes_of_groups()));
    return is_whole ? results.release() : nullptr;
  }

  ArrayObject* const array_;
  const UniqueOptions& options_;
  Ref elements_, order_, begins_;
  std::int64_t groups_ = 0;
};

bool read_flag(PyObject* object, bool& flag) {
  if (object == nullptr) return true;
  if (!PyBool_Check(object)) return false;
  flag = object == Py_True;
  return true;
}

Outcome unique(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
               PyObject*& result) {
  static constexpr ArgumentReader<6> kReader{
      "unique", {"return_index", "return_inverse", "return_counts", "axis", "equal_nan", "sorted"}, 4};
  ArgumentReader<6>::Values values;
  UniqueOptions options;
  bool is_sorted = true;
  if (kReader.read(arguments, given, keyword_names, values) != ArgumentReader<6>::Result::Ok ||
      !read_flag(values[0], options.index) || !read_flag(values[1], options.inverse) ||
      !read_flag(values[2], options.counts) || !read_flag(values[4], options.equal_nan) ||
      !read_flag(values[5], is_sorted)) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  const ArrayObject* source = as_array(array);
  if (is_given(values[3]) && source->rank != 1) {
    int axis = 0;
    // Rows of halves with NaN have an order of their own in NumPy.
    const bool has_order = !array::is_complex(source->dtype) && !array::is_half(source->dtype);
    const bool is_native =
        is_exact_array(array) && source->size > 0 && has_order && read_axis_or_leave(values[3], source->rank, axis);
    return is_native ? unique_along(source, axis, options, result) : Outcome::Delegate;
  }
  int only = 0;
  if (is_given(values[3]) && !read_axis_or_leave(values[3], 1, only)) return Outcome::Delegate;
  UniqueCall call(as_array(array), options);
  return options.needs_order() || options.counts ? call.run(result) : call.run_for_values(result);
}

Outcome isin(PyObject* array, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names,
             PyObject*& result) {
  static constexpr ArgumentReader<4> kReader{"isin", {"test_elements", "assume_unique", "invert", "kind"}, 3, 1};
  ArgumentReader<4>::Values values;
  bool assumes = false, inverted = false;
  Operand tests;
  if (kReader.read(arguments, given, keyword_names, values) != ArgumentReader<4>::Result::Ok ||
      !read_flag(values[1], assumes) || !read_flag(values[2], inverted) || is_given(values[3]) ||
      read_operand(values[0], tests) != Reading::Ok || tests.is_weak()) {
    PyErr_Clear();
    return Outcome::Delegate;
  }
  const ArrayObject* source = as_array(array);
  const DType dtype = array::promote(source->dtype, tests.view.dtype);
  const bool is_exact = array::is_float(source->dtype) || array::is_float(tests.view.dtype) || !array::is_float(dtype);
  if (array::is_complex(dtype) || !is_exact) return Outcome::Delegate;  // int64 with uint64: NumPy compares exactly
  Ref set = flat_copy(tests.view, dtype);
  Ref owner;
  View wanted = source->view();
  if (wanted.dtype != dtype || !array::is_row_major(wanted) || !array::is_aligned(wanted)) {
    owner = flat_copy(wanted, dtype);
    if (owner) wanted = as_array(owner.get())->view();
  }
  Ref found(as_object(new_array(DType::Bool, source->view().lengths())));
  if (!set || !found || PyErr_Occurred()) return Outcome::Error;
  ArrayObject* members = as_array(set.get());
  const Outcome outcome = run_without_gil(source->size + members->size, [&] {
    lib::sort_vector(dtype, members->data, members->size);
    lib::find_members({dtype, members->data, members->size}, wanted.data, source->size, inverted,
                      reinterpret_cast<bool*>(as_array(found.get())->data));
  });
  if (outcome == Outcome::Done) result = found.release();
  return outcome;
}

PyObject* unique_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  return call_native("unique", arguments, given, keyword_names, unique);
}
PyObject* isin_function(PyObject*, PyObject* const* arguments, Py_ssize_t given, PyObject* keyword_names) {
  const bool is_of_subclass = given > 0 && is_array(arguments[0]) && !is_exact_array(arguments[0]);
  return is_of_subclass ? delegate_call("isin", arguments, given, keyword_names)
                        : call_function("isin", arguments, given, keyword_names, isin);
}

PyMethodDef functions[] = {
    ROOFTOP_ENTRY("unique", unique_function,
                  "unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, "
                  "equal_nan=True, sorted=True)\n--\n\nThe different elements in ascending order."),
    ROOFTOP_ENTRY("isin", isin_function,
                  "isin(element, test_elements, assume_unique=False, invert=False, *, kind=None)\n--\n\nWhich elements "
                  "are among others."),
};

}  // namespace

std::span<PyMethodDef> set_functions() { return functions; }

}  // namespace rooftop::python
