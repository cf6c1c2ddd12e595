// Each loop variable is known to lie between `low` and N - 1 - `high`; subscripts are chosen to fit.
#include "random_orders.h"

#include <algorithm>
#include <vector>

#include "random.h"

namespace rooftop::fuzz {
namespace {

struct Round {
  std::string variable;
  int low, high;
};

class Orders {
 public:
  explicit Orders(std::uint64_t seed) : random_(seed * 13 + 7) {}

  std::string module() {
    text_ = "module float_model=strict\n\nfunc @f \"f\" (";
    for (const char* name : {"A", "B", "C", "X", "Y"}) {
      text_ += std::string("%") + name + ": f64[" + (name[0] < 'X' ? "2" : "1") + ", C], ";
    }
    text_ += "%n: i64, %x: f64) @\"fuzz.py\":1:0-999:0 {\n";
    line("let %N: i64 = %A.shape[0]");
    for (const char* length :
         {"%A.shape[1]", "%B.shape[0]", "%B.shape[1]", "%C.shape[0]", "%C.shape[1]", "%X.shape[0]", "%Y.shape[0]"}) {
      line(std::string("check ") + length + " == %N else ValueError \"s\" @2:4");
    }
    const bool apart = random_.chance(85);
    if (apart) assume_apart();
    const bool repeated = random_.chance(50);
    if (repeated) open_text("for %t in 0 .. " + std::to_string(random_.between(1, 9)) + " {");
    const bool steps = repeated && random_.chance(60);
    for (int i = random_.between(1, 3); i > 0; --i) steps ? sweep() : random_.chance(30) ? alike() : nest();
    while (indent_ > 1) close();
    return text_ + "}\n";
  }

 private:
  void assume_apart() {
    std::string all;
    const std::vector<std::string> names{"%A", "%B", "%C", "%X", "%Y"};
    for (std::size_t a = 0; a < names.size(); ++a) {
      for (std::size_t b = a + 1; b < names.size(); ++b) {
        all += (all.empty() ? "" : " & ") + ("disjoint(" + names[a] + ", " + names[b] + ")");
      }
    }
    line("let %apart: bool = " + all);
    open_text("if %apart {");
    line("assume " + all);
  }

  void line(const std::string& s) { text_ += std::string(static_cast<std::size_t>(2 * indent_), ' ') + s + "\n"; }
  void open_text(const std::string& s) {
    line(s);
    ++indent_;
  }
  void close() {
    --indent_;
    line("}");
  }
  std::string fresh(const std::string& name) { return "%" + name + std::to_string(names_++); }

  /// A loop over all, over a part, or over what another loop's variable leaves.
  void open_loop() {
    const std::string v = fresh("i");
    if (!rounds_.empty() && random_.chance(40)) {
      const Round other = any_round();
      switch (random_.below(4)) {
        case 0:
          open_text("for " + v + " in 0 .. " + other.variable + " {");
          return rounds_.push_back({v, 0, other.high + 1});
        case 1:
          open_text("for " + v + " in 0 .. " + other.variable + " + 1 {");
          return rounds_.push_back({v, 0, other.high});
        case 2:
          open_text("for " + v + " in " + other.variable + " .. %N {");
          return rounds_.push_back({v, other.low, 0});
        default:
          open_text("for " + v + " in " + other.variable + " + 1 .. %N {");
          return rounds_.push_back({v, other.low + 1, 0});
      }
    }
    const int low = random_.below(3), high = random_.below(3);
    if (random_.chance(10)) {
      open_text("for " + v + " in %N - " + std::to_string(high + 1) + " .. " + std::to_string(low - 1) + " step -1 {");
    } else {
      open_text("for " + v + " in " + std::to_string(low) + " .. %N - " + std::to_string(high) + " {");
    }
    rounds_.push_back({v, low, high});
  }
  void close_loop() {
    rounds_.pop_back();
    close();
  }

  const Round& any_round() {
    return rounds_[static_cast<std::size_t>(random_.below(static_cast<int>(rounds_.size())))];
  }

  std::string subscript(const Round& r) {
    if (random_.chance(4)) return "%N - 1 - " + r.variable;
    const int offset = random_.chance(60) ? 0 : random_.between(-std::min(r.low, 2), std::min(r.high, 2));
    if (offset == 0) return r.variable;
    return r.variable + (offset < 0 ? " - " : " + ") + std::to_string(std::abs(offset));
  }

