// Resolution of types and shapes, and the call of the engine.
#include "rooftop/api/detail/ufunc_call.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "rooftop/api/detail/numbers.h"
#include "rooftop/api/detail/storage.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/lib/elementwise.h"

namespace rooftop::detail {
namespace {

using array::Extents;
using array::View;
using ops::Ufunc;

// One call on its way: types, then lengths, then memory.
class Call {
 public:
  Call(Ufunc ufunc, const Operand* const* inputs, const UfuncOptions& options)
      : ufunc_(ufunc), info_(ops::info(ufunc)), given_(inputs), options_(options) {}

  void run(Array* results) {
    find_loop();
    find_shape();
    if (ufunc_ == Ufunc::power && array::is_signed(type(0)) && shape_has_elements()) refuse_negative_exponents();
    find_outputs(results);
    separate_memory();
    compute();
  }

 private:
  const Array& out(int i) const { return i == 0 ? options_.out : options_.second_out; }
  array::DType type(int operand) const { return types_->types[static_cast<std::size_t>(operand)]; }

  void find_loop() {
    lib::OperandType types[ops::kMaxOperands];
    for (int i = 0; i < info_.inputs; ++i) types[i] = type_of(*given_[i]);
    std::optional<array::DType> dtype;
    if (options_.dtype) dtype = inner(*options_.dtype);
    auto found = lib::find_types(ufunc_, {types, info_.inputs}, dtype, inner(options_.casting));
    // Integers that the type does not hold still compare and are true or false: as the numbers that they are.
    if (found && (info_.is_comparison() || ops::is_logical(ufunc_)) && array::is_integer(found->promoted)) {
      bool any = false;
      for (int i = 0; i < info_.inputs; ++i) {
        if (types[i].weak != array::Weak::Int || fits(*given_[i], found->promoted)) continue;
        types[i] = {default_type(*given_[i]), array::Weak::None};
        any = true;
      }
      if (any) found = lib::find_types(ufunc_, {types, info_.inputs}, dtype, inner(options_.casting));
    }
    if (!found) refuse_types();
    loop_ = found->loop;
    types_ = &ops::loops(ufunc_)[static_cast<std::size_t>(loop_)];
    for (int i = 0; i < info_.inputs; ++i) inputs_[i].settle(*given_[i], type(i));
    for (int i = 0; i < info_.outputs; ++i) {
      if (out(i).is_null()) continue;
      const array::DType wanted = inner(out(i).dtype());
      if (!array::can_cast(type(info_.inputs + i), wanted, inner(options_.casting))) {
        throw TypeError(std::string(info_.name) + ": the result, " +
                        std::string(array::name_of(type(info_.inputs + i))) + ", cannot be written to an array of " +
                        std::string(array::name_of(wanted)) + " under casting rule '" +
                        std::string(array::name_of(inner(options_.casting))) + "'");
      }
    }
  }

  [[noreturn]] void refuse_types() const {
    std::string text;
    for (int i = 0; i < info_.inputs; ++i) {
      text += (i == 0 ? "" : " and ") + std::string(array::name_of(default_type(*given_[i])));
    }
    if (options_.dtype) text += " to be computed as " + std::string(name_of(*options_.dtype));
    throw TypeError(std::string(info_.name) + " is not defined for " + text);
  }

  void find_shape() {
    View views[ops::kMaxOperands + 1];
    std::size_t count = 0;
    for (int i = 0; i < info_.inputs; ++i) views[count++] = inputs_[i].view();
    if (!options_.where.is_null()) {
      where_ = view_of(options_.where);
      if (where_.dtype != array::DType::Bool) throw TypeError("`where` must be an array of bool");
      views[count++] = where_;
    }
    shape_.rank = 0;
    broadcast_all(shape_, {views, count});
    const Extents wanted(shape_.lengths());
    for (int i = 0; i < info_.outputs; ++i) {
      if (out(i).is_null()) continue;
      if (!array::broadcasts_to(wanted.lengths(), out(i).shape())) {
        throw ShapeError("an output of shape " + shape_text(out(i).shape()) + " does not take a result of shape " +
                         shape_text(wanted.lengths()));
      }
      array::broadcast_shape(shape_, out(i).shape());
    }
  }

