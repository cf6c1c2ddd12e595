// Two parts: the notes line by line, then the call against the ceilings.
#include "rooftop/profile/explain.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "rooftop/profile/quantity.h"

namespace rooftop::profile {
namespace {

constexpr std::size_t kWidth = 110;

/// A gain that is worth a sentence, and a call so short that calling is what takes the time.
constexpr double kWorthwhile = 1.3;
constexpr double kCallSeconds = 1e-6;

std::string file_of(const SourceLocation& at) {
  const std::string_view name = at.file_name();
  const std::size_t slash = name.rfind('/');
  return std::string(slash == std::string_view::npos ? name : name.substr(slash + 1));
}

std::string place(const SourceLocation& at) { return file_of(at) + ":" + std::to_string(at.line); }

/// A first line that begins with `head`, and as many more, below the first one's text, as the words need.
std::string folded(const std::string& head, const std::string& text) {
  std::string result = head;
  std::size_t column = head.size();
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const bool is_first = column == head.size();
    if (!is_first && column + 1 + word.size() > kWidth) {
      result += "\n" + std::string(head.size(), ' ');
      column = head.size();
    } else if (!is_first) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result + "\n";
}

std::string times(double factor) {
  std::ostringstream text;
  if (factor >= 10) {
    text << std::llround(factor);
  } else {
    text.precision(2);
    text << factor;
  }
  return text.str() + " times";
}

class Text {
 public:
  Text(const Explained& explained, const SourceLine& source_line) : it_(explained), source_line_(source_line) {}

  std::string write() {
    out_ << it_.function << it_.signature << "\n";
    if (it_.lines.empty()) out_ << "  no loops: nothing to recognise, vectorise or make parallel\n";
    for (const NotedLine& line : it_.lines) {
      out_ << "  " << with_source(line.location) << "\n";
      for (const Note& note : line.notes) {
        const std::string what = note.what.empty() ? "" : note.what + ": ";
        out_ << folded("    " + std::string(note.done ? "+ " : "- "), what + note.text);
      }
    }
    call();
    return out_.str();
  }

 private:
  std::string with_source(const SourceLocation& at) const {
    const std::string text = source_line_(at.file_name(), at.line);
    return place(at) + (text.empty() ? "" : ": " + text);
  }

  void call() {
    if (!it_.call) {
      out_ << "  not called yet: no call to count and to time\n";
      return;
    }
    const CallFacts& call = *it_.call;
    out_ << "  last timed call (of " << call.calls << "): " << duration(call.seconds);
    if (!call.returned) {
      out_ << ", ended by an exception: what it did until then is not known\n";
      return;
    }
    out_ << "\n";
    work(call);
    uncounted(call);
    limit(call);
  }

  void work(const CallFacts& call) {
    const Counts& counts = call.counts;
    const std::string least = counts.is_complete() ? "" : "at least ";
    std::ostringstream out;
    out << least << quantity(counts.flops.total(), "flop");
    if (counts.flops.f32 > 0 && counts.flops.f64 > 0) {
      out << " (" << quantity(counts.flops.f64, "flop") << " float64, " << quantity(counts.flops.f32, "flop")
          << " float32)";
    }
    const bool estimate = std::any_of(counts.traffic.begin(), counts.traffic.end(),
                                      [](const Counts::Traffic& t) { return t.is_estimate; });
    out << ", " << least << (estimate ? "about " : "") << quantity(counts.bytes(), "B") << " of arrays";
    const char* separator = ": ";
    for (const Counts::Traffic& t : counts.traffic) {
      out << separator << call.kernel->module.entry().parameters[t.parameter]->name << " "
          << (t.is_estimate ? "about " : "");
      if (t.read > 0) out << quantity(t.read, "B") << " read";
      if (t.written > 0) out << (t.read > 0 ? " and " : "") << quantity(t.written, "B") << " written";
      separator = ", ";
    }
    out_ << folded("    ", out.str());
    out_ << "    " << quantity(counts.flops.total() / call.seconds, "flop/s") << ", "
         << quantity(counts.bytes() / call.seconds, "B/s") << "\n";
  }

