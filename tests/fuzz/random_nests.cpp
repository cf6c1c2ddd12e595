// The generator writes text: elementwise nests, contractions, reductions, flattened matrices and rows as views, with
// random subscripts, bounds and jumps.
#include "random_nests.h"

#include <vector>

#include "nest_writer.h"
#include "random_orders.h"

namespace rooftop::fuzz {
namespace {

class Nests : private NestWriter {
 public:
  using NestWriter::NestWriter;

  std::string module() {
    text_ = std::string("module float_model=") + (contract_ ? "contract" : "strict") + "\n\nfunc @f \"f\" (";
    for (const char* name : {"A", "B", "C", "X", "Y"}) {
      const bool may_differ = name[0] < 'C';
      const Array a{name, name[0] < 'X' ? 2 : 1, may_differ ? narrow_type() : ""};
      arrays_.push_back(a);
      text_ +=
          "%" + a.name + ": " + (a.dtype.empty() ? dtype_ : a.dtype) + "[" + std::to_string(a.rank) + layout() + "], ";
    }
    text_ += "%I: i64[1, C], %n: i64, %m: i64, %x: " + dtype_ + ") @\"fuzz.py\":1:0-999:0 {\n";
    if (plain_) check_shapes();
    const int nests = random_.between(1, contract_ ? 2 : 3);
    for (int i = 0; i < nests; ++i) nest();
    return text_ + "}\n";
  }

 private:
  void nest() {
    // Sums over neighbours grow beyond what products of them are exact for.
    if (random_.chance(25) && !contract_) return neighbours();
    const int kind = contract_ ? 0 : random_.below(plain_ ? 9 : 12);
    if (kind < 4) return contraction();
    if (kind < 9) return elementwise();
    if (kind == 9) return reduction();
    return kind == 10 ? flattened() : rows();
  }

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
      if (!loops_.empty() && random_.chance(20)) return triangle(variable, n);
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
      if (random_.chance(15)) {
        line("if " + t + " < " + target + " {");
        ++depth_;
        store(target, t);
        --depth_;
        line("}");
      } else {
        store(target, reduced(target, t));
      }
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

  /// A loop whose bounds depend on one around it.
  void triangle(const std::string& variable, const std::string& n) {
    const std::string other = loops_[static_cast<std::size_t>(random_.below(static_cast<int>(loops_.size())))].variable;
    switch (random_.below(4)) {
      case 0:
        return open(variable, "0", other + " + 1", 1, "");
      case 1:
        return open(variable, "0", other, 1, "");
      case 2:
        return open(variable, other, n, 1, "");
      default:
        return open(variable, "max(0, " + other + " - 2)", "min(" + n + ", " + other + " + 3)", 1, "");
    }
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
    if (!a.dtype.empty()) return elementwise();
    const std::string i = fresh("i"), row = fresh("row");
    loop_over(i, length(a, 0));
    const std::string n = length(a, 1);
    const std::string start = subscript(random_.chance(70) ? i : affine(), length(a, 0));
    // A row of an array of unknown strides may have any stride itself.
    line("let " + row + ": " + dtype_ + "[1] = view<" + dtype_ + "[1]>(%" + a.name + "[" + start + ", 0], axis(1, " +
         n + ", 1))");
    const std::string j = fresh("j");
    open(j, "0", row + ".shape[0]", 1, row + ".shape[0]");
    const Array view{row.substr(1), 1, ""};
    const std::string v = value(1);
    const std::string target = element(view, {j});
    store(target, random_.chance(50) ? v : target + " + " + v);
    close_all();
  }
};

}  // namespace

bool nests_are_exact(std::uint64_t seed) { return seed % 3 == 0; }

std::string random_nests(std::uint64_t seed) { return seed % 3 == 1 ? random_orders(seed) : Nests(seed).module(); }

}  // namespace rooftop::fuzz
