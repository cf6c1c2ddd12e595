// Signature text, NumPy's promotion and the joins of types at places where control flow meets.
#include "rooftop/frontend/types.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "rooftop/base/errors.h"

namespace rooftop::frontend {

namespace {

DType python_storage(PyKind kind) {
  switch (kind) {
    case PyKind::Int:
      return DType::I64;
    case PyKind::Float:
      return DType::F64;
    case PyKind::Complex:
      return DType::C128;
    default:
      return DType::Bool;
  }
}

}  // namespace

PyType PyType::numpy(DType dtype) {
  PyType t(PyKind::NumPy);
  t.dtype_ = dtype;
  return t;
}

PyType PyType::array(DType dtype, int rank, ir::Layout layout, bool read_only, Flavour flavour) {
  PyType t(PyKind::Array);
  t.dtype_ = dtype;
  t.rank_ = static_cast<std::uint8_t>(rank);
  t.layout_ = layout;
  t.read_only_ = read_only;
  t.flavour_ = flavour;
  return t;
}

PyType PyType::computed(DType dtype, int rank) {
  PyType t(PyKind::Computed);
  t.dtype_ = dtype;
  t.rank_ = static_cast<std::uint8_t>(rank);
  return t;
}

PyType PyType::tuple(std::vector<PyType> items) {
  PyType t(PyKind::Tuple);
  t.items_ = std::move(items);
  return t;
}

PyType PyType::string(std::string text) {
  PyType t(PyKind::String);
  t.text_ = std::move(text);
  return t;
}

bool PyType::is_integer() const {
  return kind_ == PyKind::Bool || kind_ == PyKind::Int || (kind_ == PyKind::NumPy && array::is_integer(dtype_));
}

PyType PyType::with_owner(bool owned) const {
  PyType type = *this;
  type.owned_ = owned;
  return type;
}

ir::Type PyType::storage() const {
  switch (kind_) {
    case PyKind::Bool:
    case PyKind::Int:
    case PyKind::Float:
    case PyKind::Complex:
      return ir::Type::scalar(python_storage(kind_));
    case PyKind::NumPy:
      return ir::Type::scalar(dtype_);
    case PyKind::Array:
      return ir::Type::array(dtype_, rank_, layout_, read_only_);
    default:
      break;
  }
  ROOFTOP_UNREACHABLE("a type without storage");
}

std::string to_string(const PyType& type) {
  switch (type.kind()) {
    case PyKind::Never:
      return "never";
    case PyKind::None:
      return "none";
    case PyKind::Bool:
      return "bool";
    case PyKind::Int:
      return "int";
    case PyKind::Float:
      return "float";
    case PyKind::Complex:
      return "complex";
    case PyKind::NumPy:
      return "np." + std::string(array::name_of(type.dtype()));
    case PyKind::String:
      return "str('" + type.text() + "')";
    case PyKind::Entity:
      return "object";
    case PyKind::Computed:
      return "array expression(" + std::string(array::name_of(type.dtype())) + ", " + std::to_string(type.rank()) + ")";
    case PyKind::Array: {
      static constexpr std::array<std::string_view, 5> names = {"array", "buffer", "arrayarray", "bytes", "bytearray"};
      std::string text(names[static_cast<std::size_t>(type.flavour())]);
      text += "(" + std::string(array::name_of(type.dtype())) + ", " + std::to_string(type.rank());
      text += type.layout() == ir::Layout::C ? ", C" : type.layout() == ir::Layout::Inner ? ", inner" : ", A";
      if (type.read_only()) text += ", readonly";
      if (type.owned()) text += ", new";
      return text + ")";
    }
    case PyKind::Tuple: {
      std::string text = "tuple(";
      for (std::size_t i = 0; i < type.items().size(); ++i) {
        if (i > 0) text += ", ";
        text += to_string(type.items()[i]);
      }
      return text + ")";
    }
  }
  ROOFTOP_UNREACHABLE("kind of type");
}

namespace {

/// Recursive descent over signature text.
class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(text) {}

  PyType type() {
    const std::string_view name = word();
    if (name == "none") return PyType(PyKind::None);
    if (name == "bool") return PyType(PyKind::Bool);
    if (name == "int") return PyType(PyKind::Int);
    if (name == "float") return PyType(PyKind::Float);
    if (name == "complex") return PyType(PyKind::Complex);
    if (name == "array") return array(Flavour::NumPy);
    if (name == "buffer") return array(Flavour::MemoryView);
    if (name == "arrayarray") return array(Flavour::ArrayArray);
    if (name == "bytes") return array(Flavour::Bytes);
    if (name == "bytearray") return array(Flavour::ByteArray);
    if (name == "str") return string();
    if (name == "tuple") return PyType::tuple(list());
    if (name.starts_with("np.")) {
      if (const auto dtype = array::dtype_from_name(name.substr(3))) return PyType::numpy(*dtype);
    }
    ROOFTOP_CHECK(false) << "unknown type '" << name << "' in signature " << text_;
    return {};
  }

  std::vector<PyType> list() {
    std::vector<PyType> items;
    expect('(');
    while (!accept(')')) {
      items.push_back(type());
      accept(',');
    }
    return items;
  }

  void end() {
    skip();
    ROOFTOP_CHECK(at_ == text_.size()) << "text after the signature " << text_;
  }

