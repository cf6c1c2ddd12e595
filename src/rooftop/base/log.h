// Warnings that are not errors: a setting that cannot be used, a thread that could not be started.
// They go to standard error until an embedder (the Python module) installs a sink of its own.
#pragma once

#include <string_view>

namespace rooftop {

/// Receives one warning, without a newline at its end. Called on any thread, with no lock of ours held.
using WarningSink = void (*)(std::string_view message);

/// Installs `sink` and returns the one before. A null sink writes to standard error.
WarningSink set_warning_sink(WarningSink sink);

/// Passes `message` on to the sink.
void warn(std::string_view message);

}  // namespace rooftop
