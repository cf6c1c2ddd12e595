// Reading of calls with the ir's own tokens, and the text of what they return.
#include "rooftop_opt_call.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>

#include "rooftop/backend/interp/interpreter.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/lane_kernels.h"
#include "rooftop/ir/literal.h"
#include "rooftop/ir/parse_expr.h"
#include "rooftop/runtime/raised_message.h"

namespace rooftop::tools {

namespace array = rooftop::array;
using ir::Constant;
using ir::TokenKind;

namespace {

std::int64_t element_count(const std::vector<std::int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

ArrayValue make_array(ir::DType dtype, std::vector<std::int64_t> shape) {
  ArrayValue value{.dtype = dtype, .shape = std::move(shape)};
  const auto size = static_cast<std::int64_t>(array::size_of(dtype));
  value.strides.resize(value.shape.size());
  std::int64_t stride = size;
  for (std::size_t d = value.shape.size(); d-- > 0; stride *= value.shape[d]) value.strides[d] = stride;
  // Never empty, so that the pointer of an array without elements is one.
  const auto bytes = static_cast<std::size_t>(element_count(value.shape) * size);
  value.memory = std::make_shared<std::vector<std::byte>>(bytes + 64);
  return value;
}

}  // namespace

/// Reads values of a known type.
class CallParser {
 public:
  CallParser(const std::string& text, const std::map<std::string, std::string>& definitions)
      : exprs_(ir::tokenize(text, "<call>")), cursor_(exprs_.cursor), definitions_(definitions) {}

  ir::TokenCursor& cursor() { return cursor_; }
  void arguments(Call& call);
  ArrayValue array(const ir::Type& type);

 private:
  Constant scalar(ir::DType dtype);
  ArrayValue named(const std::string& name, ir::DType dtype);
  ArrayValue filled(const std::string& how, ir::DType dtype);
  ArrayValue listed(ir::DType dtype);
  void elements(std::vector<Constant>& values, std::vector<std::int64_t>& shape, std::size_t depth, ir::DType dtype);
  void slice(ArrayValue& value);
  void slice_dimension(ArrayValue& value, std::size_t& d);

