// The tokenizer. Byte columns, one token of lookahead in characters.
#include "rooftop/ir/lexer.h"

#include <array>
#include <charconv>

#include "rooftop/base/errors.h"
#include "rooftop/ir/literal.h"

namespace rooftop::ir {
namespace {

// Longer ones first, so that the first match is the longest.
constexpr auto kSigns = std::to_array<std::string_view>(
    {":=", "==", "!=", "<=", ">=", "<<", ">>", "..", "->", "+", "-", "*", "/", "&", "|", "^", "~",
     "!",  "<",  ">",  "=",  "(",  ")",  "[",  "]",  "{",  "}", ",", ";", ":", ".", "#", "@"});

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

int hex_value(char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

class Lexer {
 public:
  Lexer(std::string_view text, std::string_view file) : text_(text), file_(intern(file)) {}

  std::vector<Token> run() {
    while (skip_blank()) token();
    emit(TokenKind::End, "", position_);
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0'; }
  bool skip_blank();
  void token();
  void string();
  void number();
  std::string dotted_name();
  void emit(TokenKind kind, std::string text, std::size_t start);
  [[noreturn]] void fail(const std::string& message) const;

  std::string_view text_;
  const std::string* file_;
  std::size_t position_ = 0;
  std::size_t line_start_ = 0;
  std::int32_t line_ = 1;
  bool fresh_line_ = true;
  std::vector<Token> tokens_;
};

void Lexer::fail(const std::string& message) const {
  const auto column = static_cast<std::int32_t>(position_ - line_start_);
  throw CompileError({file_, line_, column, line_, column + 1}, message);
}

void Lexer::emit(TokenKind kind, std::string text, std::size_t start) {
  const auto column = static_cast<std::int32_t>(start - line_start_);
  const auto end = static_cast<std::int32_t>(position_ - line_start_);
  tokens_.push_back({kind, std::move(text), {file_, line_, column, line_, end}, fresh_line_});
  fresh_line_ = false;
}

/// False at the end of the text.
bool Lexer::skip_blank() {
  while (position_ < text_.size()) {
    const char c = peek();
    if (c == '\n') {
      ++line_;
      line_start_ = position_ + 1;
      fresh_line_ = true;
    } else if (c == '/' && peek(1) == '/') {
      while (position_ + 1 < text_.size() && peek(1) != '\n') ++position_;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      return true;
    }
    ++position_;
  }
  return false;
}

/// A name with points inside, up to a `.shape` or `.strides`, which are properties.
std::string Lexer::dotted_name() {
  const std::size_t start = position_;
  while (is_name_character(peek())) ++position_;
  while (peek() == '.' && is_name_character(peek(1))) {
    std::size_t end = position_ + 1;
    while (end < text_.size() && is_name_character(text_[end])) ++end;
    const std::string_view part = text_.substr(position_ + 1, end - position_ - 1);
    if (part == "shape" || part == "strides") break;
    position_ = end;
  }
  return std::string(text_.substr(start, position_ - start));
}

void Lexer::string() {
  const std::size_t start = position_++;
  std::string value;
  while (peek() != '"') {
    if (position_ >= text_.size() || peek() == '\n') fail("string without its closing quote");
    if (peek() != '\\') {
      value += text_[position_++];
      continue;
    }
    ++position_;
    if (peek() == 'x' && is_hex_digit(peek(1)) && is_hex_digit(peek(2))) {
      value += static_cast<char>(16 * hex_value(peek(1)) + hex_value(peek(2)));
      position_ += 3;
    } else if (peek() == 'n' || peek() == '"' || peek() == '\\') {
      value += peek() == 'n' ? '\n' : peek();
      ++position_;
    } else {
      fail("unknown escape in a string");
    }
  }
  ++position_;
  emit(TokenKind::String, std::move(value), start);
}

void Lexer::number() {
  const std::size_t start = position_;
  const bool hex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
  if (hex) position_ += 2;
  const auto digits = [&] {
    while (hex ? is_hex_digit(peek()) : is_digit(peek())) ++position_;
  };
  bool real = false;
  digits();
  if (peek() == '.' && (hex ? is_hex_digit(peek(1)) : is_digit(peek(1)))) {
    real = true;
    ++position_;
    digits();
  }
  const char exponent = static_cast<char>(peek() | 0x20);
  const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
  if (exponent == (hex ? 'p' : 'e') && is_digit(peek(1 + sign))) {
    real = true;
    position_ += 1 + sign;
    while (is_digit(peek())) ++position_;
  }
  if (is_name_character(peek())) fail("malformed number");
  emit(real ? TokenKind::Float : TokenKind::Integer, std::string(text_.substr(start, position_ - start)), start);
}

void Lexer::token() {
  const std::size_t start = position_;
  const char c = peek();
  if (c == '"') return string();
  if (is_digit(c)) return number();
  if (c == '%' && is_name_character(peek(1))) {
    ++position_;
    std::string name = dotted_name();
    return emit(TokenKind::Variable, std::move(name), start);
  }
  if (c == '@' && is_name_character(peek(1)) && !is_digit(peek(1))) {
    ++position_;
    while (is_name_character(peek()) || (peek() == '.' && is_name_character(peek(1)))) ++position_;
    return emit(TokenKind::Symbol, std::string(text_.substr(start + 1, position_ - start - 1)), start);
  }
  if (is_name_character(c)) {
    while (is_name_character(peek())) ++position_;
    return emit(TokenKind::Word, std::string(text_.substr(start, position_ - start)), start);
  }
  for (const std::string_view sign : kSigns) {
    if (text_.substr(position_, sign.size()) != sign) continue;
    position_ += sign.size();
    return emit(TokenKind::Sign, std::string(sign), start);
  }
  fail(std::string("unexpected character '") + c + "'");
}

}  // namespace

std::vector<Token> tokenize(std::string_view text, std::string_view file_name) { return Lexer(text, file_name).run(); }

const Token& TokenCursor::peek(std::size_t ahead) const {
  return tokens_[position_ + ahead < tokens_.size() ? position_ + ahead : tokens_.size() - 1];
}

const Token& TokenCursor::next() {
  const Token& token = peek();
  if (position_ + 1 < tokens_.size()) ++position_;
  return token;
}

void TokenCursor::fail(const std::string& message) const { throw CompileError(peek().location, message); }

bool TokenCursor::take_sign(std::string_view sign) {
  if (!at_sign(sign)) return false;
  next();
  return true;
}

bool TokenCursor::take_word(std::string_view word) {
  if (!at_word(word)) return false;
  next();
  return true;
}

void TokenCursor::expect_sign(std::string_view sign) {
  if (!take_sign(sign)) fail("expected '" + std::string(sign) + "' before '" + peek().text + "'");
}

void TokenCursor::expect_word(std::string_view word) {
  if (!take_word(word)) fail("expected '" + std::string(word) + "' before '" + peek().text + "'");
}

std::string TokenCursor::expect(TokenKind kind, std::string_view what) {
  if (!at(kind)) fail("expected " + std::string(what) + " before '" + peek().text + "'");
  return next().text;
}

std::int64_t TokenCursor::expect_integer(std::string_view what) {
  const bool negative = take_sign("-");
  if (!at(TokenKind::Integer)) fail("expected " + std::string(what) + " before '" + peek().text + "'");
  const std::string& text = peek().text;
  std::uint64_t magnitude = 0;
  const bool hex = text.size() > 2 && (text[1] == 'x' || text[1] == 'X');
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + (hex ? 2 : 0), end, magnitude, hex ? 16 : 10);
  const std::uint64_t limit = (std::uint64_t{1} << 63) - (negative ? 0 : 1);
  if (error != std::errc() || stop != end || magnitude > limit) fail("integer out of range");
  next();
  return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

}  // namespace rooftop::ir
