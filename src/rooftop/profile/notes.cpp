// Remarks are gathered by place; then what one says makes others superfluous.
#include "rooftop/profile/notes.h"

#include <algorithm>

#include "rooftop/ir/walk.h"
#include "rooftop/opt/carried.h"
#include "rooftop/profile/loop_facts.h"

namespace rooftop::profile {
namespace {

using ir::Stmt;
using ir::StmtKind;
using opt::Remark;

/// What a pass's work is called. Passes that are not here go by their names.
struct Wording {
  std::string_view pass, done, missed;
};
constexpr Wording kWordings[] = {
    {"ranges", "", ""},
    {"guards", "", ""},
    {"unswitch", "", ""},
    {"interchange", "", "not interchanged"},
    {"contract", "", "not blocked as a matrix product"},
    {"parallel", "parallel", "not parallel"},
    {"vectorise", "vectorised", "not vectorised"},
};

std::string wording(const Remark& r) {
  const bool done = r.kind == Remark::Kind::Done;
  for (const Wording& w : kWordings) {
    if (w.pass == r.pass) return std::string(done ? w.done : w.missed);
  }
  return std::string(done ? "" : "no ") + std::string(r.pass);
}

/// These are about a loop as a whole, so that one statement each will do.
bool is_about_loop(const Remark& r) { return r.pass != "ranges" && r.pass != "guards" && r.pass != "unswitch"; }

bool is_loop(const Stmt& s) { return s.is(StmtKind::For) || s.is(StmtKind::While); }

class Tidier {
 public:
  Tidier(std::span<const Remark> remarks, const ir::Module& source, const ir::Module& optimised,
         const opt::Machine& machine)
      : remarks_(remarks), loops_(source_loops(source)), facts_(loop_facts(optimised)), machine_(machine) {}

  std::vector<NotedLine> run() {
    for (const Remark& r : remarks_) {
      if (r.location && !is_superfluous(r)) add(r.location, {r.kind == Remark::Kind::Done, wording(r), text(r)});
    }
    for (const Remark& r : remarks_) {
      if (r.pass == "contract" && r.kind == Remark::Kind::Done && r.location) add_schedule(r.location);
    }
    for (const Stmt& loop : loops_) explain_alone(loop);
    std::vector<NotedLine> lines;
    for (auto& [location, notes] : notes_) lines.push_back({location, std::move(notes)});
    return lines;
  }

 private:
  bool says(const Remark::Kind kind, std::string_view pass, const SourceLocation& at) const {
    return std::any_of(remarks_.begin(), remarks_.end(),
                       [&](const Remark& r) { return r.kind == kind && r.pass == pass && r.location == at; });
  }

  bool is_scheduled_whole(const SourceLocation& at) const {
    return std::any_of(remarks_.begin(), remarks_.end(), [&](const Remark& r) {
      return r.kind == Remark::Kind::Done && r.pass == "contract" && covers(r.location, at);
    });
  }

  bool is_superfluous(const Remark& r) const {
    if (!is_about_loop(r)) return false;
    if (r.pass != "contract" && r.pass != "distribute" && r.pass != "fuse" && is_scheduled_whole(r.location))
      return true;
    if (r.kind == Remark::Kind::Done) return false;
    if (says(Remark::Kind::Done, r.pass, r.location)) return true;  // the copy for when a test fails
    const bool runs_inside_parallel =
        r.pass == "parallel" && std::any_of(remarks_.begin(), remarks_.end(), [&](const Remark& other) {
          return other.kind == Remark::Kind::Done && other.pass == r.pass && covers(other.location, r.location);
        });
    if (runs_inside_parallel) return true;
    // Of several reasons the first: it is about the version that runs first.
    const auto first = std::find_if(remarks_.begin(), remarks_.end(), [&](const Remark& other) {
      return other.kind == r.kind && other.pass == r.pass && other.location == r.location;
    });
    return &*first != &r;
  }

  std::string text(const Remark& r) const {
    const auto facts = facts_.find(r.location);
    if (r.kind != Remark::Kind::Done || facts == facts_.end()) return r.text;
    if (r.pass == "vectorise" && facts->second.is_masked) return r.text + ", under masks";
    return r.text;
  }

