// einsum's subscripts, "ij,jk->ik": which axes of which operands are one and the same, and which of them the result
// has.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rooftop/array/view.h"

namespace rooftop::array {

/// Operands of one call, and labels: each is a bit of a word, and strides of axes of length 2 fit into one.
inline constexpr int kMaxTerms = 16;
inline constexpr int kMaxLabels = 52;

/// The letters of one operand or of the result, as they stand.
struct Term {
  int count = 0;
  int ellipsis = -1;       ///< how many letters stand before it; -1: there is none
  char letters[kMaxRank];  // NOLINT: the first `count`
};

/// What is wrong with a text.
enum class SubscriptsFault : std::uint8_t {
  None,
  Character,       ///< one that means nothing
  Ellipsis,        ///< dots that are no ellipsis, or a second one
  TooMany,         ///< operands or letters
  UnknownInput,    ///< a letter of the result that no operand has
  RepeatedOutput,  ///< a letter that the result has twice
};

/// A text, read. Without an arrow the result has an ellipsis, if an operand has one, and the letters that appear once,
/// in alphabetical order.
struct Subscripts {
  int operands = 0;
  bool has_arrow = false;
  SubscriptsFault fault = SubscriptsFault::None;
  char faulty = 0;  ///< the character that is at fault
  Term terms[kMaxTerms];
  Term result;

  explicit Subscripts(std::string_view text);

 private:
  bool read_terms(std::string_view text);
  void check_result();
  void derive_result();
};

/// What does not fit between subscripts and operands.
enum class LabelsFault : std::uint8_t {
  None,
  Operands,  ///< another number of operands
  Rank,      ///< an operand with other axes than its term has letters
  Lengths,   ///< one label with two lengths, of one operand or neither of them 1
  Ellipsis,  ///< axes of an ellipsis that the result does not name
  TooMany,   ///< labels
};

/// The axes of all operands under one numbering: axes of ellipses first, aligned at the last, then the letters in
/// alphabetical order.
struct AxisLabels {
  LabelsFault fault = LabelsFault::None;
  int operand = 0;        ///< which is at fault
  std::int64_t found[2];  ///< NOLINT: the lengths, or the number of axes and of letters, that are at fault
  char letter = 0;        ///< whose lengths are

  int count = 0;
  std::int64_t lengths[kMaxLabels];        // NOLINT: the first `count`
  std::uint8_t axes[kMaxTerms][kMaxRank];  // NOLINT: the label of each axis of each operand
  int result_rank = 0;
  std::uint8_t result[kMaxRank];  // NOLINT

  /// None yet: whoever knows the labels without a text puts them here.
  AxisLabels() {}  // NOLINT: what is not counted is unset
  AxisLabels(const Subscripts& subscripts, std::span<const View> operands);

  /// The labels of two operands some axes of which are one and the same, and all others the result's. False where
  /// their lengths differ, and where there are too many.
  /// @pre as many axes of both, each once; no labels yet
  bool pair(const View& left, std::span<const int> left_axes, const View& right, std::span<const int> right_axes);

 private:
  bool fail(LabelsFault what, int at, std::int64_t one = 0, std::int64_t other = 0);
  bool number_labels(const Subscripts& subscripts, std::span<const View> operands, std::uint8_t* numbers);
  bool name_axes(const Term& term, const View& operand, int at, const std::uint8_t* numbers);

  int dots_ = 0;  ///< axes of the longest ellipsis
};

}  // namespace rooftop::array
