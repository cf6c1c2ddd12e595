// Tokens of the ir's text, and a cursor over them that reports errors at their place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rooftop/base/source_location.h"

namespace rooftop::ir {

enum class TokenKind : std::uint8_t {
  End,
  Word,      ///< `func`, `f64x8`, `select`
  Variable,  ///< `%name`; text without the sign
  Symbol,    ///< `@name`; text without the sign. Quoted names come as the sign `@` and a String
  Integer,   ///< decimal or 0x…, without sign
  Float,     ///< with point or exponent, or a hexadecimal float; without sign
  String,    ///< text with escapes resolved
  Sign,      ///< an operator, bracket or other punctuation
};

struct Token {
  TokenKind kind = TokenKind::End;
  std::string text;
  SourceLocation location;
  bool starts_line = false;
};

/// Splits the text; `//` starts a comment. Throws CompileError at what is no token.
std::vector<Token> tokenize(std::string_view text, std::string_view file_name);

class TokenCursor {
 public:
  explicit TokenCursor(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& peek(std::size_t ahead = 0) const;
  const Token& next();
  bool at(TokenKind kind) const { return peek().kind == kind; }
  bool at_sign(std::string_view sign) const { return at(TokenKind::Sign) && peek().text == sign; }
  bool at_word(std::string_view word) const { return at(TokenKind::Word) && peek().text == word; }
  bool take_sign(std::string_view sign);
  bool take_word(std::string_view word);
  void expect_sign(std::string_view sign);
  void expect_word(std::string_view word);
  std::string expect(TokenKind kind, std::string_view what);
  std::int64_t expect_integer(std::string_view what);  ///< with an optional minus sign

  /// Throws CompileError at the current token.
  [[noreturn]] void fail(const std::string& message) const;

 private:
  std::vector<Token> tokens_;  ///< the last one is End
  std::size_t position_ = 0;
};

}  // namespace rooftop::ir
