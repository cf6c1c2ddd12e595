// Locations: interning, printing, covering.
#include "rooftop/base/source_location.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace rooftop {
namespace {

TEST(Intern, GivesOnePointerPerText) {
  EXPECT_EQ(intern("x.py"), intern(std::string("x.") + "py"));
  EXPECT_NE(intern("x.py"), intern("y.py"));
}

TEST(Intern, AgreesBetweenThreads) {
  std::vector<const std::string*> pointers(8);
  std::vector<std::thread> threads;
  for (auto& pointer : pointers) threads.emplace_back([&pointer] { pointer = intern("shared.py"); });
  for (auto& thread : threads) thread.join();
  for (const std::string* pointer : pointers) EXPECT_EQ(pointer, pointers[0]);
}

TEST(SourceLocation, IsUnknownByDefault) {
  SourceLocation unknown;
  EXPECT_FALSE(unknown);
  EXPECT_EQ(unknown.file_name(), "");
  EXPECT_EQ(to_string(unknown), "<unknown>");
}

TEST(SourceLocation, PrintsColumnsFromOne) { EXPECT_EQ(to_string(location_in("m.py", 12, 0, 12, 5)), "m.py:12:1"); }

TEST(SourceLocation, EqualPlacesHashAlike) {
  SourceLocation a = location_in("m.py", 1, 2, 3, 4);
  SourceLocation b = location_in("m.py", 1, 2, 3, 4);
  EXPECT_EQ(a, b);
  EXPECT_EQ(std::hash<SourceLocation>()(a), std::hash<SourceLocation>()(b));
  EXPECT_NE(std::hash<SourceLocation>()(a), std::hash<SourceLocation>()(location_in("m.py", 1, 2, 4, 3)));
}

TEST(Cover, SpansBothInEitherOrder) {
  SourceLocation first = location_in("m.py", 1, 8, 1, 10);
  SourceLocation second = location_in("m.py", 2, 0, 2, 3);
  EXPECT_EQ(cover(first, second), location_in("m.py", 1, 8, 2, 3));
  EXPECT_EQ(cover(second, first), cover(first, second));
}

TEST(Cover, IgnoresTheUnknownAndOtherFiles) {
  SourceLocation known = location_in("m.py", 1, 8, 1, 10);
  EXPECT_EQ(cover(known, SourceLocation()), known);
  EXPECT_EQ(cover(SourceLocation(), known), known);
  EXPECT_EQ(cover(known, location_in("n.py", 9, 0, 9, 9)), known);
}

}  // namespace
}  // namespace rooftop
