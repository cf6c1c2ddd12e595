// Names and rules of element types, which are those of room `array`.
#include "rooftop/api/dtype.h"

#include "rooftop/api/detail/storage.h"

namespace rooftop {

static_assert(static_cast<int>(DType::Complex128) + 1 == array::kDTypeCount);
static_assert(detail::inner(DType::Int64) == array::DType::I64 && detail::inner(DType::UInt8) == array::DType::U8 &&
              detail::inner(DType::Float16) == array::DType::F16 &&
              detail::inner(DType::BFloat16) == array::DType::BF16 &&
              detail::inner(DType::Float64) == array::DType::F64 &&
              detail::inner(DType::Complex64) == array::DType::C64);
static_assert([] {
  for (int d = 0; d < array::kDTypeCount; ++d) {
    if (size_of(static_cast<DType>(d)) != array::size_of(static_cast<array::DType>(d))) return false;
  }
  return true;
}());
static_assert(detail::inner(Casting::SameKind) == array::Casting::SameKind &&
              detail::inner(Casting::Unsafe) == array::Casting::Unsafe);

std::string_view name_of(DType dtype) { return array::name_of(detail::inner(dtype)); }

bool can_cast(DType from, DType to, Casting casting) {
  return array::can_cast(detail::inner(from), detail::inner(to), detail::inner(casting));
}

DType promote_types(DType a, DType b) { return detail::outer(array::promote(detail::inner(a), detail::inner(b))); }

}  // namespace rooftop
