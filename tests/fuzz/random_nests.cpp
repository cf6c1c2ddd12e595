// The generator writes text: elementwise nests, contractions, reductions, flattened matrices and rows as views, with
// random subscripts, bounds and jumps.
#include "random_nests.h"

#include <vector>

#include "random.h"

namespace rooftop::fuzz {
namespace {

struct Array {
  std::string name;
  int rank;
};

/// A loop around the current place: its variable, and an array's dimension whose length it stays below.
struct Loop {
  std::string variable;
  std::string length;  ///< empty: none
};

class Nests {
 public:
  explicit Nests(std::uint64_t seed) : random_(seed * 7 + 3), contract_(nests_are_exact(seed)) {
    static const std::vector<std::string> kAny{"f64", "f64", "f64", "f32", "i64", "i64", "i32", "u8", "i16"};
    dtype_ = contract_ ? "f64" : random_.pick(kAny);
    is_float_ = dtype_[0] == 'f';
    plain_ = random_.chance(30);
  }

  std::string module() {
    text_ = std::string("module float_model=") + (contract_ ? "contract" : "strict") + "\n\nfunc @f \"f\" (";
    for (const char* name : {"A", "B", "C", "X", "Y"}) {
      const Array a{name, name[0] < 'X' ? 2 : 1};
      arrays_.push_back(a);
      text_ += "%" + a.name + ": " + dtype_ + "[" + std::to_string(a.rank) + layout() + "], ";
    }
    text_ += "%I: i64[1, C], %n: i64, %m: i64, %x: " + dtype_ + ") @\"fuzz.py\":1:0-999:0 {\n";
    if (plain_) check_shapes();
    const int nests = random_.between(1, contract_ ? 2 : 3);
    for (int i = 0; i < nests; ++i) nest();
    return text_ + "}\n";
  }

 private:
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

  void nest() {
    if (random_.chance(25)) return neighbours();
    const int kind = random_.below(contract_ ? 5 : plain_ ? 9 : 12);
    if (kind < 5) return contraction();
    if (kind < 9) return elementwise();
    if (kind == 9) return reduction();
    return kind == 10 ? flattened() : rows();
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
    return text + "]";
  }

