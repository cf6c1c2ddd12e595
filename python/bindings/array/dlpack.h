// The structures of DLPack 1, by which array libraries hand each other memory: dmlc.github.io/dlpack. Layouts are the
// specification's.
#pragma once

#include <cstdint>
#include <optional>

#include "rooftop/array/dtype.h"
#include "rooftop/array/view.h"

namespace rooftop::python::dlpack {

enum DeviceKind : std::int32_t { kCpu = 1, kCudaHost = 3, kRocmHost = 11, kCudaManaged = 13 };
enum TypeCode : std::uint8_t { kInt = 0, kUint = 1, kFloat = 2, kBfloat = 4, kComplex = 5, kBool = 6 };

struct Device {
  std::int32_t kind;
  std::int32_t id;
};

struct ElementType {
  std::uint8_t code;
  std::uint8_t bits;
  std::uint16_t lanes;
};

struct Tensor {
  char* data;
  Device device;
  std::int32_t rank;
  ElementType type;
  std::int64_t* shape;
  std::int64_t* strides;  ///< in elements; null: row-major
  std::uint64_t byte_offset;
};

/// Before version 1: nobody may write.
struct Managed {
  /// Of capsules, before and after somebody took what is in them.
  static constexpr const char* kName = "dltensor";
  static constexpr const char* kUsedName = "used_dltensor";

  Tensor tensor;
  void* context;
  void (*deleter)(Managed* self);
};

struct Version {
  std::uint32_t major;
  std::uint32_t minor;
};

inline constexpr Version kVersion = {1, 0};
inline constexpr std::uint64_t kReadOnly = 1;
inline constexpr std::uint64_t kCopied = 2;

struct ManagedVersioned {
  static constexpr const char* kName = "dltensor_versioned";
  static constexpr const char* kUsedName = "used_dltensor_versioned";

  Version version;
  void* context;
  void (*deleter)(ManagedVersioned* self);
  std::uint64_t flags;
  Tensor tensor;
};

ElementType type_of(array::DType dtype);
/// Nothing for types that arrays do not hold.
std::optional<array::DType> dtype_of(ElementType type);
/// Whether the strides are whole elements, as a tensor's are.
bool is_expressible(const array::View& view);

}  // namespace rooftop::python::dlpack
