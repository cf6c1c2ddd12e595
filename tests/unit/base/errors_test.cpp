// Internal checks and user errors: what they say and where.
#include "rooftop/base/errors.h"

#include <gtest/gtest.h>

#include <string>

#include "rooftop/base/log.h"

namespace rooftop {
namespace {

std::string message_of_failed_check(int value) {
  try {
    ROOFTOP_CHECK(value == 4) << "value is " << value;
  } catch (const InternalError& error) {
    return error.what();
  }
  return "";
}

TEST(Check, PassesSilently) { EXPECT_EQ(message_of_failed_check(4), ""); }

TEST(Check, NamesConditionAndDetails) {
  std::string message = message_of_failed_check(3);
  EXPECT_NE(message.find("check failed: value == 4: value is 3"), std::string::npos) << message;
  EXPECT_NE(message.find("errors_test.cpp:"), std::string::npos) << message;
}

TEST(Check, DoesNotEvaluateDetailsWhenItHolds) {
  int evaluated = 0;
  ROOFTOP_CHECK(true) << ++evaluated;
  EXPECT_EQ(evaluated, 0);
}

TEST(Check, TakesPartInIfElseAsOneStatement) {
  bool other_branch = false;
  if (message_of_failed_check(4).empty())
    ROOFTOP_CHECK(true);
  else
    other_branch = true;
  EXPECT_FALSE(other_branch);
}

TEST(Check, KeepsFileAndLineForHandlers) {
  int line = 0;
  try {
    line = __LINE__ + 1;
    ROOFTOP_UNREACHABLE("here");
  } catch (const InternalError& error) {
    EXPECT_EQ(error.line(), line);
    EXPECT_NE(std::string(error.file()).find("errors_test.cpp"), std::string::npos);
  }
}

TEST(CompileError, CarriesPlaceAndHint) {
  CompileError error(location_in("a.py", 3, 4, 3, 9), "sets are not supported", "use a list");
  EXPECT_STREQ(error.what(), "sets are not supported");
  EXPECT_EQ(to_string(error.location()), "a.py:3:5");
  EXPECT_EQ(error.hint(), "use a list");
}

std::string last_warning;

TEST(Log, PassesWarningsToTheSink) {
  WarningSink before = set_warning_sink([](std::string_view message) { last_warning = message; });
  warn("careful");
  set_warning_sink(before);
  EXPECT_EQ(last_warning, "careful");
}

}  // namespace
}  // namespace rooftop
