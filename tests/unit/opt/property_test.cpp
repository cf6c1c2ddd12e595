// Random programs mean the same before and after each pass and after the whole pipeline: results, errors, memory.
// ROOFTOP_TEST_PROGRAMS sets how many are tried, ROOFTOP_TEST_SEED where the seeds start.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <sstream>

#include "random_program.h"
#include "rooftop/base/errors.h"
#include "rooftop/ir/print.h"
#include "rooftop/opt/machine.h"
#include "rooftop/opt/pipeline.h"

namespace rooftop::opt {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::vector<std::vector<std::string>> schedules() {
  std::vector<std::vector<std::string>> list;
  std::vector<std::string> all;
  std::set<std::string> seen;
  for (const Pass& pass : pipeline()) {
    all.emplace_back(pass.name);
    if (seen.insert(all.back()).second) list.push_back({all.back()});
  }
  list.push_back({"simplify", "ranges"});
  list.push_back(all);
  return list;
}

void compare(std::uint64_t seed, const std::vector<std::vector<std::string>>& lists, int& finished, int& raised) {
  const ir::Module program = random_program(seed);
  std::vector<ir::Module> optimised;
  PassHooks hooks;
  hooks.verify = true;
  for (const auto& names : lists) {
    try {
      optimised.push_back(run_passes(program, names, Machine::host(), hooks));
    } catch (const InternalError& error) {
      FAIL() << "seed " << seed << ", " << names.front() << " of " << names.size() << ": " << error.what() << "\n"
             << ir::to_string(program);
    }
  }
  for (std::uint64_t run = 0; run < 6; ++run) {
    const Observation expected = observe(program, seed * 1000 + run);
    if (expected.out_of_steps) continue;
    ++finished;
    raised += expected.text.substr(0, 2) != "ok";
    for (std::size_t i = 0; i < optimised.size(); ++i) {
      Observation got;
      std::string broken;
      try {
        got = observe(optimised[i], seed * 1000 + run);
      } catch (const InternalError& error) {
        broken = error.what();
      }
      if (got.out_of_steps) continue;
      ASSERT_TRUE(broken.empty() && got.text == expected.text)
          << "seed " << seed << ", inputs " << run << ", after " << lists[i].front() << " (" << lists[i].size()
          << " passes)\nexpected " << expected.text.substr(0, 120) << "\ngot      " << got.text.substr(0, 120) << broken
          << "\n"
          << ir::to_string(program, {.locations = true}) << "became\n"
          << ir::to_string(optimised[i]);
    }
  }
}

TEST(Passes, KeepTheMeaningOfRandomPrograms) {
  const auto lists = schedules();
  const std::uint64_t first = setting("ROOFTOP_TEST_SEED", 1);
  const std::uint64_t programs = setting("ROOFTOP_TEST_PROGRAMS", 300);
  int finished = 0;
  int raised = 0;
  for (std::uint64_t seed = first; seed < first + programs && !HasFatalFailure(); ++seed) {
    compare(seed, lists, finished, raised);
  }
  // The programs must be worth comparing.
  EXPECT_GT(finished, static_cast<int>(programs));
  EXPECT_GT(raised, finished / 20);
  EXPECT_LT(raised, finished * 19 / 20);
  RecordProperty("finished", finished);
  RecordProperty("raised", raised);
}

}  // namespace
}  // namespace rooftop::opt
