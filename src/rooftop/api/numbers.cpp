// Numbers that become elements.
#include "rooftop/api/detail/numbers.h"

#include <limits>
#include <string>

#include "rooftop/api/detail/storage.h"
#include "rooftop/array/cast.h"

namespace rooftop::detail {
namespace {

using array::DType;
using array::Weak;

template <typename T>
void write(const T& value, DType from, DType to, char* place) {
  array::cast_loop(from, to)(place, 0, reinterpret_cast<const char*>(&value), 0, 1);
}

void write_integer(const Operand& operand, DType dtype, char* to) {
  const bool is_unsigned = operand.kind() == Operand::Kind::UInt;
  if (array::is_integer(dtype) && !fits(operand, dtype)) {
    const std::string text =
        is_unsigned ? std::to_string(static_cast<std::uint64_t>(operand.integer())) : std::to_string(operand.integer());
    throw OverflowError("integer " + text + " is out of bounds for " + std::string(array::name_of(dtype)));
  }
  write(operand.integer(), is_unsigned ? DType::U64 : DType::I64, dtype, to);
}

}  // namespace

lib::OperandType type_of(const Operand& operand) {
  switch (operand.kind()) {
    case Operand::Kind::Array:
      return {inner(operand.array().dtype()), Weak::None};
    case Operand::Kind::Bool:
      return {DType::Bool, Weak::None};
    case Operand::Kind::Int:
    case Operand::Kind::UInt:
      return {DType::I64, Weak::Int};
    case Operand::Kind::Float:
      return {DType::F64, Weak::Float};
    case Operand::Kind::Complex:
      break;
  }
  return {DType::C128, Weak::Complex};
}

DType default_type(const Operand& operand) {
  const bool is_huge = operand.kind() == Operand::Kind::UInt && operand.integer() < 0;
  return is_huge ? DType::U64 : type_of(operand).dtype;
}

bool fits(const Operand& operand, DType dtype) {
  const std::int64_t value = operand.integer();
  const int bits = array::bits_of(dtype);
  if (operand.kind() == Operand::Kind::UInt || value >= 0) {
    const int room = array::is_signed(dtype) ? bits - 1 : bits;
    return room == 64 || static_cast<std::uint64_t>(value) >> room == 0;
  }
  return array::is_signed(dtype) && value >= std::numeric_limits<std::int64_t>::min() >> (64 - bits);
}

void write_number(const Operand& operand, DType dtype, char* to) {
  switch (operand.kind()) {
    case Operand::Kind::Bool: {
      const bool value = operand.integer() != 0;
      return write(value, DType::Bool, dtype, to);
    }
    case Operand::Kind::Int:
    case Operand::Kind::UInt:
      return write_integer(operand, dtype, to);
    case Operand::Kind::Float:
      return write(operand.real(), DType::F64, dtype, to);
    case Operand::Kind::Complex: {
      if (!array::is_complex(dtype)) {
        throw TypeError("a complex number is no " + std::string(array::name_of(dtype)));
      }
      const double parts[] = {operand.real(), operand.imag()};
      return write(parts, DType::C128, dtype, to);
    }
    case Operand::Kind::Array:
      break;
  }
}

const array::View& Settled::settle(const Operand& operand, DType dtype) {
  if (operand.is_array()) {
    view_ = view_of(operand.array());
  } else {
    write_number(operand, operand.kind() == Operand::Kind::Bool ? DType::Bool : dtype, value_);
    view_ = {value_, operand.kind() == Operand::Kind::Bool ? DType::Bool : dtype, 0, nullptr, nullptr};
  }
  return view_;
}

void Settled::replace(Array with) {
  kept_ = std::move(with);
  view_ = view_of(kept_);
}

}  // namespace rooftop::detail