  /// Mostly the inner loops' variables, in their order.
  std::string element(bool target) {
    const bool flat = random_.chance(target ? 25 : 30);
    const std::string array = flat                 ? random_.chance(50) ? "%X" : "%Y"
                              : random_.chance(60) ? "%A"
                              : random_.chance(50) ? "%B"
                                                   : "%C";
    const auto one = [&](std::size_t from_inside) {
      const std::size_t n = rounds_.size();
      return subscript(random_.chance(70) && n > from_inside ? rounds_[n - 1 - from_inside] : any_round());
    };
    if (flat) return array + "[" + one(0) + "]";
    return array + "[" + one(1) + ", " + one(0) + "]";
  }

  std::string value(int depth) {
    if (depth == 0) return random_.chance(15) ? "%x" : element(false);
    const std::string a = value(depth - 1), b = value(random_.below(depth));
    switch (random_.below(6)) {
      case 0:
        return "(" + a + " * 0.25)";
      case 1:
        return "(" + a + " * " + b + ")";
      case 2:
        return "(" + a + " - " + b + ")";
      case 3:
        return "min(" + a + ", " + b + ")";
      default:
        return "(" + a + " + " + b + ")";
    }
  }

  void store(const std::string& target) {
    std::string v = value(random_.between(1, 2));
    if (random_.chance(60)) v = target + (random_.chance(70) ? " + " : " - ") + v;
    if (random_.chance(20)) {
      const std::string name = fresh("v");
      line("let " + name + ": f64 = " + v);
      v = name;
    }
    const bool choice = random_.chance(12);
    if (choice) open_text("if " + v + " < " + element(false) + " {");
    line(target + " = " + v);
    if (choice) close();
  }

  void nest() {
    open_loop();
    level(1);
    close_loop();
  }

  /// Each element from elements near it, mostly of another array.
  void sweep() { sweep(random_.chance(50), random_.between(0, 2), random_.between(0, 2)); }

  /// Several over the same rounds.
  void alike() {
    const bool flat = random_.chance(50);
    const int low = random_.between(0, 2), high = random_.between(0, 2);
    for (int i = random_.between(2, 3); i > 0; --i) sweep(flat, low, high);
  }

  void sweep(bool flat, int low, int high) {
    for (const char* name : {"i", "j"}) {
      const std::string v = fresh(name);
      open_text("for " + v + " in " + std::to_string(low) + " .. %N - " + std::to_string(high) + " {");
      rounds_.push_back({v, low, high});
      if (flat) break;
    }
    const std::vector<std::string> arrays =
        flat ? std::vector<std::string>{"%X", "%Y"} : std::vector<std::string>{"%A", "%B"};
    const std::string& target = random_.pick(arrays);
    const auto near = [&](const std::string& array, bool exact) {
      std::string text = array + "[";
      for (std::size_t d = 0; d < rounds_.size(); ++d) {
        text += (d > 0 ? ", " : "") + (exact ? rounds_[d].variable : subscript(rounds_[d]));
      }
      return text + "]";
    };
    std::string v = "%x";
    for (int i = random_.between(1, 3); i > 0; --i) {
      const std::string& array = random_.chance(80) ? arrays[target == arrays[0] ? 1 : 0] : target;
      v = "(" + v + " + " + near(array, array == target && random_.chance(70)) + ") * 0.5";
    }
    line(near(target, true) + " = " + v);
    while (!rounds_.empty()) close_loop();
  }

  /// What stands in a loop: statements, and loops of the next level between them.
  void level(int depth) {
    const bool innermost = depth == 3 || random_.chance(depth == 1 ? 10 : 55);
    if (innermost) {
      for (int i = random_.chance(25) ? 2 : 1; i > 0; --i) store(element(true));
      return;
    }
    const std::string target = element(true);
    const bool sums = random_.chance(25);
    const std::string sum = fresh("s");
    if (sums) {
      line("var " + sum + ": f64 = " + (random_.chance(50) ? "0.0" : target));
    } else if (random_.chance(30)) {
      store(target);
    }
    for (int i = random_.chance(20) ? 2 : 1; i > 0; --i) {
      open_loop();
      if (sums) {
        line(sum + " := " + sum + " + " + value(1));
        if (random_.chance(20)) store(element(true));
      } else if (depth == 1 && random_.chance(25)) {
        store(target);
      } else {
        level(depth + 1);
      }
      close_loop();
    }
    if (sums) {
      line(target + " = " + sum);
    } else if (random_.chance(25)) {
      store(random_.chance(50) ? target : element(true));
    }
  }

  Random random_;
  std::string text_;
  std::vector<Round> rounds_;
  int indent_ = 1;
  int names_ = 0;
};

}  // namespace

std::string random_orders(std::uint64_t seed) { return Orders(seed).module(); }

}  // namespace rooftop::fuzz
