// Calls of kernels: arguments are checked and packed, results unpacked, what was raised becomes an exception.
#include <cstring>
#include <new>
#include <string>

#include "rooftop/api/compiler/program.h"
#include "rooftop/api/creation.h"
#include "rooftop/api/detail/numbers.h"
#include "rooftop/api/detail/storage.h"
#include "rooftop/array/cast.h"
#include "rooftop/ir/literal.h"
#include "rooftop/runtime/context.h"
#include "rooftop/runtime/raised_message.h"

namespace rooftop {
namespace {

using array::View;

/// Arguments in the slots of backend::Entry.
class Pack {
 public:
  explicit Pack(const std::string& signature) : signature_(signature) {}

  void add(const ir::Var& parameter, const Operand& argument) {
    name_ = &parameter->name;
    parameter->type.is_array() ? add_array(parameter->type, argument) : add_scalar(parameter->type.dtype(), argument);
  }
  const std::int64_t* slots() const { return slots_.data(); }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw TypeError("argument %" + *name_ + " of " + signature_ + " " + why);
  }

  void add_array(const ir::Type& type, const Operand& argument) {
    if (!argument.is_array()) refuse("must be an array");
    const Array& given = argument.array();
    const View view = detail::view_of(given);
    if (view.dtype != type.dtype()) refuse("is an array of " + std::string(array::name_of(view.dtype)));
    if (view.rank != type.rank()) refuse("has shape " + detail::shape_text(view.lengths()));
    const auto item = static_cast<std::int64_t>(array::size_of(view.dtype));
    if (type.layout() == ir::Layout::C && !given.is_row_major()) refuse("must be contiguous()");
    if (type.layout() == ir::Layout::Inner && view.strides[view.rank - 1] != item) {
      refuse("must have neighbours side by side along its last axis");
    }
    if (!array::is_aligned(view)) refuse("is not aligned");
    if (!type.read_only() && !given.is_writeable()) refuse("is read-only");
    slots_.push_back(reinterpret_cast<std::int64_t>(view.data));
    slots_.insert(slots_.end(), view.shape, view.shape + view.rank);
    slots_.insert(slots_.end(), view.strides, view.strides + view.rank);
  }

  void add_scalar(array::DType dtype, const Operand& argument) {
    alignas(16) char value[16] = {};
    const lib::OperandType type = detail::type_of(argument);
    if (argument.is_array()) {
      const View view = detail::view_of(argument.array());
      if (view.rank > 0) refuse("has shape " + detail::shape_text(view.lengths()));
      if (!array::can_cast(view.dtype, dtype, array::Casting::Safe)) {
        refuse("is of " + std::string(array::name_of(view.dtype)));
      }
      array::cast_loop(view.dtype, dtype)(value, 0, view.data, 0, 1);
    } else {
      if (array::promote_weak(dtype, type.weak) != dtype) {
        refuse("is of " + std::string(array::name_of(detail::default_type(argument))));
      }
      detail::write_number(argument, dtype, value);
    }
    push(dtype, value);
  }

  void push(array::DType dtype, const char* value) {
    const std::size_t size = array::size_of(dtype);
    if (array::is_complex(dtype)) {
      std::memcpy(&slots_.emplace_back(0), value, size / 2);
      std::memcpy(&slots_.emplace_back(0), value + size / 2, size / 2);
      return;
    }
    std::int64_t& slot = slots_.emplace_back(0);
    if (array::is_integer(dtype)) {  // extended to the whole slot
      const array::DType wide = array::is_signed(dtype) ? array::DType::I64 : array::DType::U64;
      array::cast_loop(dtype, wide)(reinterpret_cast<char*>(&slot), 0, value, 0, 1);
    } else {
      std::memcpy(&slot, value, size);
    }
  }

  const std::string& signature_;
  const std::string* name_ = nullptr;
  std::vector<std::int64_t> slots_;
};

std::size_t slots_of(const ir::Type& type) {
  if (type.is_array()) return 1 + 2 * static_cast<std::size_t>(type.rank());
  return array::is_complex(type.dtype()) ? 2 : 1;
}

Array number_from(array::DType dtype, const std::int64_t* slots) {
  const Array result = detail::make(dtype, std::span<const std::int64_t>());
  const std::size_t size = array::size_of(dtype);
  char* const to = result.raw_block()->data;
  const bool is_complex = array::is_complex(dtype);
  std::memcpy(to, slots, is_complex ? size / 2 : size);
  if (is_complex) std::memcpy(to + size / 2, slots + 1, size / 2);
  return result;
}

/// An array that a kernel returns is part of an argument.
Array view_from(const ir::Type& type, const std::int64_t* slots, std::span<const Operand> arguments) {
  const View view{reinterpret_cast<char*>(slots[0]), type.dtype(), type.rank(), slots + 1, slots + 1 + type.rank()};
  const array::Bounds inner = array::bounds_of(view);
  for (const Operand& argument : arguments) {
    if (!argument.is_array() || detail::inner(argument.array().dtype()) != type.dtype()) continue;
    const array::Bounds outer = array::bounds_of(detail::view_of(argument.array()));
    if (inner.begin < outer.begin || inner.end > outer.end) continue;
    return detail::make_view(view, argument.array(), argument.array().is_writeable() && !type.read_only());
  }
  throw TypeError("a kernel returned an array that is no part of its arguments");
}

std::string float_text(double value) { return ir::float_literal(value); }

[[noreturn]] void raise(const backend::KernelContext& context) {
  const backend::Site& site = *context.error;
  if (site.kind == ExceptionKind::MemoryError) throw std::bad_alloc();
  throw KernelError(runtime::raised_message(site, context.arguments, float_text), std::string(name_of(site.kind)),
                    site.line);
}

}  // namespace

std::vector<Array> Kernel::call(std::span<const Operand> arguments) const {
  const ir::Function& function = program_->source.entry();
  if (arguments.size() != function.parameters.size()) {
    throw TypeError(program_->signature + " takes " + std::to_string(function.parameters.size()) + " arguments, not " +
                    std::to_string(arguments.size()));
  }
  Pack pack(program_->signature);
  for (std::size_t i = 0; i < arguments.size(); ++i) pack.add(function.parameters[i], arguments[i]);
  std::size_t count = 0;
  for (const ir::Type& type : function.results) count += slots_of(type);
  std::vector<std::int64_t> slots(count + 1);
  backend::KernelContext context;
  runtime::enter(context);
  const std::int32_t status = program_->code->entry()(&context, pack.slots(), slots.data());
  if (status == backend::kRaised) raise(context);
  if (status != backend::kOk) throw Error("the kernel was interrupted");
  std::vector<Array> results;
  const std::int64_t* at = slots.data();
  for (const ir::Type& type : function.results) {
    results.push_back(type.is_array() ? view_from(type, at, arguments) : number_from(type.dtype(), at));
    at += slots_of(type);
  }
  return results;
}

}  // namespace rooftop
