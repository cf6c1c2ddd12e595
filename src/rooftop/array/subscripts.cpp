// Reads a text letter by letter, then gives every axis its label.
#include "rooftop/array/subscripts.h"

#include <algorithm>
#include <bit>

namespace rooftop::array {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Letters by their place in alphabetical order, capitals first.
constexpr int kLetters = 52;
int place_of(char letter) { return letter <= 'Z' ? letter - 'A' : letter - 'a' + 26; }
char letter_at(int place) { return static_cast<char>(place < 26 ? 'A' + place : 'a' + place - 26); }
std::uint64_t bit_of(char letter) { return std::uint64_t{1} << place_of(letter); }

bool has(const Term& term, char letter) {
  return std::find(term.letters, term.letters + term.count, letter) != term.letters + term.count;
}

}  // namespace

Subscripts::Subscripts(std::string_view text) {
  if (!read_terms(text)) return;
  has_arrow ? check_result() : derive_result();
}

bool Subscripts::read_terms(std::string_view text) {
  const auto fail = [this](SubscriptsFault what, char c) {
    fault = what;
    faulty = c;
    return false;
  };
  Term* term = &terms[operands++];
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ') continue;
    if (is_letter(c)) {
      if (term->count == kMaxRank) return fail(SubscriptsFault::TooMany, c);
      term->letters[term->count++] = c;
    } else if (c == ',' && !has_arrow) {
      if (operands == kMaxTerms) return fail(SubscriptsFault::TooMany, c);
      term = &terms[operands++];
    } else if (c == '-' && text.substr(i, 2) == "->" && !has_arrow) {
      has_arrow = true;
      term = &result;
      ++i;
    } else if (c == '.') {
      if (text.substr(i, 3) != "..." || term->ellipsis >= 0) return fail(SubscriptsFault::Ellipsis, c);
      term->ellipsis = term->count;
      i += 2;
    } else {
      return fail(SubscriptsFault::Character, c);
    }
  }
  return true;
}

void Subscripts::check_result() {
  for (int i = 0; i < result.count; ++i) {
    const char c = result.letters[i];
    if (std::none_of(terms, terms + operands, [c](const Term& term) { return has(term, c); })) {
      fault = SubscriptsFault::UnknownInput;
    } else if (std::count(result.letters, result.letters + result.count, c) > 1) {
      fault = SubscriptsFault::RepeatedOutput;
    } else {
      continue;
    }
    faulty = c;
    return;
  }
}

void Subscripts::derive_result() {
  std::uint64_t seen = 0, repeated = 0;
  for (int k = 0; k < operands; ++k) {
    if (terms[k].ellipsis >= 0) result.ellipsis = 0;
    for (int i = 0; i < terms[k].count; ++i) {
      const std::uint64_t letter = bit_of(terms[k].letters[i]);
      repeated |= seen & letter;
      seen |= letter;
    }
  }
  for (std::uint64_t once = seen & ~repeated; once != 0; once &= once - 1) {
    result.letters[result.count++] = letter_at(std::countr_zero(once));
  }
}

AxisLabels::AxisLabels(const Subscripts& subscripts, std::span<const View> operands) {
  if (static_cast<int>(operands.size()) != subscripts.operands) {
    fail(LabelsFault::Operands, 0, subscripts.operands, static_cast<std::int64_t>(operands.size()));
    return;
  }
  std::uint8_t numbers[kLetters];
  if (!number_labels(subscripts, operands, numbers)) return;
  for (int k = 0; k < subscripts.operands; ++k) {
    if (!name_axes(subscripts.terms[k], operands[static_cast<std::size_t>(k)], k, numbers)) return;
  }
  const Term& term = subscripts.result;
  for (int i = 0; i <= term.count; ++i) {
    if (i == term.ellipsis) {
      for (int axis = 0; axis < dots_; ++axis) result[result_rank++] = static_cast<std::uint8_t>(axis);
    }
    if (i < term.count) result[result_rank++] = numbers[place_of(term.letters[i])];
  }
}

