// Types, axes, starts and places of results of reductions.
#include "array/reductions.h"

#include <cstring>

#include "array/axes.h"
#include "array/creation.h"
#include "array/fold_type.h"
#include "array/operand.h"
#include "array/scalar_object.h"
#include "core/errors.h"
#include "core/without_gil.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/array/cast.h"
#include "rooftop/lib/reduction.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

/// Elements from which the GIL is released meanwhile.
constexpr std::int64_t kReleaseSize = 1 << 16;

// One element repeated over the lengths of a view.
void fill(const View& target, DType dtype, const char* element) {
  Extents repeated;
  for (int i = 0; i < target.rank; ++i) repeated.push(target.shape[i], 0);
  array::copy_elements(target, repeated.view(dtype, const_cast<char*>(element)));
}

// One reduction on its way: types, axes, starts, the result's memory, the fold.
class Call {
 public:
  Call(Ufunc ufunc, PyObject* array, const ReduceOptions& options)
      : ufunc_(ufunc), array_(as_array(array)), options_(options) {}

  Outcome run(PyObject*& result) {
    for (const auto step : {&Call::find_types, &Call::find_axes, &Call::find_start}) {
      if (const Outcome outcome = (this->*step)(); outcome != Outcome::Done) return outcome;
    }
    return fold(result);
  }

 private:
  Outcome find_types() {
    if (const Outcome read = read_out(options_.out, out_); read != Outcome::Done) return read;
    const DType own = array_->dtype;
    if (const Outcome found = find_fold_type(ufunc_, own, options_.dtype, out_, type_); found != Outcome::Done) {
      return found;
    }
    // Integers and truths are folded as they are into a wider result, floats in its type.
    const bool is_exact = array::is_integer(own) || array::is_bool(own) || array::is_bool(type_);
    accumulator_ = is_exact && lib::can_reduce(ufunc_, own, type_) ? own : type_;
    return lib::can_reduce(ufunc_, accumulator_, type_) ? Outcome::Done : Outcome::Delegate;
  }

  Outcome find_axes() {
    if (!read_axes(options_.axis, array_->rank, axes_)) return Outcome::Error;
    if ((axes_ & (axes_ - 1)) != 0 && !lib::is_reorderable(ufunc_)) return Outcome::Delegate;
    if (options_.keepdims == nullptr || options_.keepdims == Py_False) return Outcome::Done;
    if (!PyBool_Check(options_.keepdims) && !PyLong_Check(options_.keepdims)) return Outcome::Delegate;
    keeps_ = PyObject_IsTrue(options_.keepdims) != 0;
    return Outcome::Done;
  }

  // What the folds begin with: `initial`, or the identity where a mask or an empty axis leaves them nothing else.
  Outcome find_start() {
    if (is_where_given(options_.where)) {
      if (const Outcome read = read_where(options_.where, array_, where_); read != Outcome::Done) return read;
    }
    for (int i = 0; i < array_->rank; ++i) is_empty_ |= (axes_ >> i & 1) != 0 && array_->shape()[i] == 0;
    if (options_.initial == Py_None) {  // folds begin with their first elements, whatever the identity
      const bool has_identity = ops::info(ufunc_).identity != ops::Identity::None;
      return has_identity || where_ || is_empty_ ? Outcome::Delegate : Outcome::Done;
    }
    if (options_.initial != nullptr) return read_initial();
    if (!where_ && !is_empty_) return Outcome::Done;
    std::int64_t identity = 0;
    switch (ops::info(ufunc_).identity) {
      case ops::Identity::Zero:
        break;
      case ops::Identity::One:
        identity = 1;
        break;
      case ops::Identity::AllBits:
        identity = -1;
        break;
      case ops::Identity::None:
      case ops::Identity::MinusInfinity:
        return Outcome::Delegate;
    }
    array::cast_loop(DType::I64, type_)(start_, 0, reinterpret_cast<const char*>(&identity), 0, 1);
    has_start_ = true;
    return Outcome::Done;
  }