 private:
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool accept(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) { ROOFTOP_CHECK(accept(c)) << "expected '" << c << "' at " << at_ << " of " << text_; }
  std::string_view word() {
    skip();
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '.' || text_[at_] == '_')) {
      ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }

  PyType array(Flavour flavour) {
    expect('(');
    const auto dtype = array::dtype_from_name(word());
    expect(',');
    const int rank = std::stoi(std::string(word()));
    expect(',');
    const std::string_view order = word();
    const bool read_only = accept(',');
    if (read_only) {
      ROOFTOP_CHECK(word() == "readonly") << text_;
    }
    expect(')');
    ROOFTOP_CHECK(dtype && (order == "C" || order == "A" || order == "inner")) << text_;
    const ir::Layout layout = order == "C" ? ir::Layout::C : order == "inner" ? ir::Layout::Inner : ir::Layout::Strided;
    return PyType::array(*dtype, rank, layout, read_only, flavour);
  }

  /// A Python string literal as repr() writes it.
  PyType string() {
    expect('(');
    skip();
    const char quote = text_.at(at_++);
    std::string value;
    while (text_.at(at_) != quote) {
      if (text_[at_] == '\\') ++at_;
      value += text_.at(at_++);
    }
    ++at_;
    expect(')');
    return PyType::string(value);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Place of an integer type in its family: log2 of its bytes.
int width(DType d) { return static_cast<int>(array::size_of(d)); }

DType signed_of(int bytes) {
  return bytes == 1 ? DType::I8 : bytes == 2 ? DType::I16 : bytes == 4 ? DType::I32 : DType::I64;
}

}  // namespace

PyType parse_type(std::string_view text) {
  TypeParser parser(text);
  PyType type = parser.type();
  parser.end();
  return type;
}

std::vector<PyType> parse_signature(std::string_view text) {
  TypeParser parser(text);
  std::vector<PyType> types = parser.list();
  parser.end();
  return types;
}

DType promote(DType a, DType b) {
  if (a == b) return a;
  if (a > b) std::swap(a, b);  // the enumeration goes bool, signed, unsigned, float, complex
  if (a == DType::Bool) return b;
  if (array::is_complex(b)) {
    const DType part = promote(array::part_of(a), array::part_of(b));
    return part == DType::F32 ? DType::C64 : DType::C128;
  }
  if (array::is_float(b)) {
    if (array::is_float(a)) return array::is_half(b) ? DType::F32 : b;  // no half holds the other
    if (array::is_half(b) && width(a) == 1) return b;
    return width(b) <= 4 && width(a) <= 2 ? DType::F32 : DType::F64;
  }
  if (array::is_signed(a) == array::is_signed(b)) return width(a) > width(b) ? a : b;
  // Signed with unsigned: the signed type that holds both, float64 where there is none.
  if (width(a) > width(b)) return a;
  return width(b) == 8 ? DType::F64 : signed_of(2 * width(b));
}

PyType promote(const PyType& a, const PyType& b) {
  ROOFTOP_CHECK(a.is_number() && b.is_number());
  if (a.is_python_number() && b.is_python_number()) return a.kind() >= b.kind() ? a : b;
  if (a.is(PyKind::NumPy) && b.is(PyKind::NumPy)) return PyType::numpy(promote(a.dtype(), b.dtype()));
  const PyType& weak = a.is_python_number() ? a : b;
  const DType d = a.is_python_number() ? b.dtype() : a.dtype();
  switch (weak.kind()) {
    case PyKind::Int:
      return PyType::numpy(array::is_bool(d) ? DType::I64 : d);
    case PyKind::Float:
      if (d == DType::BF16) return PyType::numpy(DType::F32);  // as ml_dtypes has it
      return PyType::numpy(array::is_float(d) || array::is_complex(d) ? d : DType::F64);
    case PyKind::Complex:
      if (array::is_complex(d)) return PyType::numpy(d);
      return PyType::numpy(array::is_float(d) && width(d) <= 4 ? DType::C64 : DType::C128);
    default:
      return PyType::numpy(d);  // bool takes part as NumPy's
  }
}

std::optional<PyType> join(const PyType& a, const PyType& b) {
  if (a == b || b.is(PyKind::Never)) return a;
  if (a.is(PyKind::Never)) return b;
  if (a.is_number() && b.is_number()) return promote(a, b);
  if (a.is(PyKind::Array) && b.is(PyKind::Array)) {
    if (a.dtype() != b.dtype() || a.rank() != b.rank() || a.flavour() != b.flavour()) return std::nullopt;
    const PyType both = PyType::array(a.dtype(), a.rank(), std::min(a.layout(), b.layout()),
                                      a.read_only() || b.read_only(), a.flavour());
    return both.with_owner(a.owned() || b.owned());
  }
  if (a.is(PyKind::Tuple) && b.is(PyKind::Tuple) && a.items().size() == b.items().size()) {
    std::vector<PyType> items;
    for (std::size_t i = 0; i < a.items().size(); ++i) {
      const auto item = join(a.items()[i], b.items()[i]);
      if (!item) return std::nullopt;
      items.push_back(*item);
    }
    return PyType::tuple(std::move(items));
  }
  return std::nullopt;
}

}  // namespace rooftop::frontend
