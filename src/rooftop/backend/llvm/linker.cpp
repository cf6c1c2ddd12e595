// One execution session for the process; each linked object is a library of its own in it.
#include "rooftop/backend/llvm/linker.h"

#include <llvm/ExecutionEngine/Orc/Core.h>
#include <llvm/ExecutionEngine/Orc/ExecutorProcessControl.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <atomic>
#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include "rooftop/backend/llvm/guard.h"

namespace rooftop::backend::llvm {
namespace {

namespace ll = ::llvm;
namespace orc = ::llvm::orc;

template <typename T>
T value_of(ll::Expected<T> expected, const char* doing) {
  if (!expected) throw_error(expected.takeError(), doing);
  return std::move(*expected);
}

/// Links on the calling thread; owns no thread, so that the process may fork.
class Session {
 public:
  /// Never destroyed: kernels may outlive static objects.
  static Session& instance() {
    static Session& the_session = *new Session;
    return the_session;
  }

  orc::ExecutionSession& operator*() { return session_; }
  orc::ExecutionSession* operator->() { return &session_; }
  orc::ObjectLinkingLayer& layer() { return layer_; }
  /// What failed on this thread since the last `cause().clear()`: a lookup only tells that something did.
  static std::string& cause() {
    thread_local std::string text;
    return text;
  }
  orc::JITDylib& new_library() { return session_.createBareJITDylib("kernel" + std::to_string(++count_)); }

 private:
  Session()
      : session_(
            value_of(orc::SelfExecutorProcessControl::Create(nullptr, std::make_unique<orc::InPlaceTaskDispatcher>()),
                     "starting the linker")),
        layer_(session_) {
    session_.setErrorReporter([](ll::Error error) { cause() = ll::toString(std::move(error)); });
  }

  orc::ExecutionSession session_;
  orc::ObjectLinkingLayer layer_;
  std::atomic<std::size_t> count_ = 0;
};

std::size_t count_code(const ll::object::ObjectFile& file) {
  std::size_t bytes = 0;
  for (const ll::object::SectionRef& section : file.sections()) {
    if (section.isText()) bytes += section.getSize();
  }
  return bytes;
}

/// Adds those of `symbols` that the object asks for.
void add_needed(const ll::object::ObjectFile& file, const std::vector<Symbol>& symbols, orc::SymbolMap& map) {
  for (const ll::object::SymbolRef& wanted : file.symbols()) {
    if ((value_of(wanted.getFlags(), "reading the object") & ll::object::SymbolRef::SF_Undefined) == 0) continue;
    const ll::StringRef name = value_of(wanted.getName(), "reading the object");
    for (const Symbol& s : symbols) {
      if (name != ll::StringRef(s.name)) continue;
      map[Session::instance()->intern(name)] = {orc::ExecutorAddr::fromPtr(s.address),
                                                ll::JITSymbolFlags::Exported | ll::JITSymbolFlags::Callable};
    }
  }
}

}  // namespace

LinkedObject::LinkedObject(std::span<const Bytes> objects, const std::vector<Symbol>& symbols) {
  Session& session = Session::instance();
  library_ = &session.new_library();
  try {
    orc::SymbolMap needed;
    std::vector<std::unique_ptr<ll::MemoryBuffer>> buffers;
    for (const Bytes& object : objects) {
      buffers.push_back(ll::MemoryBuffer::getMemBufferCopy(ll::StringRef(object.data(), object.size()), "kernel"));
      const auto file =
          value_of(ll::object::ObjectFile::createObjectFile(buffers.back()->getMemBufferRef()), "reading the object");
      code_bytes_ += count_code(*file);
      add_needed(*file, symbols, needed);
    }
    if (!needed.empty()) throw_error(library_->define(orc::absoluteSymbols(std::move(needed))), "defining symbols");
    for (auto& buffer : buffers) throw_error(session.layer().add(*library_, std::move(buffer)), "linking");
  } catch (...) {
    ll::consumeError(session->removeJITDylib(*library_));
    throw;
  }
}

LinkedObject::~LinkedObject() {
  if (library_ != nullptr) ll::consumeError(Session::instance()->removeJITDylib(*library_));
}

LinkedObject::LinkedObject(LinkedObject&& other) noexcept
    : library_(std::exchange(other.library_, nullptr)), code_bytes_(other.code_bytes_) {}

LinkedObject& LinkedObject::operator=(LinkedObject&& other) noexcept {
  std::swap(library_, other.library_);
  std::swap(code_bytes_, other.code_bytes_);
  return *this;
}

void* LinkedObject::address_of(std::string_view name) const {
  auto& session = *Session::instance();
  Session::cause().clear();
  auto found = session.lookup({library_}, session.intern(ll::StringRef(name)));
  if (!found && !Session::cause().empty()) {
    ll::consumeError(found.takeError());
    const std::string cause = std::exchange(Session::cause(), {});
    if (cause.find(std::generic_category().message(ENOMEM)) != std::string::npos) throw std::bad_alloc();
    throw LlvmError("linking: " + cause);
  }
  return value_of(std::move(found), "linking").getAddress().toPtr<void*>();
}

}  // namespace rooftop::backend::llvm
