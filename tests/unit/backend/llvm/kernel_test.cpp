// The kernel's life: memory protection, threads that compile, options, errors inside LLVM, the texts.
#include <gtest/gtest.h>
#include <llvm/Support/ErrorHandling.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "compiled.h"
#include "rooftop/backend/llvm/guard.h"
#include "rooftop/backend/llvm/linker.h"
#include "rooftop/base/errors.h"

namespace rooftop::backend {
namespace {

using testing::Compiled;
using testing::Slots;
using testing::TestRuntime;

constexpr const char* kTwice = R"(
func @twice (%x: f64[1]) {
  for %i in 0 .. %x.shape[0] {
    %x[%i] = %x[%i] * 2.0 + sin(0.0)
  }
}
)";

/// Protections of the mappings of this process, as "rwxp".
std::vector<std::pair<std::string, std::string>> mappings() {
  std::ifstream maps("/proc/self/maps");
  std::vector<std::pair<std::string, std::string>> list;
  for (std::string line; std::getline(maps, line);) {
    const std::size_t space = line.find(' ');
    list.emplace_back(line.substr(0, space), line.substr(space + 1, 4));
  }
  return list;
}

std::string protection_of(const void* address) {
  const auto place = reinterpret_cast<std::uintptr_t>(address);
  for (const auto& [range, protection] : mappings()) {
    const std::size_t dash = range.find('-');
    if (place >= std::stoull(range.substr(0, dash), nullptr, 16) &&
        place < std::stoull(range.substr(dash + 1), nullptr, 16)) {
      return protection;
    }
  }
  return "none";
}

TEST(Kernel, MemoryIsNeverWritableAndExecutable) {
  const Compiled compiled(kTwice);
  EXPECT_EQ(protection_of(reinterpret_cast<const void*>(compiled.kernel().entry())), "r-xp");
  for (const auto& [range, protection] : mappings()) {
    EXPECT_FALSE(protection[1] == 'w' && protection[2] == 'x') << range << ' ' << protection;
  }
}

TEST(Kernel, ThreadsAreThoseOfTheCallUpToTheArgument) {
  const Compiled compiled("func @f (%n: i64) -> (i64) {\n  return threads(%n)\n}\n");
  const auto threads = [&](std::int32_t of_call, std::int64_t most) {
    KernelContext context{};
    context.threads = of_call;
    std::int64_t result = 0;
    EXPECT_EQ(compiled.kernel().entry()(&context, &most, &result), kOk);
    return result;
  };
  EXPECT_EQ(threads(3, 8), 3);
  EXPECT_EQ(threads(20, 8), 8);
  EXPECT_EQ(threads(1, 1), 1);
  EXPECT_EQ(threads(0, 8), 8);
}

TEST(Kernel, CodeIsFreedWithItsLastReference) {
  const void* code = nullptr;
  {
    std::shared_ptr<const Kernel> kernel = compile(ir::parse(kTwice), TestRuntime::symbols());
    const std::shared_ptr<const Kernel> second = kernel;
    code = reinterpret_cast<const void*>(kernel->entry());
    kernel.reset();
    EXPECT_EQ(protection_of(code), "r-xp");
    EXPECT_GT(second->code_bytes(), 20);
    EXPECT_LT(second->code_bytes(), 2000);
  }
  EXPECT_NE(protection_of(code), "r-xp");
}

TEST(Kernel, ThreadsCompileAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t, &right] {
      for (int n = 0; n < 10; ++n) {
        const std::string number = std::to_string(t * 100 + n);
        const Compiled compiled("func @f (%x: i64) -> (i64) {\n  return %x + " + number + "\n}\n");
        right += compiled(Slots().add(1)).integer() == t * 100 + n + 1;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(right, 40);
}

TEST(Kernel, StagesReportTheirTimes) {
  std::vector<std::string> stages;
  CompileOptions options;
  options.on_stage = [&](std::string_view stage, double milliseconds) {
    stages.emplace_back(stage);
    EXPECT_GE(milliseconds, 0);
  };
  compile(ir::parse(kTwice), TestRuntime::symbols(), options);
  EXPECT_EQ(stages, (std::vector<std::string>{"emit", "optimise", "generate", "link"}));
}

TEST(Kernel, TextsShowTheFunction) {
  const Compiled compiled(kTwice);
  EXPECT_NE(compiled.kernel().assembly().find("py.twice"), std::string::npos);
  EXPECT_NE(compiled.kernel().llvm_ir().find("define internal fastcc"), std::string::npos);
}

TEST(Kernel, GeneratesForOtherCpus) {
  CompileOptions options;
  options.cpu = "x86-64-v2";
  const std::string text = "func @f (%x: f64, %y: f64, %z: f64) -> (f64) {\n  return fma(%x, %y, %z)\n}\n";
  const Compiled old(text, options);
  EXPECT_EQ(old.kernel().assembly().find("vfmadd"), std::string::npos);
  EXPECT_EQ(old(Slots().add(3.0).add(4.0).add(0.5)).real(), 12.5);
  options.features = "+fma";
  EXPECT_NE(Compiled(text, options).kernel().assembly().find("vfmadd"), std::string::npos);
  options.level = CodeLevel::Quick;
  EXPECT_EQ(Compiled(text, options)(Slots().add(3.0).add(4.0).add(0.5)).real(), 12.5);
}

TEST(Kernel, UnknownCpusAreRefused) {
  CompileOptions options;
  options.cpu = "i860";
  EXPECT_THROW(Compiled(kTwice, options), OptionError);
  options.cpu = "";
  options.features = "+warp-drive";
  EXPECT_THROW(Compiled(kTwice, options), OptionError);
}

TEST(Kernel, FatalErrorsOfLlvmBecomeExceptions) {
  const llvm::Guard guard;
  EXPECT_THROW(::llvm::report_fatal_error("out of cheese"), llvm::LlvmError);
  const std::vector<llvm::Bytes> broken{{'n', 'o'}};
  EXPECT_THROW(llvm::LinkedObject(broken, {}), llvm::LlvmError);
}

TEST(Kernel, FailureInsideLlvmNamesTheDump) {
  CompileOptions options;
  options.cpu = "x86-64";
  options.features = "-sse2";  // floats have no registers then
  for (int i = 0; i < 2; ++i) {
    std::string message;
    try {
      Compiled("func @f (%x: f64) -> (f64) {\n  return %x * 3.0\n}\n", options);
    } catch (const InternalError& error) {
      message = error.what();
    }
    const std::size_t place = message.find("The module is in ");
    ASSERT_NE(place, std::string::npos) << message;
    const std::string file = message.substr(place + 17);
    std::ifstream dump(file);
    const std::string text{std::istreambuf_iterator<char>(dump), {}};
    EXPECT_NE(text.find("fmul"), std::string::npos) << text;
    const std::filesystem::path folder = std::filesystem::path(file).parent_path();
    EXPECT_EQ(std::filesystem::status(folder).permissions(), std::filesystem::perms::owner_all);
    std::filesystem::remove_all(folder);
  }
  EXPECT_EQ(Compiled("func @f (%x: f64) -> (f64) {\n  return %x * 3.0\n}\n")(Slots().add(2.0)).real(), 6.0);
}

}  // namespace
}  // namespace rooftop::backend
