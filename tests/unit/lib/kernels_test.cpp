// Every kernel of every level against the interpreter's run of the same meaning, one element after the other.
#include "rooftop/lib/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfenv>
#include <cstdlib>

#include "kernel_values.h"
#include "rooftop/backend/interp/interpreter.h"
#include "rooftop/ir/ufuncs.h"
#include "rooftop/lib/kernel_levels.h"

namespace rooftop::lib {
namespace {

using array::DType;
using ops::Ufunc;
using testing::Elements;

constexpr std::size_t kCount = 257;
constexpr std::size_t kLengths[] = {0, 1, 2, 3, 7, 8, 9, 31, 64, 100, 257};
constexpr std::byte kUntouched{0xA5};

enum class Scalar { None, Left, Right };

const std::vector<LevelKernels>& levels() {
  static const std::vector<LevelKernels> all = [] {
    std::vector<LevelKernels> list;
    for (int i = 0; i < levels_of_machine(); ++i) list.emplace_back(i);
    return list;
  }();
  return all;
}

std::int64_t address(const void* data) { return static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(data)); }

/// The function over arrays, a number at a time.
ir::Module scalar_module(Ufunc ufunc, const ops::Loop& loop) {
  const ops::UfuncInfo& row = ops::info(ufunc);
  ir::Function f{.name = "f", .python_name = "f", .parameters = {}, .results = {}, .body = {}, .location = {}};
  for (int k = 0; k < row.inputs + row.outputs; ++k) {
    f.parameters.push_back(ir::make_var("p", ir::Type::array(loop.types[static_cast<std::size_t>(k)], 1)));
  }
  const ir::Var i = ir::make_var("i", ir::kI64);
  ir::Block round;
  std::vector<ir::Expr> inputs;
  for (std::size_t k = 0; k < row.inputs; ++k) {
    inputs.push_back(ir::load(ir::variable(f.parameters[k]), {ir::variable(i)}));
  }
  const std::vector<ir::Expr> outputs = ir::ufunc_values(ufunc, loop, inputs, round);
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    round.push_back(ir::store(ir::variable(f.parameters[row.inputs + k]), {ir::variable(i)}, outputs[k]));
  }
  const ir::Expr n = ir::length(ir::variable(f.parameters.back()), 0);
  f.body = {ir::for_loop(i, ir::int_constant(0), n, 1, std::move(round))};
  return {{std::move(f)}, ir::FloatModel::Contract};
}

/// One loop of one function: its operands' values, and what they should become.
class Case {
 public:
  Case(Ufunc ufunc, int loop) : ufunc_(ufunc), loop_(ops::loops(ufunc)[static_cast<std::size_t>(loop)]), index_(loop) {
    for (std::size_t k = 0; k < row().inputs; ++k) {
      inputs_.push_back(testing::special_values(loop_.types[k], kCount, 1000 * static_cast<std::uint64_t>(ufunc) + k));
    }
    // NumPy refuses negative exponents of integers.
    if (ufunc == Ufunc::power && array::is_signed(loop_.types[1])) {
      const std::size_t size = array::size_of(loop_.types[1]);
      for (std::size_t i = 0; i < kCount; ++i) inputs_[1].at(i)[size - 1] &= std::byte{0x7F};
    }
  }

  void run() {
    const backend::interp::Interpreter reference(scalar_module(ufunc_, loop_));
    for (const Scalar scalar : {Scalar::None, Scalar::Left, Scalar::Right}) {
      if (scalar != Scalar::None && row().inputs != 2) continue;
      expected_ = results();
      std::vector<std::int64_t> slots;
      for (std::size_t k = 0; k < row().inputs; ++k) {
        const std::int64_t size = is_scalar(scalar, k) ? 0 : stride(k);
        slots.insert(slots.end(), {address(inputs_[k].at(0)), kCount, size});
      }
      add_outputs(slots, expected_, kCount, 1);
      std::uint64_t epoch = 0;
      backend::KernelContext context{.epoch = &epoch};
      ASSERT_EQ(reference.run(&context, slots.data(), nullptr), backend::kOk);
      for (std::size_t level = 0; level < levels().size(); ++level) check(levels()[level], scalar, kLevels[level]);
    }
  }

 private:
  const ops::UfuncInfo& row() const { return ops::info(ufunc_); }
  std::int64_t stride(std::size_t operand) const {
    return static_cast<std::int64_t>(array::size_of(loop_.types[operand]));
  }
  static bool is_scalar(Scalar scalar, std::size_t operand) {
    return (scalar == Scalar::Left && operand == 0) || (scalar == Scalar::Right && operand == 1);
  }

