// The parts that random nests are written with: text, loops, subscripts with their checks, values.
#pragma once

#include <string>
#include <vector>

#include "random.h"
#include "random_nests.h"

namespace rooftop::fuzz {

struct Array {
  std::string name;
  int rank;
  std::string dtype = "";  ///< of its elements, where it is not that of all values
};

/// A loop around the current place: its variable, and an array's dimension whose length it stays below.
struct Loop {
  std::string variable;
  std::string length;  ///< empty: none
};

class NestWriter {
 public:
  explicit NestWriter(std::uint64_t seed) : random_(seed * 7 + 3), contract_(nests_are_exact(seed)) {
    static const std::vector<std::string> kAny{"f64", "f64", "f64", "f32", "f32", "i64",
                                               "i64", "i32", "i32", "u8",  "i16"};
    dtype_ = contract_ ? "f64" : random_.pick(kAny);
    is_float_ = dtype_[0] == 'f';
    plain_ = random_.chance(30);
  }

 protected:
  std::string layout() {
    const int kind = random_.below(10);
    return kind < 7 ? ", C" : kind < 8 ? ", inner" : "";
  }

  /// Each length is %N from here on.
  void check_shapes() {
    let("%N", "i64", "%A.shape[0]");
    for (const Array& a : arrays_) {
      for (int d = 0; d < a.rank; ++d) {
        line("check " + length(a, d) + " == %N else ValueError \"s\"" + here());
      }
    }
  }

  // ---------------------------------------------------------------- text

  void line(const std::string& s) { text_ += std::string(2 * (loops_.size() + depth_ + 1), ' ') + s + "\n"; }
  std::string fresh(const std::string& name) { return "%" + name + std::to_string(names_++); }
  std::string here() { return " @" + std::to_string(++line_) + ":4"; }
  void let(const std::string& name, const std::string& type, const std::string& value) {
    line("let " + name + ": " + type + " = " + value);
  }
  void open(const std::string& variable, const std::string& begin, const std::string& end, int step,
            const std::string& length) {
    line("for " + variable + " in " + begin + " .. " + end + (step == 1 ? "" : " step " + std::to_string(step)) + " {");
    loops_.push_back({variable, length});
  }
  void close() {
    loops_.pop_back();
    line("}");
  }
  void close_all() {
    while (!loops_.empty()) close();
  }

  static std::string length(const Array& a, int d) { return "%" + a.name + ".shape[" + std::to_string(d) + "]"; }
  const Array& of_rank(int rank) {
    return arrays_[static_cast<std::size_t>(rank == 2 ? random_.below(3) : 3 + random_.below(2))];
  }

  // ---------------------------------------------------------------- loops and subscripts

  /// A loop over the length, or over a part of it.
  void loop_over(const std::string& variable, const std::string& n) {
    if (plain_) {
      if (random_.chance(75)) return open(variable, "1", "%N - 1", random_.chance(85) ? 1 : 2, n);
      return open(variable, "%N - 2", "0", -1, n);
    }
    const std::string low = std::to_string(random_.below(3)), high = std::to_string(random_.below(3));
    switch (random_.below(14)) {
      case 0:
        return open(variable, low, n, 1, n);
      case 1:
        return open(variable, low, n + " - " + high, 1, n);
      case 2:
        return open(variable, "0", n, random_.between(2, 3), n);
      case 3:
        return open(variable, n + " - 1", "-1", -1, n);
      case 4:
        return open(variable, n + " - 1", low, -2, n);
      case 5:
        return open(variable, "0", random_.chance(50) ? "%n" : "%m", 1, "");
      case 6:
        return open(variable, "%n", n, 1, n);
      case 7:
        return open(variable, "0", loops_.empty() ? n : loops_.back().variable + " + 1", 1, "");
      default:
        return open(variable, "0", n, 1, n);
    }
  }

  /// Affine in the loops' variables.
  std::string affine() {
    const std::string v =
        loops_.empty() ? "%n"
                       : loops_[static_cast<std::size_t>(random_.below(static_cast<int>(loops_.size())))].variable;
    if (plain_) {
      const int offset = random_.between(-1, 1);
      return offset == 0 ? v : v + (offset < 0 ? " - 1" : " + 1");
    }
    switch (random_.below(10)) {
      case 0:
        return v + " + " + std::to_string(random_.between(1, 2));
      case 1:
        return v + " - " + std::to_string(random_.between(1, 2));
      case 2:
        return v + " * 2";
      case 3:
        return std::to_string(random_.between(-1, 3));
      case 4:
        return "%m - " + v;
      case 5:
        return loops_.size() > 1 ? loops_[0].variable + " + " + loops_.back().variable : v;
      default:
        return v;
    }
  }

