// Python-level types: what a value is to the user (a Python int, a NumPy int32, a view, a tuple of these), as opposed
// to the ir's types, which only say how it is stored. Printed and parsed as signature text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rooftop/ir/type.h"

namespace rooftop::frontend {

using array::DType;

enum class PyKind : std::uint8_t {
  Never,  ///< no value: the type of code that cannot be reached
  None,
  Bool,  ///< Python's bool, int, float, complex
  Int,
  Float,
  Complex,
  NumPy,  ///< a NumPy scalar of dtype()
  Array,
  Computed,  ///< an array expression that is not stored yet
  Tuple,
  String,  ///< a constant known when compiling
  Entity,  ///< a module, function, builtin, type, range, …: known when compiling, not storable
};

/// Whose indexing rules an array follows and what its elements are when read.
enum class Flavour : std::uint8_t {
  NumPy,       ///< elements are NumPy scalars
  MemoryView,  ///< elements are Python scalars; slices are views
  ArrayArray,  ///< elements are Python scalars; slices would copy
  Bytes,       ///< likewise, never written
  ByteArray,   ///< likewise
};

class PyType {
 public:
  PyType() = default;
  explicit PyType(PyKind kind) : kind_(kind) {}
  static PyType numpy(DType dtype);
  static PyType array(DType dtype, int rank, ir::Layout layout, bool read_only, Flavour flavour);
  static PyType computed(DType dtype, int rank);
  static PyType tuple(std::vector<PyType> items);
  static PyType string(std::string text);

  PyKind kind() const { return kind_; }
  bool is(PyKind k) const { return kind_ == k; }
  DType dtype() const { return dtype_; }  ///< NumPy, Array; for Python scalars the storage type
  int rank() const { return rank_; }
  ir::Layout layout() const { return layout_; }
  bool read_only() const { return read_only_; }
  bool owned() const { return owned_; }  ///< Array: it comes with an owner, whose references are counted
  Flavour flavour() const { return flavour_; }
  const std::vector<PyType>& items() const { return items_; }
  const std::string& text() const { return text_; }  ///< String

  bool is_python_number() const { return kind_ >= PyKind::Bool && kind_ <= PyKind::Complex; }
  bool is_number() const { return is_python_number() || kind_ == PyKind::NumPy; }
  /// Integer-like as an index: bool, int, NumPy integers.
  bool is_integer() const;

  /// The same type of an array with or without an owner.
  PyType with_owner(bool owned) const;

  /// How one value is stored. Numbers and arrays only.
  ir::Type storage() const;

  bool operator==(const PyType&) const = default;

 private:
  PyKind kind_ = PyKind::Never;
  DType dtype_ = DType::Bool;
  std::uint8_t rank_ = 0;
  ir::Layout layout_ = ir::Layout::Strided;
  bool read_only_ = false;
  bool owned_ = false;
  Flavour flavour_ = Flavour::NumPy;
  std::vector<PyType> items_;
  std::string text_;
};

/// As the user would name it: `int`, `np.float32`, `array(float64, 2, C)`, `tuple(int, float)`.
std::string to_string(const PyType& type);

/// Parses one type of signature text; throws InternalError on malformed text (the bindings write it).
PyType parse_type(std::string_view text);
/// Parses a whole signature: `(array(float64, 2, C), int)`.
std::vector<PyType> parse_signature(std::string_view text);

/// NumPy's type of a binary operation's operands (NEP 50). Python scalars are weak; both must be numbers.
PyType promote(const PyType& a, const PyType& b);
/// NumPy's promotion of two element types.
DType promote(DType a, DType b);

/// The type of a variable that is `a` on one path and `b` on another, or nothing when no value type holds both.
std::optional<PyType> join(const PyType& a, const PyType& b);

}  // namespace rooftop::frontend