  /// Outputs of up to `step` times the count, and some bytes behind them that must not change.
  std::vector<Elements> results(std::size_t step = 1) const {
    std::vector<Elements> outputs;
    for (std::size_t k = 0; k < row().outputs; ++k) {
      outputs.emplace_back(loop_.types[row().inputs + k], step * kCount + 64);
      std::fill_n(outputs.back().at(0), outputs.back().size() * array::size_of(outputs.back().dtype()), kUntouched);
    }
    return outputs;
  }

  void add_outputs(std::vector<std::int64_t>& slots, std::vector<Elements>& outputs, std::size_t n,
                   std::int64_t step) const {
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      slots.insert(slots.end(),
                   {address(outputs[k].at(0)), static_cast<std::int64_t>(n), step * stride(row().inputs + k)});
    }
    slots.insert(slots.end(), {address(&is_unsure_), 1, 1});
    is_unsure_ = true;
  }

  /// Kernels that tell whether all results are finite are right; others leave the byte alone.
  void check_told(const std::vector<Elements>& outputs, std::size_t n, std::int64_t step,
                  const std::string& what) const {
    const array::DType dtype = outputs[0].dtype();
    bool is_finite = true;
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      if (outputs[k].dtype() != dtype) continue;
      for (std::size_t i = 0; i < n; ++i) {
        const void* const at = outputs[k].at(i * static_cast<std::size_t>(step));
        if (dtype == array::DType::F64) is_finite &= std::isfinite(*static_cast<const double*>(at));
        if (dtype == array::DType::F32) is_finite &= std::isfinite(*static_cast<const float*>(at));
      }
    }
    EXPECT_EQ(is_unsure_, ops::tells_finite(ufunc_, loop_) ? !is_finite : true)
        << row().name << " " << what << " " << n;
  }

  void check(const LevelKernels& kernels, Scalar scalar, const char* level) {
    const KernelSet& set = kernels.kernel(ufunc_, index_);
    const KernelEntry entry = scalar == Scalar::None   ? set.contiguous
                              : scalar == Scalar::Left ? set.left_scalar
                                                       : set.right_scalar;
    ASSERT_NE(entry, nullptr);
    for (const std::size_t n : kLengths) {
      const std::string what = std::string(level) + (scalar == Scalar::None ? "" : " scalar");
      std::vector<Elements> outputs = results();
      std::vector<std::int64_t> slots;
      for (const Elements& in : inputs_)
        slots.insert(slots.end(), {address(in.at(0)), static_cast<std::int64_t>(n), 8});
      add_outputs(slots, outputs, n, 1);
      ASSERT_EQ(entry(nullptr, slots.data(), nullptr), backend::kOk);
      compare(outputs, n, 1, what + " contiguous");
      check_told(outputs, n, 1, what + " contiguous");
      check_strided(set.strided, scalar, n, what + " strided");
      if (scalar == Scalar::None) check_in_place(set, n, what + " in place");
    }
  }

  /// Inputs backwards where the strides are negative, outputs with gaps.
  void check_strided(KernelEntry entry, Scalar scalar, std::size_t n, const std::string& what) {
    std::vector<Elements> outputs = results(3), reversed;
    for (const Elements& in : inputs_) {
      Elements& e = reversed.emplace_back(in.dtype(), 2 * kCount);
      for (std::size_t i = 0; i < kCount; ++i) {
        std::copy_n(in.at(i), array::size_of(in.dtype()), e.at(2 * (kCount - 1 - i)));
      }
    }
    std::vector<std::int64_t> slots;
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      const std::int64_t step = is_scalar(scalar, k) ? 0 : -2 * stride(k);
      slots.insert(slots.end(), {address(reversed[k].at(2 * (kCount - 1))), static_cast<std::int64_t>(n), step});
    }
    add_outputs(slots, outputs, n, 3);
    ASSERT_EQ(entry(nullptr, slots.data(), nullptr), backend::kOk);
    compare(outputs, n, 3, what);
    check_told(outputs, n, 3, what);
  }

  void check_in_place(const KernelSet& set, std::size_t n, const std::string& what) {
    for (const KernelEntry entry : {set.contiguous, set.strided}) {
      for (std::size_t k = 0; k < inputs_.size(); ++k) {
        if (array::size_of(loop_.types[k]) != array::size_of(loop_.types[row().inputs])) continue;
        std::vector<Elements> outputs = results();
        std::copy_n(inputs_[k].at(0), n * array::size_of(loop_.types[k]), outputs[0].at(0));
        std::vector<std::int64_t> slots;
        for (std::size_t j = 0; j < inputs_.size(); ++j) {
          const void* const data = j == k ? outputs[0].at(0) : inputs_[j].at(0);
          slots.insert(slots.end(), {address(data), static_cast<std::int64_t>(n), stride(j)});
        }
        add_outputs(slots, outputs, n, 1);
        ASSERT_EQ(entry(nullptr, slots.data(), nullptr), backend::kOk);
        compare(outputs, n, 1, what);
      }
    }
  }

  void compare(const std::vector<Elements>& outputs, std::size_t n, std::size_t step, const std::string& what) const {
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      const std::size_t size = array::size_of(outputs[k].dtype());
      for (std::size_t at = 0; at < outputs[k].size(); ++at) {
        const bool written = at % step == 0 && at / step < n;
        const bool good = written ? outputs[k].same(at, expected_[k], at / step)
                                  : std::all_of(outputs[k].at(at), outputs[k].at(at) + size,
                                                [](std::byte b) { return b == kUntouched; });
        if (good) continue;
        std::string values;
        for (const Elements& in : inputs_) values += " " + in.text(std::min(at / step, kCount - 1));
        ADD_FAILURE() << row().name << " of " << array::name_of(loop_.types[0]) << ", " << what << ", " << n
                      << " elements: output " << k << ", element " << at << " of" << values << " is "
                      << outputs[k].text(at) << ", not " << (written ? expected_[k].text(at / step) : "untouched");
        return;
      }
    }
  }

  Ufunc ufunc_;
  const ops::Loop& loop_;
  int index_;
  mutable bool is_unsure_ = true;
  std::vector<Elements> inputs_, expected_;
};