  void uncounted(const CallFacts& call) {
    for (const std::size_t i : call.counts.uncounted) {
      const Uncounted& what = call.kernel->uncounted[i];
      out_ << "    not counted: " << place(what.location) << ": ";
      const std::string each = what.each_is_known ? ", " + quantity(what.each.total(), "flop") : "";
      switch (what.kind) {
        case Uncounted::Kind::Loop:
          out_ << "how many rounds there are depends on the data" << each << (each.empty() ? "" : " each");
          break;
        case Uncounted::Kind::EarlyEnd:
          out_ << "when the loop ends depends on the data" << each << (each.empty() ? "" : " a round");
          break;
        case Uncounted::Kind::Branch:
          out_ << "which branch is taken depends on the data" << each << (each.empty() ? "" : " more for the costlier");
          break;
        case Uncounted::Kind::Call:
          out_ << "the function calls itself";
          break;
      }
      out_ << "\n";
    }
    if (call.counts.ended_early) out_ << "    not counted to the end: that would take too long\n";
  }

  void limit(const CallFacts& call) {
    const Roofline roof = roofline(call.counts, call.ceilings);
    if (roof.limit == Roofline::Limit::None) {
      out_ << "    roofline: none: there are no floating-point operations and no arrays to count\n";
      return;
    }
    const double fraction = roof.seconds / call.seconds;
    out_ << "    roofline: " << (call.counts.is_complete() ? "" : "at least ") << percentage(fraction) << " of what "
         << limit_name(roof, call) << " allows on " << call.ceilings.threads
         << (call.ceilings.threads == 1 ? " thread" : " threads") << "\n";
    advise(call, roof, fraction);
  }

  static std::string limit_name(const Roofline& roof, const CallFacts& call) {
    const Ceilings& c = call.ceilings;
    switch (roof.limit) {
      case Roofline::Limit::Compute: {
        const bool f64 = call.counts.flops.f64 >= call.counts.flops.f32;
        return "compute (" + quantity(f64 ? c.f64_flops : c.f32_flops, "flop/s") + (f64 ? " float64)" : " float32)");
      }
      case Roofline::Limit::Memory:
        return "memory (" + quantity(call.counts.bytes() / roof.seconds, "B/s") + ")";
      case Roofline::Limit::Cache:
        return "the cache that holds the arrays (" + quantity(c.cached_bytes, "B/s") + ")";
      case Roofline::Limit::None:
        break;
    }
    return "";
  }

  /// One sentence: what stands in the way, and what it may be worth.
  void advise(const CallFacts& call, const Roofline& roof, double fraction) {
    const double room = 1 / fraction;
    const bool is_idle = call.ceilings.threads < call.threads_allowed;
    const std::string allowed = std::to_string(call.threads_allowed) + " threads";
    out_ << "    ";
    if (!call.counts.is_complete() && fraction < 0.5) {
      out_ << "what is not counted may be what took the time";
    } else if (room >= kWorthwhile && call.seconds < kCallSeconds) {
      out_ << "overhead: so short a call is mostly its beginning and end; do more in one call";
    } else if (room >= kWorthwhile && is_scalar(it_.lines)) {
      out_ << "a loop runs one round at a time (see \"not vectorised\"): up to " << times(room) << " faster otherwise"
           << (is_idle ? ", and more on " + allowed : "");
    } else if (is_idle) {
      out_ << "one of " << allowed << " is used (see \"not parallel\"): up to " << times(call.threads_allowed)
           << " faster on all";
    } else if (room >= kWorthwhile) {
      const bool compute = roof.limit == Roofline::Limit::Compute;
      out_ << "up to " << times(room) << " faster is possible: "
           << (compute
                   ? "operations wait for each other or for the cache"
                   : "accesses across memory, first touches of it, and stores that load what they replace cost more");
    } else {
      const bool compute = roof.limit == Roofline::Limit::Compute;
      out_ << "close to the limit: only fewer "
           << (compute ? "operations" : "bytes (a smaller dtype, one loop where there are several)")
           << " would be faster";
    }
    out_ << "\n";
  }

  const Explained& it_;
  const SourceLine& source_line_;
  std::ostringstream out_;
};

}  // namespace

std::string explain(const Explained& explained, const SourceLine& source_line) {
  return Text(explained, source_line).write();
}

}  // namespace rooftop::profile
