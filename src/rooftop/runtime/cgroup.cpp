// The processor quota of this process's control groups, read from the proc and cgroup file systems.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "rooftop/runtime/num_threads.h"

namespace rooftop::runtime {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

bool contains(const std::vector<std::string>& parts, const std::string& wanted) {
  return std::find(parts.begin(), parts.end(), wanted) != parts.end();
}

// A mounted hierarchy: where it is, and which group of the hierarchy is shown as its top.
struct Mount {
  std::string path;
  std::string top;
};

// A line of mountinfo: id parent device top path options… - type source super-options
std::optional<Mount> find_mount(const std::string& root, bool version2) {
  std::ifstream file(root + "/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> fields = split(line, ' ');
    auto dash = std::find(fields.begin(), fields.end(), "-");
    if (fields.size() < 5 || fields.end() - dash < 4) continue;
    bool matches = version2 ? dash[1] == "cgroup2" : dash[1] == "cgroup" && contains(split(dash[3], ','), "cpu");
    if (matches) return Mount{fields[4], fields[3]};
  }
  return std::nullopt;
}

// A line of /proc/self/cgroup: id:controllers:path, where version 2 has no controllers.
std::string group_of_process(const std::string& root, bool version2) {
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    std::size_t first = line.find(':');
    std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    std::string controllers = line.substr(first + 1, second - first - 1);
    if (version2 ? controllers.empty() : contains(split(controllers, ','), "cpu")) return line.substr(second + 1);
  }
  return "/";
}

std::optional<double> quota_version2(const std::string& folder) {
  std::ifstream file(folder + "/cpu.max");
  double quota = 0;
  double period = 0;
  // "max 100000" fails to read as a number: unlimited.
  if (!(file >> quota >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

std::optional<double> quota_version1(const std::string& folder) {
  std::ifstream quota_file(folder + "/cpu.cfs_quota_us");
  std::ifstream period_file(folder + "/cpu.cfs_period_us");
  double quota = 0;
  double period = 0;
  // -1 means unlimited.
  if (!(quota_file >> quota) || !(period_file >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

// A group may use no more than any group above it.
std::optional<double> smallest_quota(const std::string& root, bool version2) {
  std::optional<Mount> mount = find_mount(root, version2);
  if (!mount) return std::nullopt;
  std::string group = group_of_process(root, version2);
  // In a container the process's group may be shown as the top of the mount.
  if (mount->top != "/" && group.starts_with(mount->top)) group.erase(0, mount->top.size());
  if (group == "/") group.clear();
  std::optional<double> smallest;
  for (;;) {
    std::string folder = root + mount->path + group;
    std::optional<double> quota = version2 ? quota_version2(folder) : quota_version1(folder);
    if (quota && (!smallest || *quota < *smallest)) smallest = quota;
    std::size_t slash = group.rfind('/');
    if (slash == std::string::npos) return smallest;
    group.erase(slash);
  }
}

}  // namespace

std::optional<int> cgroup_cpus(const std::string& root) {
  std::optional<double> quota = smallest_quota(root, true);
  std::optional<double> older = smallest_quota(root, false);
  if (!quota || (older && *older < *quota)) quota = older;
  if (!quota) return std::nullopt;
  return static_cast<int>(std::clamp(std::ceil(*quota), 1.0, 1e6));
}

}  // namespace rooftop::runtime
