// Places in messages.
#include "rooftop/runtime/raised_message.h"

#include <bit>
#include <string_view>

namespace rooftop::runtime {

std::string raised_message(const backend::Site& site, const std::int64_t* arguments,
                           std::string (*float_text)(double)) {
  std::string text;
  std::string_view rest = site.message == nullptr ? "" : site.message;
  while (!rest.empty()) {
    const std::size_t brace = rest.find('{');
    text += rest.substr(0, brace);
    if (brace == std::string_view::npos) break;
    rest.remove_prefix(brace);
    const bool is_argument = rest.size() >= 3 && rest[1] >= '0' && rest[1] - '0' < site.argument_count;
    if (is_argument && rest[2] == '}') {
      text += std::to_string(arguments[rest[1] - '0']);
      rest.remove_prefix(3);
    } else if (is_argument && rest.substr(2, 3) == ":f}") {
      text += float_text(std::bit_cast<double>(arguments[rest[1] - '0']));
      rest.remove_prefix(5);
    } else {
      text += '{';
      rest.remove_prefix(1);
    }
  }
  return text;
}

}  // namespace rooftop::runtime