  void add(const SourceLocation& at, Note note) {
    std::vector<Note>& notes = notes_[at];
    if (std::find(notes.begin(), notes.end(), note) != notes.end()) return;
    const auto same = std::find_if(notes.begin(), notes.end(), [&](const Note& other) {
      return other.text == note.text && other.done == note.done && !note.what.empty() && !other.what.empty();
    });
    if (same == notes.end()) {
      notes.push_back(std::move(note));
    } else {
      same->what += ", " + note.what;
    }
  }

  /// What a nest that is scheduled as a whole became, read off its loops.
  void add_schedule(const SourceLocation& at) {
    LoopFacts all;
    for (const auto& [place, facts] : facts_) {
      if (!covers(at, place)) continue;
      all.is_parallel |= facts.is_parallel;
      all.is_masked |= facts.is_masked;
      all.lanes = std::max(all.lanes, facts.lanes);
    }
    if (all.lanes > 1) {
      add(at, {true, "vectorised",
               std::to_string(all.lanes) + " elements at once" + (all.is_masked ? ", at the edges under masks" : "")});
    }
    if (all.is_parallel) add(at, {true, "parallel", "blocks are shared out among the threads"});
  }

  /// Says of an innermost loop that no pass spoke of why its rounds run one by one.
  void explain_alone(const Stmt& loop) {
    const SourceLocation& at = loop.location();
    if (!at || is_scheduled_whole(at) || is_vector(at)) return;
    bool innermost = true;
    ir::for_each_statement(loop->body, [&](const Stmt& s) { innermost &= !is_loop(s); });
    const bool spoken_of = says(Remark::Kind::Missed, "vectorise", at) || says(Remark::Kind::Done, "vectorise", at);
    if (!innermost || spoken_of) return;
    const std::string why = why_scalar(loop);
    if (!why.empty()) add(at, {false, "not vectorised", why});
  }

  /// Whether the loop, or one around it, runs its rounds as lanes.
  bool is_vector(const SourceLocation& at) const {
    return std::any_of(facts_.begin(), facts_.end(),
                       [&](const auto& f) { return f.second.lanes > 1 && covers(f.first, at); });
  }

  std::string why_scalar(const Stmt& loop) const {
    if (loop.is(StmtKind::While)) return "each round of a while loop decides whether there is another";
    const ir::VarSet inside = ir::bound_variables(loop->body);
    std::string why;
    ir::for_each_statement(loop->body, [&](const Stmt& s) {
      if (!why.empty()) return;
      if (s.is(StmtKind::Call)) why = "a round calls a function";
      if (s.is(StmtKind::Return) || s.is(StmtKind::Break)) why = "a round may be the last one";
      if (s.is(StmtKind::Assign) && !inside.contains(s->var.get())) {
        why = opt::carried_value(s->var, loop->body, machine_);
      }
    });
    if (!why.empty()) return why;
    ir::for_each_statement(loop->body, [&](const Stmt& s) {
      if (why.empty() && s.is(StmtKind::If)) why = "rounds take different branches";
    });
    return why;
  }

  std::span<const Remark> remarks_;
  const std::vector<Stmt> loops_;
  const FactsByLocation facts_;
  const opt::Machine& machine_;
  std::map<SourceLocation, std::vector<Note>, LocationOrder> notes_;
};

}  // namespace

std::vector<NotedLine> notes_of(std::span<const Remark> remarks, const ir::Module& source, const ir::Module& optimised,
                                const opt::Machine& machine) {
  return Tidier(remarks, source, optimised, machine).run();
}

bool is_parallel(const ir::Module& optimised) {
  const FactsByLocation facts = loop_facts(optimised);
  return std::any_of(facts.begin(), facts.end(), [](const auto& f) { return f.second.is_parallel; });
}

bool is_scalar(const std::vector<NotedLine>& lines) {
  for (const NotedLine& line : lines) {
    for (const Note& note : line.notes) {
      if (!note.done && note.what.find("not vectorised") != std::string::npos) return true;
    }
  }
  return false;
}

}  // namespace rooftop::profile