  /// A checked subscript: its name or, where it is in bounds by its loop, itself.
  std::string subscript(const std::string& index, const std::string& n) {
    if (plain_) return index;
    if (!random_.chance(70)) {
      for (const Loop& l : loops_) {
        if (l.variable == index && l.length == n && n[0] == '%') return checked(index, index, n);
      }
    }
    std::string value = index;
    if (index.find(' ') != std::string::npos) {
      const std::size_t at = index.find(' ');
      const std::string op = index[at + 1] == '+' ? "add" : index[at + 1] == '-' ? "sub" : "mul";
      if (random_.chance(40)) {
        line("check !" + op + "_overflows(" + index.substr(0, at) + ", " + index.substr(at + 3) +
             ") else OverflowError \"o\"" + here());
      }
      value = fresh("t");
      let(value, "i64", index);
    }
    if (random_.chance(30)) return checked(value, value, n);
    const std::string wrapped = fresh("w");
    let(wrapped, "i64", "select(" + value + " < 0, " + value + " + " + n + ", " + value + ")");
    return checked(wrapped, value, n);
  }

  std::string checked(const std::string& index, const std::string& given, const std::string& n) {
    line("check " + index + " >= 0 & " + index + " < " + n + " else IndexError \"i {0} {1}\" (" + given + ", " + n +
         ")" + here());
    return index;
  }

  std::string element(const Array& a, const std::vector<std::string>& indices) {
    std::string text = "%" + a.name + "[";
    for (std::size_t d = 0; d < indices.size(); ++d) {
      text += (d > 0 ? ", " : "") + subscript(indices[d], length(a, static_cast<int>(d)));
    }
    text += "]";
    return a.dtype.empty() ? text : "cast<" + dtype_ + ">(" + text + ")";
  }

  /// Now and then a type that values are converted from and, where they are stored, to.
  std::string narrow_type() {
    static const std::vector<std::string> kFloats{"f16", "bf16"}, kIntegers{"i8", "u8", "i16"};
    if ((dtype_ != "f32" && dtype_ != "i32") || !random_.chance(40)) return "";
    return random_.pick(is_float_ ? kFloats : kIntegers);
  }

  std::string any_element() {
    if (random_.chance(8) && !loops_.empty() && !plain_) {
      const std::string at = element({"I", 1, ""}, {loops_.back().variable});
      const std::string i = fresh("g");
      let(i, "i64", at);
      return element(of_rank(1), {i});
    }
    const Array& a = target_ != nullptr && random_.chance(25) ? *target_ : of_rank(random_.between(1, 2));
    std::vector<std::string> indices;
    for (int d = 0; d < a.rank; ++d) {
      const auto natural = static_cast<std::size_t>(d);
      const bool plain = random_.chance(60) && natural < loops_.size();
      indices.push_back(plain ? loops_[a.rank == 1 ? loops_.size() - 1 : natural].variable : affine());
    }
    return element(a, indices);
  }

  std::string operand() {
    switch (random_.below(6)) {
      case 0:
        return "%x";
      case 1:
        return is_float_ ? "0.5:" + dtype_ : "3:" + dtype_;
      case 2:
        return "cast<" + dtype_ + ">(" + (loops_.empty() ? "%n" : loops_.back().variable) + ")";
      default:
        break;
    }
    const std::string e = any_element();
    if (random_.chance(40)) return e;
    const std::string v = fresh("v");
    let(v, dtype_, e);
    return v;
  }

  /// No products under `contract`, where they may or may not be fused.
  std::string value(int depth) {
    if (depth == 0) return operand();
    const std::string a = value(depth - 1), b = value(depth - 1);
    switch (random_.below(contract_ ? 5 : 8)) {
      case 0:
      case 1:
        return "(" + a + " + " + b + ")";
      case 2:
        return "(" + a + " - " + b + ")";
      case 3:
        return "min(" + a + ", " + b + ")";
      case 4:
        return "select(" + a + " < " + b + ", " + b + ", " + a + ")";
      case 5:
        return is_float_ ? "sqrt(abs(" + a + "))" : "(" + a + " ^ " + b + ")";
      case 6:
        return is_float_ ? "(" + a + " / " + b + ")" : "(" + a + " & " + b + ")";
      default:
        return "(" + a + " * " + b + ")";
    }
  }

  void store(const std::string& target, const std::string& v) {
    if (!target.starts_with("cast<")) return line(target + " = " + v);
    const std::size_t first = target.find('%');
    const std::string name = target.substr(first + 1, target.find('[') - first - 1);
    for (const Array& a : arrays_) {
      if (a.name != name) continue;
      line(target.substr(first, target.size() - first - 1) + " = cast<" + a.dtype + ">(" + v + ")");
    }
  }

  Random random_;
  bool contract_;
  std::string dtype_;
  bool is_float_ = true;
  bool plain_ = false;             ///< all arrays have one length, checked first, and accesses need no checks
  const Array* target_ = nullptr;  ///< of the nest, to be read too
  std::string text_;
  std::vector<Array> arrays_;
  std::vector<Loop> loops_;
  std::size_t depth_ = 0;
  int names_ = 0;
  int line_ = 1;
};

}  // namespace rooftop::fuzz
