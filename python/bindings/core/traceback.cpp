// Code objects that do nothing but know their place, and frames of them.
#include "traceback.h"

#include <frameobject.h>

#include <string>
#include <string_view>

namespace rooftop::python {
namespace {

using backend::Site;

// CPython shows the last part of a qualified name: `<locals>.inner` as `inner`.
std::string short_name(std::string_view qualified) {
  std::size_t dot = qualified.rfind('.');
  return std::string(dot == std::string_view::npos ? qualified : qualified.substr(dot + 1));
}

#if PY_VERSION_HEX >= 0x030b0000
void append_varint(std::string& table, std::uint32_t value) {
  for (; value >= 64; value >>= 6) table += static_cast<char>(0x40 | (value & 0x3f));
  table += static_cast<char>(value);
}

// A location table of one entry for all of the code: the long form of CPython's locations.md, with the line given
// relative to the code's first line.
std::string location_table(const Site& site) {
  constexpr int kLongForm = 14;
  constexpr int kMostUnits = 8;
  std::string table(1, static_cast<char>(0x80 | (kLongForm << 3) | (kMostUnits - 1)));
  append_varint(table, 0);
  append_varint(table, static_cast<std::uint32_t>(site.end_line - site.line));
  append_varint(table, static_cast<std::uint32_t>(site.column + 1));
  append_varint(table, static_cast<std::uint32_t>(site.end_column + 1));
  return table;
}

Ref with_columns(Ref code, const Site& site) {
  if (!code || site.column < 0 || site.end_line < site.line || site.end_column < 0) return code;
  std::string table = location_table(site);
  Ref arguments(PyTuple_New(0));
  Ref keywords(Py_BuildValue("{sy#ss}", "co_linetable", table.data(), static_cast<Py_ssize_t>(table.size()),
                             "co_qualname", site.function));
  Ref replace(PyObject_GetAttrString(code.get(), "replace"));
  if (!arguments || !keywords || !replace) return Ref();
  return Ref(PyObject_Call(replace.get(), arguments.get(), keywords.get()));
}
#else
Ref with_columns(Ref code, const Site&) { return code; }
#endif

Ref make_frame(const Site& site, PyObject* globals) {
  std::string name = short_name(site.function);
  Ref code = with_columns(Ref(reinterpret_cast<PyObject*>(PyCode_NewEmpty(site.file, name.c_str(), site.line))), site);
  if (!code) return Ref();
  return Ref(reinterpret_cast<PyObject*>(
      PyFrame_New(PyThreadState_Get(), reinterpret_cast<PyCodeObject*>(code.get()), globals, nullptr)));
}

}  // namespace

Ref add_frame(Ref next, const Site& site, PyObject* globals) {
  Ref frame = make_frame(site, globals);
  if (!frame) return Ref();
  // Instruction 0, where the location table has its entry.
  return Ref(PyObject_CallFunction(reinterpret_cast<PyObject*>(&PyTraceBack_Type), "OOii", next ? next.get() : Py_None,
                                   frame.get(), 0, static_cast<int>(site.line)));
}

}  // namespace rooftop::python
