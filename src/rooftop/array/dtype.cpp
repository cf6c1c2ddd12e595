// The table behind dtype.h.
#include "rooftop/array/dtype.h"

#include <array>

namespace rooftop::array {
namespace {

struct Row {
  std::string_view name;
  std::string_view short_name;
};

constexpr std::array<Row, kDTypeCount> kRows{{
    {"bool", "bool"},
    {"int8", "i8"},
    {"int16", "i16"},
    {"int32", "i32"},
    {"int64", "i64"},
    {"uint8", "u8"},
    {"uint16", "u16"},
    {"uint32", "u32"},
    {"uint64", "u64"},
    {"float16", "f16"},
    {"bfloat16", "bf16"},
    {"float32", "f32"},
    {"float64", "f64"},
    {"complex64", "c64"},
    {"complex128", "c128"},
}};

const Row& row(DType dtype) { return kRows[static_cast<std::size_t>(dtype)]; }

template <std::string_view Row::*Name>
std::optional<DType> find(std::string_view name) {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    const std::string_view known = kRows[i].*Name;  // names of one length differ in their last characters
    if (known.size() == name.size() && known.back() == name.back() && known == name) return static_cast<DType>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(DType dtype) { return row(dtype).name; }
std::string_view short_name_of(DType dtype) { return row(dtype).short_name; }
std::optional<DType> dtype_from_name(std::string_view name) { return find<&Row::name>(name); }
std::optional<DType> dtype_from_short_name(std::string_view name) { return find<&Row::short_name>(name); }
int bits_of(DType dtype) { return dtype == DType::Bool ? 1 : static_cast<int>(8 * size_of(dtype)); }

}  // namespace rooftop::array
