// Resolution of types and shapes, and the call of the engine.
#include "array/ufunc_call.h"

#include <algorithm>
#include <limits>
#include <string>

#include "array/creation.h"
#include "array/fast_path.h"
#include "array/float_errors.h"
#include "array/scalar_object.h"
#include "core/errors.h"
#include "core/without_gil.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/array/cast.h"
#include "rooftop/array/layout.h"
#include "rooftop/lib/elementwise.h"
#include "rooftop/lib/ufunc_types.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

/// Bytes of operands from which the GIL is released meanwhile.
constexpr std::int64_t kReleaseSize = 1 << 15;

void refuse_shapes(Operand* inputs, int count, const UfuncOptions& options) {
  std::string text;
  for (int i = 0; i < count; ++i) text.append(ShapeText(inputs[i].view.lengths()).c_str()) += ' ';
  for (PyObject* out : options.out) {
    if (out != nullptr) text.append(ShapeText(as_array(out)->view().lengths()).c_str()) += ' ';
  }
  PyErr_Format(PyExc_ValueError, "operands could not be broadcast together with shapes %s", text.c_str());
}

// One call on its way: types, then lengths, then memory.
class Call {
 public:
  Call(Ufunc ufunc, Operand* inputs, const UfuncOptions& options)
      : ufunc_(ufunc), info_(ops::info(ufunc)), inputs_(inputs), options_(options) {}

  Outcome run(PyObject*& result) {
    if (!find_loop()) return Outcome::Delegate;
    if (!settle_numbers()) {
      // What an integer does that the type does not hold differs from function to function; NumPy knows.
      if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return Outcome::Error;
      PyErr_Clear();
      return Outcome::Delegate;
    }
    // NumPy refuses casts with a type of error of its own, before it looks at shapes.
    if (!outputs_take_results()) return Outcome::Delegate;
    if (!find_shape()) return Outcome::Error;
    if (ufunc_ == Ufunc::power && !check_exponents()) return Outcome::Error;
    if (!find_outputs()) return Outcome::Error;
    if (!separate_memory()) return Outcome::Error;
    compute();
    if (!report()) return Outcome::Error;
    return made(make_result(), result);
  }

 private:
  bool find_loop() {
    lib::OperandType inputs[ops::kMaxOperands];
    for (int i = 0; i < info_.inputs; ++i) inputs[i] = {inputs_[i].view.dtype, inputs_[i].weak};
    const auto found = lib::find_types(ufunc_, {inputs, info_.inputs}, options_.dtype, options_.casting);
    if (!found) return false;
    loop_ = found->loop;
    types_ = &ops::loops(ufunc_)[static_cast<std::size_t>(loop_)];
    return true;
  }

  bool settle_numbers() {
    for (int i = 0; i < info_.inputs; ++i) {
      if (!inputs_[i].is_weak()) continue;
      if (!inputs_[i].settle(types_->types[static_cast<std::size_t>(i)])) return false;
    }
    return true;
  }

  bool check_exponents() {
    const auto lengths = shape_.lengths();
    const bool is_empty = std::find(lengths.begin(), lengths.end(), 0) != lengths.end();
    if (!array::is_signed(types_->types[0]) || is_empty) return true;
    const bool any_negative = lib::has_negative(inputs_[1].view);
    if (any_negative) PyErr_SetString(PyExc_ValueError, "Integers to negative integer powers are not allowed.");
    return !any_negative;
  }

  bool find_shape() {
    shape_.rank = 0;
    for (int i = 0; i < info_.inputs; ++i) {
      if (!array::broadcast_shape(shape_, inputs_[i].view.lengths())) {
        refuse_shapes(inputs_, info_.inputs, options_);
        return false;
      }
    }
    if (options_.where != nullptr && !array::broadcast_shape(shape_, options_.where->view().lengths())) {
      refuse_shapes(inputs_, info_.inputs, options_);
      return false;
    }
    Extents wanted(shape_.lengths());
    for (PyObject* out : options_.out) {
      if (out == nullptr) continue;
      const View view = as_array(out)->view();
      if (!array::broadcasts_to(wanted.lengths(), view.lengths())) {
        if (array::broadcasts_to(view.lengths(), wanted.lengths())) {
          PyErr_Format(PyExc_ValueError,
                       "non-broadcastable output operand with shape %s doesn't match the broadcast shape %s",
                       ShapeText(view.lengths()).c_str(), ShapeText(wanted.lengths()).c_str());
        } else {
          refuse_shapes(inputs_, info_.inputs, options_);
        }
        return false;
      }
      array::broadcast_shape(shape_, view.lengths());
    }
    return true;
  }

