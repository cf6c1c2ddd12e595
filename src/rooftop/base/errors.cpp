// Messages of internal errors: our own file, shortened to the part below the source root, and the condition.
#include "rooftop/base/errors.h"

namespace rooftop {
namespace {

// __FILE__ may be absolute; users and golden tests should see only the path inside the project.
std::string_view project_path(std::string_view file) {
  constexpr std::string_view kRoot = "rooftop/";
  std::size_t root = file.rfind("src/rooftop/");
  if (root != std::string_view::npos) return file.substr(root + 4);
  root = file.rfind(kRoot);
  return root == std::string_view::npos ? file : file.substr(root);
}

std::string located(const char* file, int line, std::string_view message) {
  std::string text(project_path(file));
  text += ':';
  text += std::to_string(line);
  text += ": ";
  text += message;
  return text;
}

}  // namespace

InternalError::InternalError(const char* file, int line, std::string_view message)
    : std::logic_error(located(file, line, message)), file_(file), line_(line) {}

namespace base {

CheckFailure::CheckFailure(const char* file, int line, const char* condition)
    : file_(file), line_(line), condition_(condition) {}

CheckFailure::~CheckFailure() noexcept(false) {
  std::string message = std::string("check failed: ") + condition_;
  std::string details = details_.str();
  if (!details.empty()) message += ": " + details;
  throw InternalError(file_, line_, message);
}

}  // namespace base
}  // namespace rooftop