  ir::ExprParser exprs_;
  ir::TokenCursor& cursor_;
  const std::map<std::string, std::string>& definitions_;
  std::map<std::string, ArrayValue> arrays_;
};

/// A number of the type; integers may stand for floats, `c(re, im)` and numbers for complex values.
Constant CallParser::scalar(ir::DType dtype) {
  if (array::is_complex(dtype)) {
    if (!cursor_.take_word("c")) return scalar(array::part_of(dtype));
    cursor_.expect_sign("(");
    const double real = scalar(array::part_of(dtype)).real;
    cursor_.expect_sign(",");
    const double imag = scalar(array::part_of(dtype)).real;
    cursor_.expect_sign(")");
    return {.real = real, .imag = imag};
  }
  return exprs_.bare_number(dtype);
}

void CallParser::elements(std::vector<Constant>& values, std::vector<std::int64_t>& shape, std::size_t depth,
                          ir::DType dtype) {
  if (!cursor_.at_sign("[")) {
    if (depth != shape.size()) cursor_.fail("a ragged list");
    values.push_back(scalar(dtype));
    return;
  }
  cursor_.next();
  const bool fresh = values.empty() && shape.size() == depth;
  if (fresh) shape.push_back(0);
  if (depth >= shape.size()) cursor_.fail("a ragged list");
  std::int64_t count = 0;
  while (!cursor_.at_sign("]")) {
    if (count > 0) cursor_.expect_sign(",");
    elements(values, shape, depth + 1, dtype);
    ++count;
  }
  cursor_.next();
  if (fresh) shape[depth] = count;
  if (shape[depth] != count) cursor_.fail("a ragged list");
}

ArrayValue CallParser::listed(ir::DType dtype) {
  std::vector<Constant> values;
  std::vector<std::int64_t> shape;
  elements(values, shape, 0, dtype);
  ArrayValue result = make_array(dtype, shape);
  for (std::size_t i = 0; i < values.size(); ++i) {
    ir::write_lane(values[i], dtype, result.data() + i * array::size_of(dtype));
  }
  return result;
}

/// `zeros(2, 3)`, `ones`, `iota` (0, 1, 2, …), `random` (integers 0 to 9, floats below 1; the same on every machine).
ArrayValue CallParser::filled(const std::string& how, ir::DType dtype) {
  cursor_.expect_sign("(");
  std::vector<std::int64_t> shape;
  while (!cursor_.at_sign(")")) {
    if (!shape.empty()) cursor_.expect_sign(",");
    shape.push_back(cursor_.expect_integer("a length"));
    if (shape.back() < 0) cursor_.fail("a negative length");
  }
  cursor_.next();
  ArrayValue result = make_array(dtype, shape);
  const bool real = array::is_float(dtype) || array::is_complex(dtype);
  std::uint64_t random = 1;
  for (std::int64_t i = 0; i < element_count(shape); ++i) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    const auto drawn = static_cast<std::int64_t>(random >> 40);
    const std::int64_t integer = how == "ones" ? 1 : how == "iota" ? i : how == "random" ? drawn % 10 : 0;
    const double number = how == "random" ? static_cast<double>(drawn) * 0x1p-24 : static_cast<double>(integer);
    const auto at = static_cast<std::size_t>(i) * array::size_of(dtype);
    ir::write_lane(real ? Constant{.real = number} : Constant{.integer = integer}, dtype, result.data() + at);
  }
  return result;
}

ArrayValue CallParser::named(const std::string& name, ir::DType dtype) {
  if (name == "zeros" || name == "ones" || name == "iota" || name == "random") return filled(name, dtype);
  if (const auto known = arrays_.find(name); known != arrays_.end()) {
    if (known->second.dtype != dtype) cursor_.fail("array " + name + " is used with two element types");
    return known->second;
  }
  const auto definition = definitions_.find(name);
  if (definition == definitions_.end()) cursor_.fail("there is no array " + name);
  CallParser value(definition->second, definitions_);
  const ir::Type any_rank = ir::Type::array(dtype, 0);
  return arrays_.emplace(name, value.array(any_rank)).first->second;
}

/// `i`, `a:b`, `a:b:c`, `:` of dimension d, as in Python.
void CallParser::slice_dimension(ArrayValue& value, std::size_t& d) {
  if (d >= value.shape.size()) cursor_.fail("too many subscripts");
  const std::int64_t n = value.shape[d];
  const auto number = [&](std::int64_t otherwise) {
    return cursor_.at(TokenKind::Integer) || cursor_.at_sign("-") ? cursor_.expect_integer("a subscript") : otherwise;
  };
  constexpr std::int64_t kAbsent = INT64_MIN;
  std::int64_t first = number(kAbsent);
  if (!cursor_.take_sign(":")) {
    first += first < 0 ? n : 0;
    if (first < 0 || first >= n) cursor_.fail("subscript out of bounds");
    value.offset += first * value.strides[d];
    value.shape.erase(value.shape.begin() + static_cast<std::ptrdiff_t>(d));
    value.strides.erase(value.strides.begin() + static_cast<std::ptrdiff_t>(d));
    return;
  }
  std::int64_t last = number(kAbsent);
  const std::int64_t step = cursor_.take_sign(":") ? number(1) : 1;
  if (step == 0) cursor_.fail("a step of zero");
  const std::int64_t low = step > 0 ? 0 : -1;
  const std::int64_t high = step > 0 ? n : n - 1;
  const auto bound = [&](std::int64_t i, std::int64_t otherwise) {
    if (i == kAbsent) return otherwise;
    return std::min(std::max(i < 0 ? i + n : i, low), high);
  };
  first = bound(first, step > 0 ? low : high);
  last = bound(last, step > 0 ? high : low);
  const std::int64_t distance = step > 0 ? last - first : first - last;
  const std::int64_t size = std::abs(step);
  value.shape[d] = distance <= 0 ? 0 : (distance + size - 1) / size;
  if (value.shape[d] > 0) value.offset += first * value.strides[d];
  value.strides[d] *= step;
  ++d;
}

void CallParser::slice(ArrayValue& value) {
  while (cursor_.at_sign("[") || cursor_.at_sign(".")) {
    if (cursor_.take_sign(".")) {
      cursor_.expect_word("T");
      std::reverse(value.shape.begin(), value.shape.end());
      std::reverse(value.strides.begin(), value.strides.end());
      continue;
    }
    cursor_.next();
    std::size_t d = 0;
    do slice_dimension(value, d);
    while (cursor_.take_sign(","));
    cursor_.expect_sign("]");
  }
}

ArrayValue CallParser::array(const ir::Type& type) {
  ArrayValue value = cursor_.at(TokenKind::Word) ? named(cursor_.next().text, type.dtype()) : listed(type.dtype());
  slice(value);
  return value;
}

void CallParser::arguments(Call& call) {
  cursor_.expect_sign("(");
  const char* separator = "";
  for (const ir::Var& p : call.function_->parameters) {
    if (*separator != '\0') cursor_.expect_sign(separator);
    separator = ",";
    if (!p->type.is_array()) {
      call.add_scalar(p->type, scalar(p->type.dtype()));
      continue;
    }
    const ArrayValue value = array(p->type);
    if (static_cast<int>(value.shape.size()) != p->type.rank()) {
      cursor_.fail("argument " + p->name + " has rank " + std::to_string(value.shape.size()) + ", not " +
                   std::to_string(p->type.rank()));
    }
    call.add_array(p->name, value);
  }
  cursor_.expect_sign(")");
}

Call::Call(const ir::Module& module, const std::string& text, const std::map<std::string, std::string>& definitions) {
  CallParser parser(text, definitions);
  const std::string name = parser.cursor().expect(TokenKind::Word, "a function's name");
  function_ = module.find(name);
  if (function_ == nullptr) parser.cursor().fail("there is no function " + name);
  parser.arguments(*this);
  for (const ir::Type& t : function_->results) {
    result_slots_ += static_cast<std::size_t>(backend::interp::slot_count(t));
  }
}

void Call::add_scalar(const ir::Type& type, const Constant& value) {
  std::byte lane[16] = {};
  ir::write_lane(value, type.dtype(), lane);
  const std::size_t size = array::size_of(type.dtype());
  if (array::is_complex(type.dtype())) {
    for (std::size_t part = 0; part < 2; ++part) {
      std::memcpy(&slots_.emplace_back(0), lane + part * (size / 2), size / 2);
    }
  } else if (array::is_float(type.dtype())) {
    std::memcpy(&slots_.emplace_back(0), lane, size);
  } else {
    slots_.push_back(value.integer);
  }
}

void Call::add_array(const std::string& name, const ArrayValue& array) {
  slots_.push_back(static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(array.data())));
  slots_.insert(slots_.end(), array.shape.begin(), array.shape.end());
  slots_.insert(slots_.end(), array.strides.begin(), array.strides.end());
  arrays_.push_back({name, array});
  initial_.emplace(array.memory, *array.memory);
}