  DType result_type(int i) const { return types_->types[static_cast<std::size_t>(info_.inputs + i)]; }

  bool outputs_take_results() const {
    for (int i = 0; i < info_.outputs; ++i) {
      const PyObject* out = options_.out[i];
      if (out == nullptr) continue;
      if (!array::can_cast(result_type(i), reinterpret_cast<const ArrayObject*>(out)->dtype, options_.casting)) {
        return false;
      }
    }
    return true;
  }

  bool find_outputs() {
    for (int i = 0; i < info_.outputs; ++i) {
      if (options_.out[i] != nullptr ? !take_output(i) : !make_output(i, result_type(i))) return false;
    }
    return true;
  }

  bool take_output(int i) {
    ArrayObject* out = as_array(options_.out[i]);
    if (!out->has(kWriteable)) {
      PyErr_SetString(PyExc_ValueError, "output array is read-only");
      return false;
    }
    outputs_[i] = out->view();
    made_[i] = Ref::borrow(options_.out[i]);
    return true;
  }

  bool make_output(int i, DType dtype) {
    if (shape_.rank == 0 && options_.where == nullptr) {
      outputs_[i] = {scalars_[i], dtype, 0, nullptr, nullptr};
      return true;
    }
    ArrayObject* out =
        options_.order ? new_array(dtype, shape_.lengths(), *options_.order) : new_in_inputs_order(dtype);
    if (out == nullptr) return false;
    made_[i] = Ref(as_object(out));
    outputs_[i] = out->view();
    return true;
  }

  ArrayObject* new_in_inputs_order(DType dtype) {
    View inputs[ops::kMaxOperands];
    for (int k = 0; k < info_.inputs; ++k) inputs[k] = inputs_[k].view;
    return new_of_layout(dtype,
                         array::layout_of_result({inputs, info_.inputs}, shape_.lengths(), array::size_of(dtype)));
  }

  // Outputs that overlap inputs other than element for element get what the inputs were before.
  bool separate_memory() {
    for (int k = 0; k < info_.inputs; ++k) {
      const View input = inputs_[k].view;
      for (int i = 0; i < info_.outputs; ++i) {
        if (options_.out[i] == nullptr || !array::may_overlap(outputs_[i], input)) continue;
        if (array::same_elements(outputs_[i], input)) continue;
        ArrayObject* copy = copied(input, input.dtype, std::nullopt);
        if (copy == nullptr) return false;
        inputs_[k].kept = Ref(as_object(copy));
        inputs_[k].view = copy->view();
        break;
      }
    }
    if (options_.where == nullptr) return true;
    where_ = options_.where->view();
    for (int i = 0; i < info_.outputs; ++i) {
      if (!array::may_overlap(outputs_[i], where_)) continue;
      ArrayObject* copy = copied(where_, where_.dtype, std::nullopt);
      if (copy == nullptr) return false;
      where_copy_ = Ref(as_object(copy));
      where_ = copy->view();
    }
    return true;
  }

  void compute() {
    Extents storage[ops::kMaxOperands + 1];
    View inputs[ops::kMaxOperands];
    for (int k = 0; k < info_.inputs; ++k) {
      inputs[k] = array::broadcast_view(inputs_[k].view, shape_.lengths(), storage[k]);
    }
    View where;
    if (options_.where != nullptr) where = array::broadcast_view(where_, shape_.lengths(), storage[ops::kMaxOperands]);
    const lib::ElementwiseCall call{.ufunc = ufunc_,
                                    .loop = loop_,
                                    .inputs = {inputs, info_.inputs},
                                    .outputs = {outputs_, info_.outputs},
                                    .where = options_.where == nullptr ? nullptr : &where,
                                    .reports_underflow = underflow_is_reported()};
    const WithoutGil released(outputs_[0].size() >= kReleaseSize);
    errors_ = lib::elementwise(call);
  }

