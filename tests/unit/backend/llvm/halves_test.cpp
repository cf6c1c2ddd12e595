// Conversions of the two-byte floats on processors with instructions for them and without.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

#include "compiled.h"
#include "rooftop/array/half.h"

namespace rooftop::backend {
namespace {

using array::DType;
using testing::Compiled;
using testing::Slots;

struct Processor {
  const char* name;
  CompileOptions options;
};

std::vector<Processor> processors() {
  CompileOptions oldest, without, quick;
  oldest.cpu = "x86-64";
  without.features = "-f16c";
  quick.level = CodeLevel::Quick;
  return {{"this one", {}}, {"this one, quickly", quick}, {"without instructions", without}, {"the oldest", oldest}};
}

/// for i: out[i] = cast(in[i]), `lanes` at a time.
std::string conversion(const std::string& from, const std::string& to, int lanes) {
  const std::string at = lanes == 1 ? "%i" : "ramp<" + std::to_string(lanes) + ">(%i, 1)";
  return "func @f (%in: " + from + "[1, C], %out: " + to + "[1, C]) { for %i in 0 .. %in.shape[0] step " +
         std::to_string(lanes) + " { %out[" + at + "] = cast<" + to + ">(%in[" + at + "]) } }";
}

template <class From, class To>
std::vector<To> converted(const Compiled& f, std::vector<From>& in) {
  std::vector<To> out(in.size());
  Slots slots;
  slots.add_array(in.data(), {static_cast<std::int64_t>(in.size())}, {sizeof(From)});
  slots.add_array(out.data(), {static_cast<std::int64_t>(out.size())}, {sizeof(To)});
  EXPECT_EQ(f(slots).error(), "ok");
  return out;
}

std::vector<std::uint16_t> all_halves() {
  std::vector<std::uint16_t> bits(0x10000);
  for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = static_cast<std::uint16_t>(i);
  return bits;
}

/// Every half, what lies in the middle of two, and the next numbers beside both.
template <class Wide>
std::vector<Wide> around_halves(DType half) {
  std::vector<Wide> values;
  for (const std::uint16_t bits : all_halves()) {
    const Wide low = half_value(bits, half), high = half_value(static_cast<std::uint16_t>(bits + 1), half);
    for (const Wide x : {low, low + (high - low) / 2}) {
      for (const Wide y : {x, std::nextafter(x, Wide(-INFINITY)), std::nextafter(x, Wide(INFINITY))})
        values.push_back(y);
    }
  }
  std::mt19937_64 random(11);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t bits = random();
    values.push_back(sizeof(Wide) == 8 ? static_cast<Wide>(std::bit_cast<double>(bits))
                                       : static_cast<Wide>(std::bit_cast<float>(static_cast<std::uint32_t>(bits))));
  }
  values.resize(values.size() / 16 * 16);
  return values;
}

template <class Wide>
void expect_narrowed(const Compiled& f, DType half, const char* name) {
  auto values = around_halves<Wide>(half);
  const auto got = converted<Wide, std::uint16_t>(f, values);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) {
      ASSERT_TRUE(std::isnan(array::half_value(got[i], half))) << name;
    } else {
      ASSERT_EQ(got[i], array::half_bits(values[i], half)) << name << " of " << values[i];
    }
  }
}

template <class Wide>
void expect_widened(const Compiled& f, DType half, const char* name) {
  auto bits = all_halves();
  const auto got = converted<std::uint16_t, Wide>(f, bits);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const Wide value = array::half_value(bits[i], half);
    if (std::isnan(value)) {
      ASSERT_TRUE(std::isnan(got[i])) << name << " of " << bits[i];
    } else {
      ASSERT_EQ(got[i], value) << name << " of " << bits[i];
      ASSERT_EQ(std::signbit(got[i]), std::signbit(value));
    }
  }
}

