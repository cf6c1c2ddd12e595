// Resolution of types and shapes, and the call of the engine.
#include "array/ufunc_call.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "array/creation.h"
#include "array/delegate.h"
#include "array/float_errors.h"
#include "array/scalar_object.h"
#include "core/numpy_access.h"
#include "core/without_gil.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/array/cast.h"
#include "rooftop/lib/elementwise.h"

namespace rooftop::python {

using ops::Ufunc;

std::array<std::array<FastLoop, array::kDTypeCount>, 256> fast_loops;

namespace {

/// Bytes of operands from which the GIL is released meanwhile.
constexpr std::int64_t kReleaseSize = 1 << 15;

/// ops::loop_for, looked up once.
std::array<std::array<std::int16_t, array::kDTypeCount>, 256> loops_by_type;

constexpr bool is_one_of(Ufunc ufunc, std::initializer_list<Ufunc> list) {
  return std::find(list.begin(), list.end(), ufunc) != list.end();
}

void refuse_shapes(Operand* inputs, int count, const UfuncOptions& options) {
  std::string text;
  for (int i = 0; i < count; ++i) text += shape_text(inputs[i].view.lengths()) + " ";
  for (PyObject* out : options.out) {
    if (out != nullptr) text += shape_text(as_array(out)->view().lengths()) + " ";
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
      // Comparisons with integers that the type does not hold have an answer.
      if (!info_.is_comparison()) return Outcome::Error;
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
    result = make_result();
    return result == nullptr ? Outcome::Error : Outcome::Done;
  }

 private:
  bool find_loop() {
    bool has_strong = false;
    array::Weak widest = array::Weak::None;
    DType promoted = DType::Bool;
    for (int i = 0; i < info_.inputs; ++i) {
      if (inputs_[i].is_weak()) {
        widest = std::max(widest, inputs_[i].weak);
        continue;
      }
      const DType dtype = inputs_[i].view.dtype;
      // A comparison of signed with unsigned integers is exact in NumPy, not one of floats.
      if (has_strong && info_.is_comparison() && array::is_integer(dtype) && array::is_integer(promoted) &&
          array::is_float(array::promote(promoted, dtype))) {
        return false;
      }
      promoted = has_strong ? array::promote(promoted, dtype) : dtype;
      has_strong = true;
    }
    if (!has_strong) promoted = array::default_type(widest);
    if (has_strong) promoted = array::promote_weak(promoted, widest);
    if (ufunc_ == Ufunc::ldexp) return false;
    if (array::is_bool(promoted) &&
        is_one_of(ufunc_, {Ufunc::subtract, Ufunc::negative, Ufunc::positive, Ufunc::sign, Ufunc::gcd, Ufunc::lcm})) {
      return false;  // NumPy's message says what to use instead
    }
    if (ufunc_ == Ufunc::divide && !array::is_float(promoted) && !array::is_complex(promoted)) promoted = DType::F64;
    if (options_.dtype) {
      if (info_.signature != ops::Signature::Same || !array::can_cast(promoted, *options_.dtype, options_.casting)) {
        return false;
      }
      promoted = *options_.dtype;
    }
    loop_ = loops_by_type[static_cast<std::size_t>(ufunc_)][static_cast<std::size_t>(promoted)];
    if (loop_ < 0) return false;
    if (!options_.dtype && array::is_integer(promoted)) take_narrower_float();
    types_ = &ops::loops(ufunc_)[static_cast<std::size_t>(loop_)];
    if (options_.dtype && types_->types[info_.inputs] != *options_.dtype) return false;
    promoted_ = promoted;
    return true;
  }

  // Integers that meet in a function of floats go to the float that holds each, not to the one that holds their common
  // type: int8 and uint8 to float16.
  void take_narrower_float() {
    if (info_.inputs < 2 || ufunc_ == Ufunc::divide) return;
    if (!array::is_float(ops::loops(ufunc_)[static_cast<std::size_t>(loop_)].types[0])) return;
    int widest = -1;
    for (int i = 0; i < info_.inputs; ++i) {
      // Beside booleans a Python int is an int64.
      if (inputs_[i].is_weak() && array::is_bool(inputs_[1 - i].view.dtype)) return;
      if (!inputs_[i].is_weak()) widest = std::max(widest, ops::loop_for(ufunc_, inputs_[i].view.dtype));
    }
    if (widest >= 0) loop_ = widest;
  }

  bool settle_numbers() {
    for (int i = 0; i < info_.inputs; ++i) {
      if (!inputs_[i].is_weak()) continue;
      // Python ints must fit the arrays' type even where the function computes in another.
      const bool checks = inputs_[i].weak == array::Weak::Int && array::is_integer(promoted_);
      if (checks && !inputs_[i].settle(promoted_)) return false;
      if (!inputs_[i].settle(types_->types[static_cast<std::size_t>(i)])) return false;
    }
    return true;
  }

  bool check_exponents() {
    const auto lengths = shape_.lengths();
    const bool is_empty = std::find(lengths.begin(), lengths.end(), 0) != lengths.end();
    if (!array::is_signed(types_->types[0]) || is_empty) return true;
    const View& exponents = inputs_[1].view;
    if (!array::is_signed(exponents.dtype)) return true;
    const Ref wide(as_object(copied(exponents, DType::I64, Order::RowMajor)));
    if (!wide) return false;
    const auto* values = reinterpret_cast<const std::int64_t*>(as_array(wide.get())->data);
    const bool any_negative = std::any_of(values, values + as_array(wide.get())->size, [](auto v) { return v < 0; });
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
                       shape_text(view.lengths()).c_str(), shape_text(wanted.lengths()).c_str());
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

  // Order 'K', all inputs asked.
  ArrayObject* new_in_inputs_order(DType dtype) {
    const int rank = shape_.rank;
    bool any_other = false;
    for (int k = 0; k < info_.inputs; ++k) any_other |= !array::is_row_major(inputs_[k].view);
    if (rank < 2 || !any_other) return new_array(dtype, shape_.lengths());
    Extents storage[ops::kMaxOperands];
    const std::int64_t* strides[ops::kMaxOperands];
    for (int k = 0; k < info_.inputs; ++k) {
      strides[k] = array::broadcast_view(inputs_[k].view, shape_.lengths(), storage[k]).strides;
    }
    return new_in_walk_order(dtype, shape_.lengths(), {strides, static_cast<std::size_t>(info_.inputs)});
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
  DType promoted_ = DType::Bool;
  Extents shape_;
  View outputs_[2];
  Ref made_[2];
  View where_;
  Ref where_copy_;
  alignas(16) char scalars_[2][16];
  unsigned errors_ = 0;
};

// What has no say in it, and is met most: looking for attributes that are not there takes longer than a small
// operation.
bool is_plain(PyObject* object) {
  return PyFloat_CheckExact(object) || PyLong_CheckExact(object) || PyBool_Check(object) ||
         PyComplex_CheckExact(object) || PyList_CheckExact(object) || PyTuple_CheckExact(object);
}

// Whether the other operand's type wants to decide itself: NumPy's rule for its operators.
bool defers_to(PyObject* self, PyObject* other) {
  if (Py_TYPE(self) == Py_TYPE(other) || is_array(other) || is_scalar(other) || is_plain(other)) return false;
  PyObject* type = reinterpret_cast<PyObject*>(Py_TYPE(other));
  Ref hook(PyObject_GetAttrString(type, "__array_ufunc__"));
  if (hook) return hook.get() == Py_None;
  PyErr_Clear();
  Ref priority(PyObject_GetAttrString(other, "__array_priority__"));
  if (!priority) {
    PyErr_Clear();
    return false;
  }
  const double theirs = PyFloat_AsDouble(priority.get());
  if (theirs == -1 && PyErr_Occurred()) {
    PyErr_Clear();
    return false;
  }
  return theirs > (is_array(self) ? 0.0 : -1000000.0);
}

bool is_number(PyObject* object) {
  return is_scalar(object) || PyFloat_CheckExact(object) || PyLong_CheckExact(object) || PyComplex_CheckExact(object) ||
         PyBool_Check(object);
}

// Lists, texts and their like, which a scalar repeats as an int does.
bool is_repeatable(PyObject* object) {
  const PyTypeObject* type = Py_TYPE(object);
  const bool multiplies = type->tp_as_number != nullptr && type->tp_as_number->nb_multiply != nullptr;
  return !multiplies && type->tp_as_sequence != nullptr && type->tp_as_sequence->sq_repeat != nullptr;
}
PyObject* repeated(PyObject* sequence, PyObject* scalar) {
  if (!PyIndex_Check(scalar)) {
    return PyErr_Format(PyExc_TypeError, "can't multiply sequence by non-int of type '%s'", Py_TYPE(scalar)->tp_name);
  }
  const Py_ssize_t times = PyNumber_AsSsize_t(scalar, PyExc_OverflowError);
  return times == -1 && PyErr_Occurred() ? nullptr : PySequence_Repeat(sequence, times);
}

PyObject* delegate_operator(Ufunc ufunc, PyObject* left, PyObject* right, PyObject* out) {
  Ref arguments(out != nullptr ? PyTuple_Pack(3, left, right, out) : PyTuple_Pack(2, left, right));
  return arguments ? delegate_ufunc(ops::info(ufunc).name.data(), "", arguments.get(), nullptr) : nullptr;
}

}  // namespace

Outcome apply_ufunc(Ufunc ufunc, Operand* inputs, const UfuncOptions& options, PyObject*& result) {
  try {
    return Call(ufunc, inputs, options).run(result);
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return Outcome::Error;
  }
}

PyObject* binary_operator(Ufunc ufunc, PyObject* left, PyObject* right) {
  if (ufunc == Ufunc::multiply && is_scalar(left) && is_repeatable(right)) return repeated(right, left);
  if (ufunc == Ufunc::multiply && is_scalar(right) && is_repeatable(left)) return repeated(left, right);
  const bool left_is_ours = is_array(left) || is_scalar(left);
  if (defers_to(left_is_ours ? left : right, left_is_ours ? right : left)) Py_RETURN_NOTIMPLEMENTED;
  Operand inputs[2];
  const Reading first = read_operand(left, inputs[0]);
  const Reading second = first == Reading::Ok ? read_operand(right, inputs[1]) : first;
  if (first == Reading::Error || second == Reading::Error) return nullptr;
  PyObject* const operands[] = {left, right};
  if (first == Reading::Foreign || second == Reading::Foreign) {
    return like_operands(delegate_operator(ufunc, left, right, nullptr), operands, 2);
  }
  PyObject* result = nullptr;
  UfuncOptions options;
  options.is_scalar_operator = is_number(left) && is_number(right);
  if (apply_ufunc(ufunc, inputs, options, result) == Outcome::Delegate) {
    result = delegate_operator(ufunc, left, right, nullptr);
  }
  return like_operands(result, operands, 2);
}

PyObject* unary_operator(Ufunc ufunc, PyObject* operand) {
  Operand input;
  if (read_operand(operand, input) != Reading::Ok) return nullptr;
  PyObject* result = nullptr;
  UfuncOptions options;
  options.is_scalar_operator = is_scalar(operand);
  if (apply_ufunc(ufunc, &input, options, result) == Outcome::Delegate) {
    Ref arguments(PyTuple_Pack(1, operand));
    result = arguments ? delegate_ufunc(ops::info(ufunc).name.data(), "", arguments.get(), nullptr) : nullptr;
  }
  return like_operands(result, &operand, 1);
}

PyObject* in_place_operator(Ufunc ufunc, PyObject* left, PyObject* right) {
  if (!is_array(left)) return binary_operator(ufunc, left, right);
  if (defers_to(left, right)) Py_RETURN_NOTIMPLEMENTED;
  Operand inputs[2];
  if (read_operand(left, inputs[0]) != Reading::Ok) return nullptr;
  const Reading second = read_operand(right, inputs[1]);
  if (second == Reading::Error) return nullptr;
  if (second == Reading::Foreign) {
    return delegate_operator(ufunc, left, right, left);
  }
  UfuncOptions options;
  options.out[0] = left;
  PyObject* result = nullptr;
  if (apply_ufunc(ufunc, inputs, options, result) != Outcome::Delegate) return result;
  return delegate_operator(ufunc, left, right, left);
}

PyObject* compare_operator(Ufunc ufunc, PyObject* left, PyObject* right) {
  if (is_array(right) || is_number(right) || is_plain(right)) return binary_operator(ufunc, left, right);
  if (find_numpy() && (Py_TYPE(right) == numpy.array_type || scalar_type(right))) {
    return binary_operator(ufunc, left, right);
  }
  if (defers_to(left, right)) Py_RETURN_NOTIMPLEMENTED;
  // Nothing equals these, or everything is compared as an object: NumPy's operators know, its ufuncs raise.
  constexpr std::pair<Ufunc, int> kOperations[] = {{Ufunc::less, Py_LT},    {Ufunc::less_equal, Py_LE},
                                                   {Ufunc::equal, Py_EQ},   {Ufunc::not_equal, Py_NE},
                                                   {Ufunc::greater, Py_GT}, {Ufunc::greater_equal, Py_GE}};
  Ref view(is_array(left) ? numpy_view(left) : numpy_scalar(left));
  if (!view) return nullptr;
  for (const auto& [known, operation] : kOperations) {
    if (known != ufunc) continue;
    Ref answer(PyObject_RichCompare(view.get(), right, operation));
    return answer ? from_numpy(answer.get()) : nullptr;
  }
  Py_RETURN_NOTIMPLEMENTED;
}

void prepare_ufuncs() {
  for (int u = 0; u < ops::ufunc_count(); ++u) {
    const auto ufunc = static_cast<Ufunc>(u);
    const ops::UfuncInfo& info = ops::info(ufunc);
    for (int d = 0; d < array::kDTypeCount; ++d) {
      loops_by_type[static_cast<std::size_t>(u)][static_cast<std::size_t>(d)] =
          static_cast<std::int16_t>(ops::loop_for(ufunc, static_cast<DType>(d)));
    }
    if (info.outputs != 1 || info.inputs > 2 || is_one_of(ufunc, {Ufunc::ldexp, Ufunc::power})) continue;
    for (int d = 0; d < array::kDTypeCount; ++d) {
      const auto dtype = static_cast<DType>(d);
      const int loop = ops::loop_for(ufunc, dtype);
      if (loop < 0) continue;
      const ops::Loop& types = ops::loops(ufunc)[static_cast<std::size_t>(loop)];
      if (types.types[0] != dtype) continue;
      const lib::KernelSet& kernels = lib::kernel(ufunc, loop);
      fast_loops[static_cast<std::size_t>(u)][static_cast<std::size_t>(d)] = {kernels.contiguous,
                                                                              kernels.left_scalar,
                                                                              kernels.right_scalar,
                                                                              types.types[info.inputs],
                                                                              static_cast<std::int16_t>(loop),
                                                                              lib::errors_of_loop(ufunc, types)};
    }
  }
}

}  // namespace rooftop::python