  bool report() {
    if (!options_.is_scalar_operator) return report_errors(ufunc_, errors_);
    if (array::is_integer(outputs_[0].dtype) && wraps()) errors_ |= lib::kOverflow;
    return report_scalar_errors(ufunc_, errors_);
  }

  // Whether the result of two integers, or of one, is not the exact one.
  bool wraps() const {
    const DType dtype = outputs_[0].dtype;
    const std::uint64_t a = bits_of(inputs_[0].view, dtype);
    const std::uint64_t b = info_.inputs > 1 ? bits_of(inputs_[1].view, dtype) : 0;
    if (array::is_unsigned(dtype)) return wraps(a, b, array::size_of(dtype));
    return wraps(static_cast<std::int64_t>(a), static_cast<std::int64_t>(b), array::size_of(dtype));
  }
  static std::uint64_t bits_of(const View& view, DType dtype) {
    std::uint64_t bits = 0;
    const DType wide = array::is_unsigned(dtype) ? DType::U64 : DType::I64;
    array::cast_loop(view.dtype, wide)(reinterpret_cast<char*>(&bits), 0, view.data, 0, 1);
    return bits;
  }
  template <typename T>
  bool wraps(T a, T b, std::size_t size) const {
    T exact = 0;
    bool beyond = false;
    const T least = std::numeric_limits<T>::min() >> (64 - 8 * size);
    const T most = std::numeric_limits<T>::max() >> (64 - 8 * size);
    switch (ufunc_) {
      case Ufunc::add:
        beyond = __builtin_add_overflow(a, b, &exact);
        break;
      case Ufunc::subtract:
        beyond = __builtin_sub_overflow(a, b, &exact);
        break;
      case Ufunc::multiply:
        beyond = __builtin_mul_overflow(a, b, &exact);
        break;
      case Ufunc::negative:
        beyond = __builtin_sub_overflow(T{0}, a, &exact);
        break;
      case Ufunc::absolute:
        return least < 0 && a == least;
      case Ufunc::floor_divide:
        return least < 0 && a == least && b == static_cast<T>(-1);
      default:
        break;
    }
    return beyond || exact < least || exact > most;
  }

  PyObject* result_of(int i) {
    if (!made_[i]) return new_scalar(outputs_[i].dtype, outputs_[i].data);
    return made_[i].release();
  }

  PyObject* make_result() {
    if (info_.outputs == 1) return result_of(0);
    Ref first(result_of(0));
    Ref second(first ? result_of(1) : nullptr);
    return second ? PyTuple_Pack(2, first.get(), second.get()) : nullptr;
  }

  const Ufunc ufunc_;
  const ops::UfuncInfo& info_;
  Operand* const inputs_;
  const UfuncOptions& options_;
  const ops::Loop* types_ = nullptr;
  int loop_ = -1;
  Extents shape_;
  View outputs_[2];
  Ref made_[2];
  View where_;
  Ref where_copy_;
  alignas(16) char scalars_[2][16];
  unsigned errors_ = 0;
};

}  // namespace

Outcome apply_ufunc(Ufunc ufunc, Operand* inputs, const UfuncOptions& options, PyObject*& result) {
  return guarded(Outcome::Error, [&] { return Call(ufunc, inputs, options).run(result); });
}

Outcome call_ufunc(Ufunc ufunc, PyObject* left, PyObject* right, PyObject* out, Ref& result, array::Casting casting) {
  PyObject* const operands[] = {left, right};
  const Py_ssize_t count = right != nullptr ? 2 : 1;
  PyObject* made = nullptr;
  if (out != nullptr) {
    made = fast_into(ufunc, operands, count, out);
  } else {
    made = count == 2 ? fast_binary(ufunc, left, right) : fast_unary(ufunc, left);
  }
  if (made == nullptr) {
    if (PyErr_Occurred()) return Outcome::Error;
    Operand inputs[2];
    UfuncOptions options;
    options.out[0] = out;
    if (out != nullptr) options.casting = casting;
    for (Py_ssize_t i = 0; i < count; ++i) {
      if (const Outcome read = read_input(operands[i], inputs[i]); read != Outcome::Done) return read;
    }
    if (const Outcome done = apply_ufunc(ufunc, inputs, options, made); done != Outcome::Done) return done;
  }
  result = Ref(made);
  return Outcome::Done;
}

}  // namespace rooftop::python
