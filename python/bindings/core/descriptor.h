// Types of arguments and results as packed words, so that finding a specialisation is a comparison of memory, and
// their text form: the signatures that the compiler reads.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ref.h"
#include "rooftop/array/dtype.h"

namespace rooftop::python {

using array::DType;

enum class Kind : std::uint8_t {
  None,
  Bool,  ///< Python's scalars
  Int,
  Float,
  Complex,
  NumPy,       ///< a NumPy scalar
  Array,       ///< a NumPy array
  Buffer,      ///< memoryview: elements are Python scalars, slices are views
  ArrayArray,  ///< array.array: elements are Python scalars, slices are copies
  Bytes,       ///< likewise, never written
  ByteArray,   ///< likewise
  Tuple,       ///< followed by its items
  String,      ///< a constant; its text stands in the list of strings
};

enum class Layout : std::uint8_t {
  C,      ///< C-contiguous
  Inner,  ///< the last dimension is contiguous
  Any,
};

/// One node of a type. A whole type is a sequence of them in prefix order.
struct Word {
  Kind kind = Kind::None;
  DType dtype = DType::Bool;
  std::uint8_t rank = 0;
  Layout layout = Layout::C;
  bool readonly = false;
  bool owned = false;       ///< results: a new array, whose owner follows
  std::uint16_t items = 0;  ///< of a tuple

  bool operator==(const Word&) const = default;
  bool is_array() const { return kind >= Kind::Array && kind <= Kind::ByteArray; }
};
static_assert(sizeof(Word) == 8);  // compared as a number: no padding

inline Word scalar_word(Kind kind) { return {.kind = kind}; }
/// As one number from the start: bytes stored one by one would have to arrive before they can be read as one.
inline Word array_word(DType dtype, int rank, Layout layout, bool readonly) {
  static_assert(std::endian::native == std::endian::little);
  const auto byte = [](auto value, int place) { return std::uint64_t{static_cast<std::uint8_t>(value)} << 8 * place; };
  return std::bit_cast<Word>(byte(Kind::Array, 0) | byte(dtype, 1) | byte(rank, 2) | byte(layout, 3) |
                             byte(readonly, 4));
}
inline Word numpy_word(DType dtype) { return {.kind = Kind::NumPy, .dtype = dtype}; }

/// How many 8-byte slots a value of this node takes, without a tuple's items. See abi.h.
inline int slots_of(Word word) {
  switch (word.kind) {
    case Kind::None:
    case Kind::Tuple:
    case Kind::String:
      return 0;
    case Kind::Complex:
      return 2;
    case Kind::NumPy:
      return array::is_complex(word.dtype) ? 2 : 1;
    case Kind::Bool:
    case Kind::Int:
    case Kind::Float:
      return 1;
    case Kind::Array:
    case Kind::Buffer:
    case Kind::ArrayArray:
    case Kind::Bytes:
    case Kind::ByteArray:
      return 1 + 2 * word.rank + (word.owned ? 1 : 0);
  }
  return 0;
}

/// Types in prefix order with the texts of their string constants, in order of appearance. The strings are owned.
struct TypeList {
  std::vector<Word> words;
  std::vector<Ref> strings;

  int slot_count() const;
};

/// `(array(float64, 2, C), int)` for several types; sets a Python exception and returns empty when a string constant
/// has no UTF-8 form.
std::string signature_text(std::span<const Word> words, std::span<PyObject* const> strings);

/// Reads one type, or for `whole_signature` a parenthesised list. Throws UserError on malformed text.
TypeList parse_types(std::string_view text, bool whole_signature);

}  // namespace rooftop::python