void Call::reset() {
  for (const auto& [memory, bytes] : initial_) *memory = bytes;
}

// ------------------------------------------------------------------------------------------------ descriptions

namespace {

constexpr std::int64_t kMostPrinted = 64;

/// A strided array in anybody's memory.
struct Elements {
  ir::DType dtype;
  const std::byte* data;
  const std::int64_t* shape;
  const std::int64_t* strides;
  std::size_t rank;
};

/// Which NaN an operation makes is not specified, so all print alike.
double plain(double value) { return std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value; }

std::string number(const Constant& value, ir::DType dtype) {
  const Constant printed{.integer = value.integer, .real = plain(value.real), .imag = plain(value.imag)};
  const std::string text = ir::literal(printed, dtype);
  return array::is_complex(dtype) ? text : text.substr(0, text.find(':'));
}

std::string listed(const Elements& e, const std::byte* at, std::size_t d) {
  if (d == e.rank) return number(ir::read_lane(e.dtype, at), e.dtype);
  std::string text = "[";
  for (std::int64_t i = 0; i < e.shape[d]; ++i) {
    text += (i == 0 ? "" : ", ") + listed(e, at + i * e.strides[d], d + 1);
  }
  return text + "]";
}

double sum(const Elements& e, const std::byte* at, std::size_t d) {
  if (d == e.rank) {
    const Constant value = ir::read_lane(e.dtype, at);
    return array::is_float(e.dtype) || array::is_complex(e.dtype) ? value.real : static_cast<double>(value.integer);
  }
  double total = 0;
  for (std::int64_t i = 0; i < e.shape[d]; ++i) total += sum(e, at + i * e.strides[d], d + 1);
  return total;
}

std::string described(const Elements& e) {
  if (element_count({e.shape, e.shape + e.rank}) <= kMostPrinted) return listed(e, e.data, 0);
  std::string text = std::string(array::short_name_of(e.dtype)) + " of shape (";
  for (std::size_t d = 0; d < e.rank; ++d) text += (d == 0 ? "" : ", ") + std::to_string(e.shape[d]);
  return text + "), sum " + ir::float_literal(sum(e, e.data, 0));
}

Elements elements_of(const ArrayValue& a) {
  return {a.dtype, a.data(), a.shape.data(), a.strides.data(), a.shape.size()};
}

std::string described(const ir::Type& type, const std::int64_t* slots) {
  if (type.is_array()) {
    const auto rank = static_cast<std::size_t>(type.rank());
    const auto* data = reinterpret_cast<const std::byte*>(static_cast<std::uintptr_t>(slots[0]));
    return described({type.dtype(), data, slots + 1, slots + 1 + rank, rank});
  }
  std::byte lane[16];
  const std::size_t size = array::size_of(type.dtype());
  const bool complex = array::is_complex(type.dtype());
  std::memcpy(lane, slots, complex ? size / 2 : size);
  if (complex) std::memcpy(lane + size / 2, slots + 1, size / 2);
  return number(ir::read_lane(type.dtype(), lane), type.dtype());
}

std::string place(const backend::Site& site) {
  return std::string(site.file) + ":" + std::to_string(site.line) + ":" + std::to_string(site.column + 1) + " in " +
         site.function;
}

/// Floats as the ir's text has them.
std::string float_text(double value) { return ir::float_literal(value); }

}  // namespace

std::string Call::describe(std::int32_t status, const backend::KernelContext& context,
                           const std::vector<std::int64_t>& results) const {
  std::string text;
  if (status == backend::kInterrupted) return "interrupted\n";
  if (status == backend::kRaised) {
    const backend::Site& site = *context.error;
    text = "raises " + std::string(rooftop::name_of(site.kind)) + ": " +
           runtime::raised_message(site, context.arguments, float_text) + "\n  at " + place(site) + "\n";
    for (int i = 0; i < std::min(context.frame_count, 4); ++i) text += "  from " + place(*context.frames[i]) + "\n";
    if (context.frame_count > 4) text += "  and " + std::to_string(context.frame_count - 4) + " more\n";
  } else {
    const std::int64_t* slots = results.data();
    for (const ir::Type& t : function_->results) {
      text += (text.empty() ? "returns " : ", ") + described(t, slots);
      slots += backend::interp::slot_count(t);
    }
    text += text.empty() ? "" : "\n";
  }
  for (const Argument& a : arrays_) {
    if (initial_.at(a.array.memory) != *a.array.memory) text += a.name + " = " + described(elements_of(a.array)) + "\n";
  }
  return text;
}

}  // namespace rooftop::tools
