// Calls every universal function, reduction and product of the C++ interface on inputs that the test wrote, for every
// element type and with C++ numbers, and prints what each gave: its type and bytes in hexadecimal, or the exception's
// name. `functions.inc` is a list of FUNCTION_<inputs>_<outputs>(name), made by the test of the installed header.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <rooftop/rooftop.h>

namespace np = rooftop;
using np::Array;

constexpr int kTypes = 15;

std::string described(const Array& array) {
  const Array dense = array.contiguous();
  const auto* bytes = static_cast<const unsigned char*>(dense.raw_data());
  std::string text = std::string(np::name_of(dense.dtype())) + " ";
  for (std::int64_t length : dense.shape()) text += std::to_string(length) + ",";
  text += " ";
  for (std::size_t i = 0; i < dense.bytes(); ++i) {
    text += "0123456789abcdef"[bytes[i] >> 4];
    text += "0123456789abcdef"[bytes[i] & 15];
  }
  return text;
}

using Pair = std::pair<Array, Array>;
std::string described(const Pair& both) { return described(both.first) + " " + described(both.second); }

using Unary = Array (*)(const np::Operand&);
using Binary = Array (*)(const np::Operand&, const np::Operand&);
using UnaryPair = Pair (*)(const np::Operand&, const np::UfuncOptions&);
using BinaryPair = Pair (*)(const np::Operand&, const np::Operand&, const np::UfuncOptions&);
using Reduction = Array (*)(const Array&, const np::Axes&, bool);
using Extreme = Array (*)(const Array&, std::optional<int>, bool);

template <typename Compute>
void show(const char* function, const Array& x, const std::string& second, const Compute& compute) {
  std::string result;
  try {
    result = described(compute());
  } catch (const np::TypeError&) {
    result = "TypeError";
  } catch (const np::OverflowError&) {
    result = "OverflowError";
  } catch (const np::ValueError&) {
    result = "ValueError";
  }
  std::printf("%s|%s|%s|%s\n", function, std::string(np::name_of(x.dtype())).c_str(), second.c_str(), result.c_str());
}

/// The inputs for a type: an array of `shape`, read from a file of the test's.
Array read(const std::filesystem::path& folder, const char* name, np::DType dtype, const np::Shape& shape) {
  std::ifstream file(folder / (std::string(name) + "-" + std::string(np::name_of(dtype))), std::ios::binary);
  auto bytes =
      std::make_shared<std::vector<char>>(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  return np::wrap(bytes->data(), dtype, shape, {}, true, bytes);
}

/// The functions of one kind, with their names.
template <typename Function>
struct Named {
  const char* name;
  Function call;
};

#define FUNCTION_1_1(name) {#name, np::name},
#define FUNCTION_2_1(name)
#define FUNCTION_1_2(name)
#define FUNCTION_2_2(name)
constexpr Named<Unary> kUnary[] = {
#include "functions.inc"
};
#undef FUNCTION_1_1
#undef FUNCTION_2_1
#define FUNCTION_1_1(name)
#define FUNCTION_2_1(name) {#name, np::name},
constexpr Named<Binary> kBinary[] = {
#include "functions.inc"
};
#undef FUNCTION_2_1
#undef FUNCTION_1_2
#define FUNCTION_2_1(name)
#define FUNCTION_1_2(name) {#name, np::name},
constexpr Named<UnaryPair> kUnaryPair[] = {
#include "functions.inc"
};
#undef FUNCTION_1_2
#undef FUNCTION_2_2
#define FUNCTION_1_2(name)
#define FUNCTION_2_2(name) {#name, np::name},
constexpr Named<BinaryPair> kBinaryPair[] = {
#include "functions.inc"
};

constexpr Named<Reduction> kReductions[] = {
    {"sum", np::sum}, {"prod", np::prod}, {"min", np::min},   {"max", np::max},
    {"all", np::all}, {"any", np::any},   {"mean", np::mean}, {"count_nonzero", np::count_nonzero}};
constexpr Named<Extreme> kExtremes[] = {{"argmax", np::argmax}, {"argmin", np::argmin}};
using Variance = Array (*)(const Array&, const np::Axes&, bool, double);
constexpr Named<Variance> kVariances[] = {{"var", np::var}, {"stddev", np::stddev}};

void reduce(const Array& x) {
  const std::pair<const char*, std::optional<int>> axes[] = {{"None", std::nullopt}, {"0", 0}, {"-1", -1}};
  for (const auto& [text, axis] : axes) {
    const auto fold = [&](const auto& f, auto... more) {
      show(f.name, x, text, [&] { return axis ? f.call(x, *axis, false, more...) : f.call(x, {}, false, more...); });
    };
    for (const auto& f : kReductions) fold(f);
    for (const auto& f : kVariances) fold(f, 0.0);
    for (const auto& f : kExtremes) fold(f);
  }
}

/// Of a table with itself, turned or not.
void multiply(const Array& x) {
  show("matmul", x, "table.T", [&] { return np::matmul(x, x.transpose()); });
  show("matmul", x, "row", [&] { return np::matmul(x, x[0]); });
  for (const char* subscripts : {"ij,kj", "ij,ik->kj", "ij,ij", "ij,ij->j", "ij,ij->ji", "ij,kl->", "i...,i...->..."}) {
    show("einsum", x, subscripts, [&] { return np::einsum(subscripts, {x, x}); });
  }
  for (const char* subscripts : {"ij->ji", "ij->", "...j->..."}) {
    show("einsum", x, subscripts, [&] { return np::einsum(subscripts, {x}); });
  }
  show("einsum", x, "ij,kj,kl", [&] { return np::einsum("ij,kj,kl", {x, x, x}); });
  show("tensordot", x, "2", [&] { return np::tensordot(x, x); });
  show("tensordot", x, "[[0], [0]]", [&] { return np::tensordot(x, x, std::vector<int>{0}, std::vector<int>{0}); });
}

void call_all(const Array& x, const np::Operand& y, const std::string& text) {
  for (const auto& f : kBinary) show(f.name, x, text, [&] { return f.call(x, y); });
  for (const auto& f : kBinaryPair) show(f.name, x, text, [&] { return f.call(x, y, {}); });
}

int main(int, char** arguments) {
  const std::filesystem::path folder = arguments[1];
  std::vector<Array> lefts, rights;
  for (int d = 0; d < kTypes; ++d) {
    const auto dtype = static_cast<np::DType>(d);
    lefts.push_back(read(folder, "left", dtype, 8));
    rights.push_back(read(folder, "right", dtype, 8));
    reduce(read(folder, "table", dtype, {3, 5}));
    multiply(read(folder, "table", dtype, {3, 5}));
  }
  const std::pair<const char*, np::Operand> numbers[] = {
      {"True", true}, {"2", 2}, {"-1", -1}, {"300", 300}, {"2.5", 2.5}, {"1j", std::complex<double>(0, 1)}};
  for (const Array& x : lefts) {
    for (const auto& f : kUnary) show(f.name, x, "", [&] { return f.call(x); });
    for (const auto& f : kUnaryPair) show(f.name, x, "", [&] { return f.call(x, {}); });
    for (const Array& y : rights) call_all(x, y, std::string(np::name_of(y.dtype())));
    for (const auto& [text, y] : numbers) call_all(x, y, text);
  }
}
