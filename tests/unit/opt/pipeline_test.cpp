// The runner around the passes: which run, what it prints, when it verifies.
#include "rooftop/opt/pipeline.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "loops_text.h"
#include "rooftop/base/errors.h"

namespace rooftop::opt {
namespace {

const std::string kLoop = function_text("for %i in 0 .. %X.shape[0] { %X[%i] = %x }");

std::string logged(PassHooks hooks) {
  std::ostringstream log;
  hooks.log = &log;
  optimise(ir::parse(kLoop), avx2(2), hooks);
  return log.str();
}

/// A variable of the environment while the object lives.
class Setting {
 public:
  Setting(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Setting() { unsetenv(name_); }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  const char* name_;
};

/// A module that no builder would make: its loop's body reads a variable that is not visible.
ir::Module broken() {
  ir::Module module = ir::parse(kLoop);
  const ir::Var nowhere = ir::make_var("nowhere", ir::kF64);
  module.functions[0].body.insert(module.functions[0].body.begin(),
                                  ir::declare(ir::make_var("y", ir::kF64), ir::variable(nowhere)));
  return module;
}

TEST(Pipeline, RunsEachPassInItsPlaces) {
  const std::string text = logged({.print_after = {"all"}});
  EXPECT_EQ(count(text, "# after "), static_cast<int>(pipeline().size()));
  EXPECT_LT(text.find("# after guards"), text.find("# after vectorise"));
}

TEST(Pipeline, SkippedPassesDoNotRun) {
  const std::string text = logged({.skip = {"simplify", "vectorise"}, .print_after = {"all"}});
  EXPECT_EQ(count(text, "# after simplify"), 0);
  EXPECT_EQ(count(text, "# after ranges"), 1);
  EXPECT_EQ(count(text, "ramp<"), 0);
}

TEST(Pipeline, TimesEachPass) {
  const std::string text = logged({.time = true});
  EXPECT_EQ(count(text, " ms\n"), static_cast<int>(pipeline().size()));
  EXPECT_EQ(count(text, "rooftop: contract "), 1);
}

TEST(Pipeline, NamesThatNoPassHasAreErrors) {
  const std::vector<std::string> unknown{"vectorize"};
  EXPECT_THROW(run_passes(ir::parse(kLoop), unknown, avx2(), {}), OptionError);
  EXPECT_THROW(logged({.skip = {"all"}}), OptionError);
  EXPECT_THROW(logged({.print_after = {"nothing"}}), OptionError);
}

TEST(Pipeline, VerifiesBeforeAndAfterPasses) {
  EXPECT_THROW(
      {
        try {
          optimise(broken(), avx2(), {.verify = true});
        } catch (const InternalError& error) {
          EXPECT_NE(std::string(error.what()).find("after the optimiser's input"), std::string::npos) << error.what();
          throw;
        }
      },
      InternalError);
}

TEST(Pipeline, ReadsItsSettingsFromTheEnvironment) {
  const Setting skip("ROOFTOP_SKIP", "motion,polls"), print("ROOFTOP_PRINT", "after:ranges,before:all"),
      time("ROOFTOP_TIME", "passes"), verify("ROOFTOP_VERIFY", "1"), unchecked("ROOFTOP_MEASURE_WITHOUT_CHECKS", "1");
  const PassHooks hooks = PassHooks::from_environment();
  EXPECT_EQ(hooks.skip, (std::set<std::string>{"motion", "polls"}));
  EXPECT_EQ(hooks.print_after, std::set<std::string>{"ranges"});
  EXPECT_EQ(hooks.print_before, std::set<std::string>{"all"});
  EXPECT_TRUE(hooks.time);
  EXPECT_TRUE(hooks.verify);
  EXPECT_TRUE(hooks.without_checks);
}

TEST(Pipeline, ChecksStayUnlessAMeasurementAsks) {
  EXPECT_FALSE(PassHooks::from_environment().without_checks);
  const Setting other("ROOFTOP_MEASURE_WITHOUT_CHECKS", "yes");
  EXPECT_FALSE(PassHooks::from_environment().without_checks);
}

TEST(Pipeline, SettingsThatMeanNothingAreErrors) {
  for (const char* text : {"ranges", "during:ranges", "after"}) {
    const Setting print("ROOFTOP_PRINT", text);
    EXPECT_THROW(PassHooks::from_environment(), OptionError) << text;
  }
}

TEST(Pipeline, RemarksNameTheirPass) {
  std::vector<Remark> remarks;
  optimise(ir::parse(kLoop), avx2(), {.remarks = &remarks});
  ASSERT_FALSE(remarks.empty());
  for (const Remark& r : remarks) {
    bool known = false;
    for (const Pass& pass : pipeline()) known |= pass.name == r.pass;
    EXPECT_TRUE(known) << r.pass;
  }
}

}  // namespace
}  // namespace rooftop::opt