  bool shape_has_elements() const {
    const auto lengths = shape_.lengths();
    return std::find(lengths.begin(), lengths.end(), 0) == lengths.end();
  }
  void refuse_negative_exponents() const {
    if (lib::has_negative(inputs_[1].view())) {
      throw ValueError("integers to negative integer powers are not allowed");
    }
  }

  void find_outputs(Array* results) {
    for (int i = 0; i < info_.outputs; ++i) {
      if (out(i).is_null()) {
        results[i] = new_output(type(info_.inputs + i));
      } else if (!out(i).is_writeable()) {
        throw ValueError("the output array is read-only");
      } else {
        results[i] = out(i);
      }
      outputs_[i] = view_of(results[i]);
    }
  }

  Array new_output(array::DType dtype) const {
    if (shape_.rank < 2) return make(dtype, shape_.lengths());
    View views[ops::kMaxOperands];
    for (int i = 0; i < info_.inputs; ++i) views[i] = inputs_[i].view();
    return make_like_inputs(dtype, {views, info_.inputs}, shape_.lengths());
  }

  // Outputs that overlap inputs other than element for element get what the inputs were before.
  void separate_memory() {
    for (int i = 0; i < info_.outputs; ++i) {
      if (out(i).is_null()) continue;
      for (int k = 0; k < info_.inputs; ++k) {
        const View input = inputs_[k].view();
        if (!array::may_overlap(outputs_[i], input) || array::same_elements(outputs_[i], input)) continue;
        inputs_[k].replace(copied(input, input.dtype, true));
      }
      if (!options_.where.is_null() && array::may_overlap(outputs_[i], where_)) {
        where_copy_ = copied(where_, where_.dtype, true);
        where_ = view_of(where_copy_);
      }
    }
  }

  void compute() {
    Extents storage[ops::kMaxOperands + 1];
    View inputs[ops::kMaxOperands];
    for (int k = 0; k < info_.inputs; ++k) {
      inputs[k] = array::broadcast_view(inputs_[k].view(), shape_.lengths(), storage[k]);
    }
    const bool has_where = !options_.where.is_null();
    View where;
    if (has_where) where = array::broadcast_view(where_, shape_.lengths(), storage[ops::kMaxOperands]);
    note_errors(lib::elementwise({.ufunc = ufunc_,
                                  .loop = loop_,
                                  .inputs = {inputs, info_.inputs},
                                  .outputs = {outputs_, info_.outputs},
                                  .where = has_where ? &where : nullptr}));
  }

  const Ufunc ufunc_;
  const ops::UfuncInfo& info_;
  const Operand* const* const given_;
  const UfuncOptions& options_;
  const ops::Loop* types_ = nullptr;
  int loop_ = -1;
  Settled inputs_[2];
  View outputs_[2];
  View where_;
  Array where_copy_;
  Extents shape_;
};

thread_local unsigned errors_of_thread = 0;

}  // namespace

void note_errors(unsigned errors) {
  if (errors != 0) errors_of_thread |= errors & ~static_cast<unsigned>(lib::kUnderflow);
}

void apply(Ufunc ufunc, const Operand* const* inputs, const UfuncOptions& options, Array* results) {
  Call(ufunc, inputs, options).run(results);
}

}  // namespace rooftop::detail

namespace rooftop {

static_assert(static_cast<unsigned>(kDivideByZero) == lib::kDivideByZero &&
              static_cast<unsigned>(kOverflow) == lib::kOverflow && static_cast<unsigned>(kInvalid) == lib::kInvalid);

unsigned float_errors() { return detail::errors_of_thread; }
void clear_float_errors() { detail::errors_of_thread = 0; }

}  // namespace rooftop
