// The mapping of element types to LLVM's.
#include "rooftop/backend/llvm/types.h"

#include "rooftop/base/errors.h"

namespace rooftop::backend::llvm {
namespace {

ll::Type* element_type(ll::LLVMContext& context, ir::DType dtype, unsigned bool_bits) {
  switch (array::part_of(dtype)) {
    case ir::DType::Bool:
      return ll::Type::getIntNTy(context, bool_bits);
    case ir::DType::F16:
    case ir::DType::BF16:
      return ll::Type::getInt16Ty(context);  // their bits: nothing but conversions looks into them
    case ir::DType::F32:
      return ll::Type::getFloatTy(context);
    case ir::DType::F64:
      return ll::Type::getDoubleTy(context);
    case ir::DType::I8:
    case ir::DType::I16:
    case ir::DType::I32:
    case ir::DType::I64:
    case ir::DType::U8:
    case ir::DType::U16:
    case ir::DType::U32:
    case ir::DType::U64:
      return ll::Type::getIntNTy(context, static_cast<unsigned>(array::bits_of(dtype)));
    case ir::DType::C64:
    case ir::DType::C128:
      break;
  }
  ROOFTOP_UNREACHABLE("a complex type is made of its parts");
}

}  // namespace

ll::Type* register_type(ll::LLVMContext& context, const ir::Type& type) {
  ROOFTOP_CHECK(type.is_scalar());
  ll::Type* element = element_type(context, type.dtype(), 1);
  return type.is_vector() ? ll::FixedVectorType::get(element, static_cast<unsigned>(type.lanes())) : element;
}

ll::Type* memory_type(ll::LLVMContext& context, ir::DType dtype) { return element_type(context, dtype, 8); }

SmallVector<ll::Type*, 8> component_types(ll::LLVMContext& context, const ir::Type& type) {
  SmallVector<ll::Type*, 8> types;
  if (type.is_array()) {
    types.push_back(ll::PointerType::getUnqual(context));
    types.append(static_cast<std::size_t>(type.rank() + open_strides(type)), ll::Type::getInt64Ty(context));
  } else if (type.is_scalar()) {
    types.append(array::is_complex(type.dtype()) ? 2 : 1, register_type(context, type));
  }
  return types;
}

int open_strides(const ir::Type& array) {
  switch (array.layout()) {
    case ir::Layout::Strided:
      return array.rank();
    case ir::Layout::Inner:
      return array.rank() > 0 ? array.rank() - 1 : 0;
    case ir::Layout::C:
      return 0;
  }
  ROOFTOP_UNREACHABLE("layout");
}

}  // namespace rooftop::backend::llvm