TEST(Kernels, ComputeWhatTheInterpreterDoesAtEveryLevel) {
  for (int f = 0; f < ops::ufunc_count(); ++f) {
    const auto ufunc = static_cast<Ufunc>(f);
    for (int loop = 0; loop < static_cast<int>(ops::loops(ufunc).size()); ++loop) Case(ufunc, loop).run();
  }
}

TEST(Kernels, HaveScalarVariantsForTwoInputsAlone) {
  EXPECT_EQ(kernel(Ufunc::sqrt, 0).left_scalar, nullptr);
  EXPECT_EQ(kernel(Ufunc::sqrt, 0).right_scalar, nullptr);
  EXPECT_NE(kernel(Ufunc::add, 0).left_scalar, nullptr);
  EXPECT_NE(kernel(Ufunc::add, 0).right_scalar, nullptr);
}

TEST(Kernels, LevelIsOneOfThree) {
  EXPECT_NE(std::find(kLevels.begin(), kLevels.end(), std::string_view(cpu_level())), kLevels.end());
}

/// The flags that a kernel leaves for these numbers and a last one.
int flags_after(const LevelKernels& kernels, Ufunc ufunc, double a, double b, std::int64_t n) {
  std::vector<double> x(static_cast<std::size_t>(n), 1.5), y(x.size(), 2.5), z(x.size());
  x.back() = a;
  y.back() = b;
  bool is_unsure = true;
  const std::int64_t slots[] = {address(x.data()), n, 8, address(y.data()),   n, 8,
                                address(z.data()), n, 8, address(&is_unsure), 1, 1};
  std::feclearexcept(FE_ALL_EXCEPT);
  kernels.kernel(ufunc, ops::loop_for(ufunc, DType::F64)).contiguous(nullptr, slots, nullptr);
  return std::fetestexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW);
}

TEST(Kernels, RaiseTheProcessorsFlagsOfTheirElementsAlone) {
  const double inf = std::numeric_limits<double>::infinity();
  for (const LevelKernels& kernels : levels()) {
    for (const std::int64_t n : {1, 2, 3, 5, 8, 9, 33, 63}) {
      EXPECT_EQ(flags_after(kernels, Ufunc::divide, 3, 4, n), 0) << n;
      EXPECT_EQ(flags_after(kernels, Ufunc::divide, 3, 0, n), FE_DIVBYZERO) << n;
      EXPECT_EQ(flags_after(kernels, Ufunc::divide, 0, 0, n), FE_INVALID) << n;
      EXPECT_EQ(flags_after(kernels, Ufunc::add, inf, -inf, n), FE_INVALID) << n;
      EXPECT_EQ(flags_after(kernels, Ufunc::multiply, 1e300, 1e300, n), FE_OVERFLOW) << n;
    }
  }
}

}  // namespace
}  // namespace rooftop::lib