  Outcome read_initial() {
    Operand operand;
    if (read_operand(options_.initial, operand, false) != Reading::Ok) {
      return PyErr_Occurred() ? Outcome::Error : Outcome::Delegate;
    }
    const DType own = operand.is_weak() ? array::default_type(operand.weak) : operand.view.dtype;
    const bool fits = operand.is_weak() ? array::promote_weak(type_, operand.weak) == type_
                                        : array::can_cast(own, type_, array::Casting::SameKind);
    if (!fits || (!operand.is_weak() && operand.view.rank != 0) || may_leave_half(own, type_)) return Outcome::Delegate;
    if (!operand.settle(type_)) return Outcome::Error;
    array::cast_loop(operand.view.dtype, type_)(start_, 0, operand.view.data, 0, 1);
    has_start_ = true;
    return Outcome::Done;
  }

  Outcome fold(PyObject*& result) {
    Extents shown;
    for (int i = 0; i < array_->rank; ++i) {
      const bool is_reduced = (axes_ >> i & 1) != 0;
      if (!is_reduced || keeps_) shown.push(is_reduced ? 1 : array_->shape()[i], array_->strides()[i]);
    }
    if (shown.rank == 0 && out_ == nullptr) {
      alignas(16) char value[16];
      if (!compute({value, type_, 0, nullptr, nullptr})) return Outcome::Error;
      return made(new_scalar(type_, value), result);
    }
    FoldResult target;
    const Outcome ready = target.prepare(out_, shown.view(type_, nullptr), type_, array_->view(), FoldResult::kApart);
    if (ready != Outcome::Done) return ready;
    Extents kept;
    const View& view = target.view();
    for (int i = 0; i < view.rank; ++i) {
      if (!keeps_ || (axes_ >> i & 1) == 0) kept.push(view.shape[i], view.strides[i]);
    }
    if (!compute(kept.view(type_, view.data))) return Outcome::Error;
    return made(target.finish(), result);
  }

  bool compute(const View& out) {
    if (has_start_) fill(out, type_, start_);
    const View in = array_->view();
    if (in.size() == 0) return true;
    unsigned errors = 0;
    {
      const WithoutGil released(array_->size >= kReleaseSize);
      if (where_) {
        Extents storage;
        const View where = array::broadcast_view(as_array(where_.get())->view(), in.lengths(), storage);
        errors = lib::reduce_where(ufunc_, in, where, axes_, out);
      } else {
        errors = lib::reduce(ufunc_, in, accumulator_, axes_, out, has_start_);
      }
    }
    const bool reports = ops::info(ufunc_).errors != ops::FloatErrors::None;
    return !reports || report_method_errors("reduce", errors);
  }

  const Ufunc ufunc_;
  ArrayObject* const array_;
  const ReduceOptions& options_;
  ArrayObject* out_ = nullptr;
  DType type_{};         ///< of the result
  DType accumulator_{};  ///< that elements are converted to
  std::uint64_t axes_ = 0;
  bool keeps_ = false;
  bool is_empty_ = false;  ///< some reduced axis
  bool has_start_ = false;
  alignas(16) char start_[16];
  Ref where_;
};

}  // namespace

Outcome read_where(PyObject* given, const ArrayObject* array, Ref& kept) {
  kept = Ref(array_from_object(given, std::nullopt));
  if (!kept) return Outcome::Error;
  if (!is_array(kept.get()) || as_array(kept.get())->dtype != DType::Bool) return Outcome::Delegate;
  const bool fits = array::broadcasts_to(as_array(kept.get())->view().lengths(), array->view().lengths());
  return fits ? Outcome::Done : Outcome::Delegate;
}

Outcome reduce_array(Ufunc ufunc, PyObject* array, const ReduceOptions& options, PyObject*& result) {
  return guarded(Outcome::Error, [&] { return Call(ufunc, array, options).run(result); });
}

}  // namespace rooftop::python