bool AxisLabels::pair(const View& left, std::span<const int> left_axes, const View& right,
                      std::span<const int> right_axes) {
  const int shared = static_cast<int>(left_axes.size());
  if (left.rank + right.rank - shared > kMaxLabels) return false;
  for (int k = 0; k < 2; ++k) {
    const View& view = k == 0 ? left : right;
    const std::span<const int> summed = k == 0 ? left_axes : right_axes;
    for (int axis = 0; axis < view.rank; ++axis) {
      const bool is_summed = std::find(summed.begin(), summed.end(), axis) != summed.end();
      if (is_summed && k == 1) continue;
      axes[k][axis] = static_cast<std::uint8_t>(count);
      lengths[count] = view.shape[axis];
      if (!is_summed) result[result_rank++] = static_cast<std::uint8_t>(count);
      ++count;
    }
  }
  for (std::size_t i = 0; i < left_axes.size(); ++i) {
    if (left.shape[left_axes[i]] != right.shape[right_axes[i]]) return false;
    axes[1][right_axes[i]] = axes[0][left_axes[i]];
  }
  return true;
}

bool AxisLabels::fail(LabelsFault what, int at, std::int64_t one, std::int64_t other) {
  fault = what;
  operand = at;
  found[0] = one;
  found[1] = other;
  return false;
}

bool AxisLabels::number_labels(const Subscripts& subscripts, std::span<const View> operands, std::uint8_t* numbers) {
  std::uint64_t seen = 0;
  for (int k = 0; k < subscripts.operands; ++k) {
    const Term& term = subscripts.terms[k];
    const int rank = operands[static_cast<std::size_t>(k)].rank;
    if (term.ellipsis < 0 ? rank != term.count : rank < term.count) return fail(LabelsFault::Rank, k, rank, term.count);
    dots_ = std::max(dots_, rank - term.count);
    for (int i = 0; i < term.count; ++i) seen |= bit_of(term.letters[i]);
  }
  if (dots_ > 0 && subscripts.result.ellipsis < 0) return fail(LabelsFault::Ellipsis, 0);
  count = dots_;
  for (; seen != 0; seen &= seen - 1) numbers[std::countr_zero(seen)] = static_cast<std::uint8_t>(count++);
  if (count > kMaxLabels || subscripts.result.count + dots_ > kMaxRank) return fail(LabelsFault::TooMany, 0);
  std::fill_n(lengths, count, 1);
  return true;
}

bool AxisLabels::name_axes(const Term& term, const View& operand, int at, const std::uint8_t* numbers) {
  const int dots = operand.rank - term.count;
  for (int axis = 0; axis < operand.rank; ++axis) {
    const bool is_dot = term.ellipsis >= 0 && axis >= term.ellipsis && axis < term.ellipsis + dots;
    const char c = is_dot ? '.' : term.letters[term.ellipsis >= 0 && axis >= term.ellipsis ? axis - dots : axis];
    const int number = is_dot ? dots_ - dots + axis - term.ellipsis : numbers[place_of(c)];
    axes[at][axis] = static_cast<std::uint8_t>(number);
    std::int64_t& length = lengths[number];
    for (int before = 0; before < axis; ++before) {  // a diagonal's axes do not repeat
      if (axes[at][before] == number && operand.shape[before] != operand.shape[axis]) {
        letter = c;
        return fail(LabelsFault::Lengths, at, operand.shape[before], operand.shape[axis]);
      }
    }
    if (length == 1) {
      length = operand.shape[axis];
    } else if (operand.shape[axis] != 1 && operand.shape[axis] != length) {
      letter = c;
      return fail(LabelsFault::Lengths, at, length, operand.shape[axis]);
    }
  }
  return true;
}

}  // namespace rooftop::array
