// Reading a compiler's handle, and matching argument types.
#include "specialization.h"

#include <bit>
#include <cstdint>

#include "rooftop/base/errors.h"

namespace rooftop::python {
bool Specialization::matches(std::span<const Word> words, std::span<PyObject* const> strings) const {
  if (words.size() != types_.words.size()) return false;
  // A loop over whole words: a call of memcmp costs more than the one or two comparisons that there usually are.
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (std::bit_cast<std::uint64_t>(words[i]) != std::bit_cast<std::uint64_t>(types_.words[i])) return false;
  }
  for (std::size_t i = 0; i < strings.size(); ++i) {
    if (strings[i] != types_.strings[i].get() && PyUnicode_Compare(strings[i], types_.strings[i].get()) != 0) {
      return false;
    }
  }
  return true;
}

std::unique_ptr<Specialization> Specialization::from_handle(TypeList types, std::string signature, PyObject* handle) {
  auto made = std::make_unique<Specialization>();
  made->types_ = std::move(types);
  made->signature_ = std::move(signature);
  made->handle_ = Ref::borrow(handle);
  Ref entry(PyObject_GetAttrString(handle, "entry"));
  Ref result(entry ? PyObject_GetAttrString(handle, "result") : nullptr);
  Ref releases_gil(result ? PyObject_GetAttrString(handle, "releases_gil_from") : nullptr);
  Ref guards(releases_gil ? PyObject_GetAttrString(handle, "guards") : nullptr);
  if (!guards || !made->guards_.read(guards.get())) return nullptr;
  made->entry_ = reinterpret_cast<backend::Entry>(PyLong_AsVoidPtr(entry.get()));
  const char* result_text = PyUnicode_AsUTF8(result.get());
  made->releases_gil_from_ = PyLong_AsUnsignedLongLong(releases_gil.get());
  if (PyErr_Occurred()) return nullptr;
  ROOFTOP_CHECK(made->entry_ != nullptr) << "the compiler returned no entry";
  made->result_ = parse_types(result_text, false);
  made->result_slots_ = made->result_.slot_count();
  return made;
}

}  // namespace rooftop::python
