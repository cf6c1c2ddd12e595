// Printing and reading of signature text.
#include "descriptor.h"

#include <array>
#include <charconv>
#include <optional>

#include "rooftop/base/errors.h"

namespace rooftop::python {
namespace {

constexpr std::array<std::string_view, 13> kKindNames = {"none",      "bool",  "int",    "float",      "complex",
                                                         "np.",       "array", "buffer", "arrayarray", "bytes",
                                                         "bytearray", "tuple", "str"};
constexpr std::array<std::string_view, 3> kLayoutNames = {"C", "inner", "A"};

class Writer {
 public:
  Writer(std::span<const Word> words, std::span<PyObject* const> strings) : words_(words), strings_(strings) {}

  bool list(std::size_t count) {
    text_ += '(';
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) text_ += ", ";
      if (!type()) return false;
    }
    text_ += ')';
    return true;
  }
  bool rest() {
    text_ += '(';
    for (bool first = true; at_ < words_.size(); first = false) {
      if (!first) text_ += ", ";
      if (!type()) return false;
    }
    text_ += ')';
    return true;
  }
  std::string take() { return std::move(text_); }

 private:
  bool type() {
    Word word = words_[at_++];
    text_ += kKindNames[static_cast<std::size_t>(word.kind)];
    if (word.kind == Kind::NumPy) text_ += array::name_of(word.dtype);
    if (word.is_array()) array_details(word);
    if (word.kind == Kind::Tuple) return list(word.items);
    return word.kind != Kind::String || string();
  }
  void array_details(Word word) {
    text_ += '(';
    text_ += array::name_of(word.dtype);
    text_ += ", " + std::to_string(word.rank) + ", ";
    text_ += kLayoutNames[static_cast<std::size_t>(word.layout)];
    if (word.readonly) text_ += ", readonly";
    text_ += word.owned ? ", new)" : ")";
  }
  bool string() {
    Py_ssize_t size = 0;
    const char* utf8 = PyUnicode_AsUTF8AndSize(strings_[next_string_++], &size);
    if (utf8 == nullptr) return false;
    text_ += "('";
    for (char c : std::string_view(utf8, static_cast<std::size_t>(size))) {
      if (c == '\'' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += "')";
    return true;
  }

  std::span<const Word> words_;
  std::span<PyObject* const> strings_;
  std::size_t at_ = 0;
  std::size_t next_string_ = 0;
  std::string text_;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  void type() {
    std::string_view name = word();
    if (name.starts_with("np.")) {
      types_.words.push_back(numpy_word(dtype(name.substr(3))));
      return;
    }
    for (std::size_t i = 0; i < kKindNames.size(); ++i) {
      if (kKindNames[i] != name) continue;
      details({.kind = static_cast<Kind>(i)});
      return;
    }
    fail("there is no type '" + std::string(name) + "'");
  }
  std::size_t list() {
    std::size_t count = 0;
    expect('(');
    while (!accept(')')) {
      if (count > 0) {
        expect(',');
        if (accept(')')) break;  // Python's own (x,) is as good
      }
      type();
      ++count;
    }
    return count;
  }
  TypeList finish() {
    skip();
    if (at_ != text_.size()) fail("more text follows");
    return std::move(types_);
  }

 private:
  void details(Word word) {
    std::size_t place = types_.words.size();
    types_.words.push_back(word);
    if (word.is_array()) types_.words[place] = array_details(word);
    if (word.kind == Kind::String) string();
    if (word.kind == Kind::Tuple) types_.words[place].items = static_cast<std::uint16_t>(list());
  }
  Word array_details(Word array_word) {
    expect('(');
    array_word.dtype = dtype(word());
    expect(',');
    array_word.rank = rank(word());
    expect(',');
    array_word.layout = layout(word());
    while (accept(',')) {
      const std::string_view property = word();
      if (property != "readonly" && property != "new") fail("only 'readonly' and 'new' may follow the layout");
      (property == "new" ? array_word.owned : array_word.readonly) = true;
    }
    expect(')');
    return array_word;
  }
  void string() {
    expect('(');
    expect('\'');
    std::string value;
    while (at_ < text_.size() && text_[at_] != '\'') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      value += text_[at_++];
    }
    expect('\'');
    expect(')');
    types_.strings.emplace_back(PyUnicode_FromStringAndSize(value.data(), static_cast<Py_ssize_t>(value.size())));
    if (!types_.strings.back()) fail("the text is no UTF-8");
  }
  DType dtype(std::string_view name) {
    std::optional<DType> found = array::dtype_from_name(name);
    if (!found) fail("there is no element type '" + std::string(name) + "'");
    return *found;
  }
  std::uint8_t rank(std::string_view digits) {
    std::uint8_t value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) fail("a number of dimensions must follow");
    return value;
  }
  Layout layout(std::string_view name) {
    for (std::size_t i = 0; i < kLayoutNames.size(); ++i) {
      if (kLayoutNames[i] == name) return static_cast<Layout>(i);
    }
    fail("the layout is C, inner or A, not '" + std::string(name) + "'");
  }
  std::string_view word() {
    skip();
    std::size_t begin = at_;
    while (at_ < text_.size() && (Py_ISALNUM(text_[at_]) || text_[at_] == '.' || text_[at_] == '_')) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool accept(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail(std::string("expected '") + c + "'");
  }
  [[noreturn]] void fail(const std::string& why) {
    PyErr_Clear();
    throw UserError("type text '" + std::string(text_) + "', at character " + std::to_string(at_ + 1) + ": " + why);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  TypeList types_;
};

}  // namespace

int TypeList::slot_count() const {
  int count = 0;
  for (Word word : words) count += slots_of(word);
  return count;
}

std::string signature_text(std::span<const Word> words, std::span<PyObject* const> strings) {
  Writer writer(words, strings);
  return writer.rest() ? writer.take() : std::string();
}

TypeList parse_types(std::string_view text, bool whole_signature) {
  Reader reader(text);
  if (whole_signature) {
    reader.list();
  } else {
    reader.type();
  }
  return reader.finish();
}

}  // namespace rooftop::python
