// Nested brackets, element by element.
#include "rooftop/api/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <complex>
#include <ostream>

#include "rooftop/api/detail/storage.h"
#include "rooftop/array/cast.h"

namespace rooftop {
namespace {

using array::View;

constexpr std::int64_t kShown = 1000;  ///< elements up to which all are
constexpr std::int64_t kEdge = 3;      ///< of a long axis: so many at either end

template <typename T>
std::string number(T value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 64> text;
  std::string shown(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
  return shown.find_first_of(".e") == std::string::npos ? shown + "." : shown;
}

template <typename T>
T read(const View& view, const char* at) {
  T value;
  array::cast_loop(view.dtype, detail::inner(dtype_of<T>))(reinterpret_cast<char*>(&value), 0, at, 0, 1);
  return value;
}

template <typename T>
std::string complex_number(const View& view, const char* at) {
  const auto value = read<std::complex<T>>(view, at);
  const bool is_negative = std::signbit(value.imag());
  return number(value.real()) + (is_negative ? "-" : "+") + number(std::abs(value.imag())) + "j";
}

std::string element(const View& view, const char* at) {
  if (array::is_bool(view.dtype)) return *at != 0 ? "True" : "False";
  if (array::is_unsigned(view.dtype)) return std::to_string(read<std::uint64_t>(view, at));
  if (array::is_signed(view.dtype)) return std::to_string(read<std::int64_t>(view, at));
  if (view.dtype == array::DType::C64) return complex_number<float>(view, at);
  if (view.dtype == array::DType::C128) return complex_number<double>(view, at);
  return view.dtype == array::DType::F64 ? number(read<double>(view, at)) : number(read<float>(view, at));
}

std::string listed(const View& view, const char* at, int axis, bool is_long) {
  if (axis == view.rank) return element(view, at);
  std::string text = "[";
  const std::int64_t length = view.shape[axis];
  for (std::int64_t i = 0; i < length; ++i) {
    if (i > 0) text += ", ";
    if (is_long && i == kEdge && length > 2 * kEdge) {
      text += "..., ";
      i = length - kEdge;
    }
    text += listed(view, at + i * view.strides[axis], axis + 1, is_long);
  }
  return text + "]";
}

}  // namespace

std::string to_string(const Array& array) {
  if (array.is_null()) return "null";
  const View view = detail::view_of(array);
  return listed(view, view.data, 0, array.size() > kShown);
}

std::ostream& operator<<(std::ostream& stream, const Array& array) { return stream << to_string(array); }

}  // namespace rooftop