  std::string any_element() {
    if (random_.chance(8) && !loops_.empty() && !plain_) {
      const std::string at = element({"I", 1}, {loops_.back().variable});
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

  void store(const std::string& target, const std::string& v) { line(target + " = " + v); }

  // ---------------------------------------------------------------- nests

  void jump() {
    const std::string condition = any_element() + (is_float_ ? " > 2.5:" : " > 5:") + dtype_;
    const int kind = random_.below(5);
    line("if " + condition + " { " +
         (kind == 0   ? "raise ValueError \"r\"" + here()
          : kind == 1 ? "return"
          : kind == 2 ? "break"
                      : "continue") +
         " }");
  }

  void elementwise() {
    const Array& a = of_rank(random_.between(1, 2));
    target_ = &a;
    const bool swapped = a.rank == 2 && random_.chance(30);
    std::vector<std::string> variables;
    for (int d = 0; d < a.rank; ++d) variables.push_back(fresh(d == 0 ? "i" : "j"));
    for (int d = 0; d < a.rank; ++d) {
      const int at = swapped ? a.rank - 1 - d : d;
      loop_over(variables[static_cast<std::size_t>(at)], length(a, at));
    }
    if (random_.chance(plain_ ? 25 : 10)) jump();
    const int stores = random_.chance(25) ? 2 : 1;
    for (int s = 0; s < stores; ++s) {
      std::vector<std::string> indices = variables;
      if (random_.chance(25)) indices.back() = random_.chance(60) ? indices.back() + " + 1" : affine();
      const std::string v = value(random_.between(1, 2));
      const bool conditional = random_.chance(12);
      if (conditional) {
        line("if %x < " + operand() + " {");
        ++depth_;
      }
      store(element(s == 0 || random_.chance(50) ? a : of_rank(a.rank), indices), v);
      if (conditional) {
        --depth_;
        line("}");
      }
    }
    close_all();
    target_ = nullptr;
  }

  /// Statements that read and write elements next to each other: what decides which rounds may run at once.
  void neighbours() {
    const bool flat = random_.chance(60);
    const Array &first = of_rank(flat ? 1 : 2), &second = random_.chance(50) ? first : of_rank(flat ? 1 : 2);
    const std::string i = fresh("i"), j = fresh("j");
    const auto inner_part = [&](const std::string& variable, const std::string& n) {
      if (random_.chance(20)) return loop_over(variable, n);
      open(variable, "1", n + " - 1", 1, n);
    };
    if (!flat) inner_part(i, length(first, 0));
    inner_part(j, length(first, flat ? 0 : 1));
    const auto near = [&](const Array& a) {
      const auto offset = [&](const std::string& v) {
        const int o = random_.between(-1, 1);
        return o == 0 ? v : v + (o < 0 ? " - 1" : " + 1");
      };
      std::vector<std::string> indices;
      if (!flat) indices.push_back(random_.chance(70) ? i : offset(i));
      indices.push_back(offset(j));
      return element(a, indices);
    };
    const int statements = random_.between(1, 3);
    for (int s = 0; s < statements; ++s) {
      std::string v = near(random_.chance(50) ? first : second);
      if (random_.chance(40)) {
        const std::string name = fresh("v");
        let(name, dtype_, v);
        v = name;
      }
      const std::string other = random_.chance(60) ? near(random_.chance(50) ? first : second) : "%x";
      store(near(random_.chance(70) ? first : second), v + " + " + other);
    }
    close_all();
  }

  void reduction() {
    const std::string s = fresh("s");
    line("var " + s + ": " + dtype_ + " = %x");
    loop_over(fresh("i"), length(of_rank(1), 0));
    if (random_.chance(20)) jump();
    const std::string v = value(1);
    line(s + " := " + s + " + " + v);
    if (random_.chance(30)) store(element(of_rank(1), {loops_.back().variable}), s);
    close_all();
    if (!plain_ && random_.chance(70)) store(element(of_rank(1), {"0"}), s);
  }

  /// C[i, j] (+)= A[i, k] * B[k, j] in its many forms.
  void contraction() {
    // Products of what is computed here would not be exact.
    const Array& a = contract_ ? arrays_[0] : of_rank(2);
    const Array& b = contract_ ? arrays_[1] : of_rank(2);
    const Array& c = contract_ || random_.chance(80) ? arrays_[2] : of_rank(2);
    const std::string i = fresh("i"), j = fresh("j"), k = fresh("k");
    const bool a_turned = random_.chance(25), b_turned = random_.chance(25);
    const std::string terms = length(a, a_turned ? 0 : 1);
    const auto loop = [&](const std::string& variable) {
      const std::string n = variable == i ? length(c, 0) : variable == j ? length(c, 1) : terms;
      if (plain_ || random_.chance(8)) return loop_over(variable, n);
      open(variable, "0", n, 1, n);
    };
    const auto term = [&] {
      std::string left = element(a, a_turned ? std::vector{k, i} : std::vector{i, k});
      const std::string right = element(b, b_turned ? std::vector{j, k} : std::vector{k, j});
      if (random_.chance(25)) {
        const std::string v = fresh("v");
        let(v, dtype_, left);
        left = v;
      }
      switch (random_.below(7)) {
        case 0:
          return "(" + left + " + " + right + ")";
        case 1:
          return "%x * " + left + " * " + right;
        case 2:
          return left + " * %x";
        default:
          return left + " * " + right;
      }
    };
    static const std::vector<std::string> kReductions{"+", "+", "+", "-", "min", "max"};
    const std::string op = random_.pick(kReductions);
    const auto reduced = [&](const std::string& old, const std::string& t) {
      if (op.size() > 1) return op + "(" + old + ", " + t + ")";
      return op == "+" && random_.chance(20) ? "(" + t + ") + " + old : old + " " + op + " (" + t + ")";
    };
    const int form = random_.below(4);
    if (form == 0) {
      std::vector<std::string> order{i, j, k};
      for (int n = random_.below(6); n > 0; --n)
        std::swap(order[static_cast<std::size_t>(n % 3)], order[static_cast<std::size_t>((n + 1) % 3)]);
      for (const std::string& v : order) loop(v);
      const std::string target = element(c, {i, j}), t = term();
      store(target, reduced(target, t));
      return close_all();
    }
    const bool swapped = random_.chance(30);
    loop(swapped ? j : i);
    loop(swapped ? i : j);
    if (form == 1) {
      const std::string target = element(c, {i, j});
      store(target, random_.chance(50) ? "%x" : reduced(target, "%x"));
      loop(k);
      const std::string t = term();
      store(target, reduced(target, t));
      return close_all();
    }
    const std::string s = fresh("s"), target = element(c, {i, j});
    line("var " + s + ": " + dtype_ + " = " +
         (random_.chance(40) ? target
          : is_float_        ? "0.0:" + dtype_
                             : "1:" + dtype_));
    const bool copied = random_.chance(10);
    const std::string copy = fresh("old");
    if (copied) let(copy, dtype_, s);
    loop(k);
    std::string t = term();
    if (random_.chance(8)) t = "(" + t + ") + " + target;
    line(s + " := " + reduced(s, t));
    close();
    std::string result = s;
    if (random_.chance(25)) result = target + " + " + result;
    if (random_.chance(15)) result = "max(" + result + ", %x)";
    store(target, copied ? result + " + " + copy : result);
    close_all();
  }

  /// A vector used as a matrix: X[i * m + j].
  void flattened() {
    const Array& a = of_rank(1);
    const std::string i = fresh("i"), j = fresh("j");
    open(i, "0", "%n", 1, "");
    open(j, "0", "%m", 1, "");
    const auto at = [&](const Array& array) {
      std::string t = fresh("t"), u = fresh("u");
      if (random_.chance(70)) line("check !mul_overflows(" + i + ", %m) else OverflowError \"o\"" + here());
      let(t, "i64", i + " * %m");
      let(u, "i64", t + " + " + j);
      return element(array, {random_.chance(80) ? u : u + " - 1"});
    };
    const std::string other = at(random_.chance(30) ? a : of_rank(1));
    const std::string v = fresh("v");
    let(v, dtype_, other + " + " + operand());
    store(at(a), v);
    close_all();
  }

  /// Rows of a matrix as views.
  void rows() {
    const Array& a = of_rank(2);
    const std::string i = fresh("i"), row = fresh("row");
    loop_over(i, length(a, 0));
    const std::string n = length(a, 1);
    const std::string start = subscript(random_.chance(70) ? i : affine(), length(a, 0));
    // A row of an array of unknown strides may have any stride itself.
    line("let " + row + ": " + dtype_ + "[1] = view<" + dtype_ + "[1]>(%" + a.name + "[" + start + ", 0], axis(1, " +
         n + ", 1))");
    const std::string j = fresh("j");
    open(j, "0", row + ".shape[0]", 1, row + ".shape[0]");
    const Array view{row.substr(1), 1};
    const std::string v = value(1);
    const std::string target = element(view, {j});
    store(target, random_.chance(50) ? v : target + " + " + v);
    close_all();
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

}  // namespace

bool nests_are_exact(std::uint64_t seed) { return seed % 3 == 0; }

std::string random_nests(std::uint64_t seed) { return Nests(seed).module(); }

}  // namespace rooftop::fuzz
