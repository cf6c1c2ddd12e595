// Kernels from text: arguments, results, what they raise.
#include "expect.h"

namespace rooftop {
namespace {

constexpr const char* kAxpy = R"(
func @axpy (%x: f64[1, readonly], %y: f64[1], %a: f64) -> (f64) {
  var %sum: f64 = 0.0
  check %x.shape[0] == %y.shape[0] else ValueError "lengths {0} and {1}" (%x.shape[0], %y.shape[0])
  for %i in 0 .. %x.shape[0] {
    %y[%i] = %y[%i] + %a * %x[%i]
    %sum := %sum + %y[%i]
  }
  return %sum
}
)";

TEST(Kernel, ComputesOnArraysOfAnyStrides) {
  const Kernel axpy = compile(kAxpy);
  EXPECT_EQ(axpy.signature(), "@axpy(%x: f64[1, readonly], %y: f64[1], %a: f64) -> (f64)");
  const Array y = arange(6).astype<double>();
  const std::vector<Array> results = axpy(ones(3).broadcast_to(3), y(slice({}, {}, 2)), 10);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].item<double>(), 36);
  EXPECT_EQ(values<double>(y), (Doubles{10, 1, 12, 3, 14, 5}));
  EXPECT_NE(axpy.ir().find("@axpy"), std::string::npos);
  EXPECT_NE(axpy.optimised_ir(), axpy.ir());
  EXPECT_NE(axpy.assembly().find("ret"), std::string::npos);
}

TEST(Kernel, RefusesArgumentsThatDoNotFit) {
  const Kernel axpy = compile(kAxpy);
  const Array x = ones(3);
  EXPECT_EQ(message_of<TypeError>([&] { axpy(x, x); }), axpy.signature() + " takes 3 arguments, not 2");
  EXPECT_EQ(message_of<TypeError>([&] { axpy(1.0, x, 1.0); }),
            "argument %x of " + axpy.signature() + " must be an array");
  EXPECT_EQ(message_of<TypeError>([&] { axpy(x.astype<float>(), x, 1.0); }),
            "argument %x of " + axpy.signature() + " is an array of float32");
  EXPECT_EQ(message_of<TypeError>([&] {
              axpy(x, zeros({3, 1}), 1.0);
            }),
            "argument %y of " + axpy.signature() + " has shape (3, 1)");
  EXPECT_EQ(message_of<TypeError>([&] { axpy(x, x.broadcast_to(3), 1.0); }),
            "argument %y of " + axpy.signature() + " is read-only");
  EXPECT_THROW(axpy(x, x, x), TypeError);
  EXPECT_THROW(axpy(x, x, std::complex<double>(1)), TypeError);
  const Kernel dense = compile("func @f (%a: f64[2, C]) {}");
  EXPECT_THROW(dense(zeros({2, 3}).transpose()), TypeError);
  const Kernel rows = compile("func @f (%a: f64[2, inner]) {}");
  rows(zeros({2, 3})(slice({}, {}, -1)));
  EXPECT_THROW(rows(zeros({2, 3}).transpose()), TypeError);
}

TEST(Kernel, RaisesWhatTheTextSays) {
  const Kernel axpy = compile(kAxpy);
  try {
    axpy(ones(3), ones(4), 1.0);
    FAIL();
  } catch (const KernelError& error) {
    EXPECT_EQ(error.kind(), "ValueError");
    EXPECT_STREQ(error.what(), "lengths 3 and 4");
    EXPECT_EQ(error.line(), 4);
  }
}

TEST(Kernel, TakesAndGivesScalarsOfEveryType) {
  for (const char* type : {"i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "c64", "c128"}) {
    const std::string name(type);
    const Kernel same = compile("func @same (%x: " + name + ") -> (" + name + ") { return %x }");
    const bool is_unsigned = name[0] == 'u';
    const Array result = same(is_unsigned ? 100 : -100)[0];
    EXPECT_EQ(result.item<std::complex<double>>(), std::complex<double>(is_unsigned ? 100 : -100)) << name;
    EXPECT_EQ(result.rank(), 0);
  }
}

TEST(Kernel, ScalarsAreConvertedOnlyWhereNothingIsLost) {
  const Kernel byte = compile("func @f (%x: u8) -> (u8) { return %x }");
  EXPECT_THROW(byte(256), OverflowError);
  EXPECT_THROW(byte(-1), OverflowError);
  EXPECT_THROW(byte(1.0), TypeError);
  EXPECT_THROW(byte(scalar(1)), TypeError);
  EXPECT_EQ(byte(scalar(std::uint8_t{7}))[0].item<int>(), 7);
  const Kernel flag = compile("func @f (%x: bool) -> (bool) { return !%x }");
  EXPECT_FALSE(flag(true)[0].item<bool>());
  EXPECT_THROW(flag(1), TypeError);
}

TEST(Kernel, AReturnedArrayIsAViewOfTheArgument) {
  const Kernel same = compile("func @same (%x: f64[1]) -> (f64[1]) { return %x }");
  Array view;
  {
    const Array x = arange(3).astype<double>();
    view = same(x)[0];
    EXPECT_EQ(view.raw_data(), x.raw_data());
  }
  EXPECT_EQ(values<double>(view), (Doubles{0, 1, 2}));
}

TEST(Kernel, AWrongTextIsToldWithItsPlace) {
  try {
    compile("func @f () {\n  let %x: f64 = %nothing\n}", "my.ir");
    FAIL();
  } catch (const CompilationError& error) {
    EXPECT_EQ(error.line(), 2);
    EXPECT_EQ(std::string(error.what()).find("my.ir:2:"), 0U) << error.what();
  }
  const std::string broken =
      message_of<CompilationError>([] { compile("func @f (%n: i64) -> (i64) { let %m: i64 = %n }", "my.ir"); });
  EXPECT_EQ(broken.find("my.ir: verify: "), 0U) << broken;
  EXPECT_THROW(compile(""), CompilationError);
}

}  // namespace
}  // namespace rooftop