TEST(Halves, ConvertAlikeOnEveryProcessor) {
  for (const auto& [name, options] : processors()) {
    for (const DType half : {DType::F16, DType::BF16}) {
      const std::string type(array::short_name_of(half));
      for (const int lanes : {1, 8, 16}) {
        expect_widened<float>(Compiled(conversion(type, "f32", lanes), options), half, name);
        expect_widened<double>(Compiled(conversion(type, "f64", lanes), options), half, name);
        expect_narrowed<float>(Compiled(conversion("f32", type, lanes), options), half, name);
        expect_narrowed<double>(Compiled(conversion("f64", type, lanes), options), half, name);
      }
    }
  }
}

TEST(Halves, NeedNoLibrary) {
  for (const auto& [name, options] : processors()) {
    for (const char* wide : {"f32", "f64"}) {
      for (const std::string half : {"f16", "bf16"}) {
        for (const int lanes : {1, 16}) {
          for (const auto& text : {conversion(half, wide, lanes), conversion(wide, half, lanes)}) {
            const std::string assembly = Compiled(text, options).kernel().assembly();
            for (const char* called : {"__extend", "__trunc", "__gnu"}) {
              EXPECT_EQ(assembly.find(called), std::string::npos) << name << text;
            }
          }
        }
      }
    }
  }
}

/// Sums of float16 numbers are those of float32, rounded: no instruction for float16 may stand in for them.
TEST(Halves, ArithmeticBetweenConversionsIsThatOfFloat32) {
  const std::string text = R"(
    func @f (%x: f16[1, C], %y: f16[1, C], %out: f16[1, C]) {
      for %i in 0 .. %x.shape[0] step 16 {
        let %a: f32x16 = cast<f32>(%x[ramp<16>(%i, 1)])
        let %b: f32x16 = cast<f32>(%y[ramp<16>(%i, 1)])
        %out[ramp<16>(%i, 1)] = cast<f16>(sqrt(abs(%a * %b + %a / %b)))
      }
    })";
  auto x = all_halves(), y = all_halves();
  std::mt19937 random(3);
  std::shuffle(y.begin(), y.end(), random);
  std::vector<std::uint16_t> out(x.size());
  const auto n = static_cast<std::int64_t>(x.size());
  for (const auto& [name, options] : processors()) {
    CompileOptions strict = options;
    const Compiled f("module float_model=strict\n" + text, strict);
    Slots slots;
    for (auto* list : {&x, &y, &out}) slots.add_array(list->data(), {n}, {2});
    ASSERT_EQ(f(slots).error(), "ok");
    for (std::size_t i = 0; i < x.size(); ++i) {
      const float a = array::half_value(x[i], DType::F16), b = array::half_value(y[i], DType::F16);
      const float product = a * b, quotient = a / b;
      const float sum = product + quotient;
      const float expected = std::sqrt(std::fabs(sum));
      if (std::isnan(expected)) {
        ASSERT_TRUE(std::isnan(array::half_value(out[i], DType::F16)));
      } else {
        ASSERT_EQ(out[i], array::half_bits(expected, DType::F16)) << name << " " << a << " " << b;
      }
    }
  }
}

/// LLVM turns a choice between converted numbers into one of float16, and that into a call, if it may.
TEST(Halves, AreNotComparedAsSuch) {
  const std::string text = R"(
    func @f (%x: f16[1, C], %out: f64[1, C]) {
      for %i in 0 .. %x.shape[0] {
        let %a: f64 = cast<f64>(%x[%i])
        %out[%i] = max(1.0, %a) + min(%a, 0.5)
      }
    })";
  const Compiled f(text);
  auto x = all_halves();
  const auto got = converted<std::uint16_t, double>(f, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = array::half_value(x[i], DType::F16);
    const double expected = (a > 1.0 ? a : 1.0) + (0.5 < a ? 0.5 : a);
    ASSERT_TRUE(got[i] == expected || std::isnan(expected)) << a;
  }
}

}  // namespace
}  // namespace rooftop::backend
