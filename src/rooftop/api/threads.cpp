// The runtime's number of threads.
#include "rooftop/api/threads.h"

#include "rooftop/api/errors.h"
#include "rooftop/base/errors.h"
#include "rooftop/runtime/num_threads.h"

namespace rooftop {

int num_threads() { return runtime::num_threads(); }

void set_num_threads(int threads) {
  try {
    runtime::set_num_threads(threads);
  } catch (const OptionError& error) {
    throw ValueError(error.what());
  }
}

}  // namespace rooftop
