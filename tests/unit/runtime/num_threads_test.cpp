// The thread limit: the setting, its bounds, and control groups of made-up machines.
#include "rooftop/runtime/num_threads.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "rooftop/base/errors.h"
#include "rooftop/runtime/pool.h"

namespace rooftop::runtime {
namespace {

namespace fs = std::filesystem;

TEST(ThreadCount, ParsesWholeNumbersInRange) {
  EXPECT_EQ(parse_thread_count("1"), 1);
  EXPECT_EQ(parse_thread_count(" 12 "), 12);
  EXPECT_EQ(parse_thread_count(std::to_string(kMaxThreads)), kMaxThreads);
}

TEST(ThreadCount, RefusesEverythingElse) {
  for (const char* text : {"", " ", "0", "-1", "2.5", "two", "3x", "0x2", "99999999999999999999"}) {
    EXPECT_EQ(parse_thread_count(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_thread_count(std::to_string(kMaxThreads + 1)), std::nullopt);
}

TEST(NumThreads, SettingIsKept) {
  set_num_threads(5);
  EXPECT_EQ(num_threads(), 5);
}

TEST(NumThreads, SettingOutOfRangeNamesTheRange) {
  set_num_threads(5);
  try {
    set_num_threads(0);
    FAIL();
  } catch (const OptionError& error) {
    EXPECT_STREQ(error.what(), "the number of threads must be from 1 to 512, not 0");
  }
  EXPECT_EQ(num_threads(), 5);
}

TEST(AvailableCpus, RespectsTheAffinityMask) {
  // On a thread of its own, so that the other tests keep their mask.
  int seen = 0;
  std::thread([&seen] {
    cpu_set_t mask;
    ASSERT_EQ(sched_getaffinity(0, sizeof mask, &mask), 0);
    int first = 0;
    while (!CPU_ISSET(first, &mask)) ++first;
    CPU_ZERO(&mask);
    CPU_SET(first, &mask);
    ASSERT_EQ(sched_setaffinity(0, sizeof mask, &mask), 0);
    seen = available_cpus();
  }).join();
  EXPECT_EQ(seen, 1);
}

// A file tree that looks like a machine's /proc and /sys.
struct Machine : testing::Test {
  fs::path root;
  void SetUp() override {
    char name[] = "/tmp/rooftop-cgroup-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    root = name;
  }
  void TearDown() override { fs::remove_all(root); }
  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }
  void mount_version2(const std::string& top, const std::string& group) {
    write("proc/self/mountinfo", "21 1 0:20 / /proc rw - proc proc rw\n30 23 0:26 " + top +
                                     " /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n");
    write("proc/self/cgroup", "0::" + group + "\n");
  }
  std::optional<int> cpus() const { return cgroup_cpus(root.string()); }
};

TEST_F(Machine, WithoutControlGroupsIsUnlimited) { EXPECT_EQ(cpus(), std::nullopt); }

TEST_F(Machine, Version2QuotaRoundsUp) {
  mount_version2("/", "/app");
  write("sys/fs/cgroup/app/cpu.max", "150000 100000\n");
  EXPECT_EQ(cpus(), 2);
}

TEST_F(Machine, Version2MaxIsUnlimited) {
  mount_version2("/", "/app");
  write("sys/fs/cgroup/app/cpu.max", "max 100000\n");
  EXPECT_EQ(cpus(), std::nullopt);
}

TEST_F(Machine, AParentGroupLimitsItsChildren) {
  mount_version2("/", "/pod/app");
  write("sys/fs/cgroup/pod/cpu.max", "300000 100000\n");
  write("sys/fs/cgroup/pod/app/cpu.max", "800000 100000\n");
  EXPECT_EQ(cpus(), 3);
}

TEST_F(Machine, AContainerSeesItsGroupAtTheTop) {
  mount_version2("/docker/abc", "/docker/abc");
  write("sys/fs/cgroup/cpu.max", "50000 100000\n");
  EXPECT_EQ(cpus(), 1);
}

TEST_F(Machine, Version1QuotaIsRead) {
  write("proc/self/mountinfo",
        "31 23 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        "32 23 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n");
  write("proc/self/cgroup", "5:memory:/job\n4:cpu,cpuacct:/job\n");
  write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "400000\n");
  write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cpus(), 4);
  write("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(cpus(), std::nullopt);
}

}  // namespace
}  // namespace rooftop::runtime
