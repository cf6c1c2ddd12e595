// Classification of Python objects. NumPy is recognised by names, never imported.
#include "names.h"

#include "rooftop/base/errors.h"
#include "rooftop/frontend/builtins.h"
#include "rooftop/frontend/compile.h"
#include "rooftop/frontend/numbers.h"
#include "syntax_tree.h"

namespace nb = nanobind;

namespace rooftop::python {
namespace {

using frontend::Entity;
using frontend::FunctionSource;
using frontend::PyType;
using frontend::Value;

std::string text_attribute(nb::handle object, const char* name) {
  const nb::object value = nb::getattr(object, name, nb::none());
  return nb::isinstance<nb::str>(value) ? nb::cast<std::string>(value) : std::string();
}

/// "numpy.sqrt", "builtins.abs", "math.floor": the name under which the compiler may know the object; else empty.
std::string canonical_name(nb::handle object) {
  const std::string name = text_attribute(object, "__name__");
  if (name.empty()) return {};
  const std::string type = text_attribute(object.type(), "__name__");
  const std::string type_module = text_attribute(object.type(), "__module__");
  if (type == "ufunc" && type_module.starts_with("numpy")) return "numpy." + name;
  const std::string home = text_attribute(object, "__module__");
  if (home.starts_with("rooftop._compiled")) return "rooftop." + name;
  // rooftop's names of NumPy mean what NumPy's do.
  if (home == "rooftop.linalg") return "numpy.linalg." + name;
  if (home == "rooftop" || home.starts_with("rooftop._")) return "numpy." + name;
  return home + "." + name;
}

/// A NumPy scalar, or one of the package ml_dtypes, as a constant of its type, or nothing.
std::optional<Value> numpy_scalar(nb::handle object) {
  const std::string home = text_attribute(object.type(), "__module__");
  const bool is_known = home == "numpy" || home == "ml_dtypes" || home == "rooftop";
  if (!is_known || !nb::hasattr(object, "dtype") || nb::hasattr(object, "__setitem__")) return std::nullopt;
  if (!nb::hasattr(object, "item") || nb::cast<int>(nb::getattr(object, "ndim", nb::int_(-1))) != 0)
    return std::nullopt;
  const auto dtype = array::dtype_from_name(text_attribute(object.attr("dtype"), "name"));
  if (!dtype || nb::hasattr(object, "__array_finalize__")) return std::nullopt;
  const ir::Type type = ir::Type::scalar(*dtype);
  const nb::object item = object.attr("item")();
  ir::Constant constant;
  if (array::is_complex(*dtype)) {
    constant = {.real = PyComplex_RealAsDouble(item.ptr()), .imag = PyComplex_ImagAsDouble(item.ptr())};
  } else if (array::is_float(*dtype)) {
    constant = {.real = PyFloat_AsDouble(item.ptr())};
  } else {
    constant = {.integer = static_cast<std::int64_t>(PyLong_AsUnsignedLongLongMask(item.ptr()))};
  }
  return frontend::number_value(PyType::numpy(*dtype), ir::constant(type, constant));
}

Value unsupported(nb::handle object) {
  return frontend::entity_value({.kind = Entity::Kind::Unsupported,
                                 .name = nb::cast<std::string>(object.type().attr("__name__")),
                                 .function = {},
                                 .scope = {},
                                 .parts = {}});
}

/// Attributes of a module. Those of math and numpy never change; others are guarded.
class ModuleScope : public frontend::NameScope {
 public:
  ModuleScope(Names& names, nb::object module, bool fixed) : names_(names), module_(std::move(module)), fixed_(fixed) {}

  std::optional<Value> resolve(const std::string& name) const override {
    if (!nb::hasattr(module_, name.c_str())) return std::nullopt;
    const nb::object object = module_.attr(name.c_str());
    const nb::object dict = module_.attr("__dict__");
    const nb::str key(name.c_str());
    if (!fixed_ && PyDict_Contains(dict.ptr(), key.ptr()) == 1) names_.depend(dict, key, object);
    return names_.value(object);
  }

 private:
  Names& names_;
  nb::object module_;
  bool fixed_;
};

/// Free variables of one function, in Python's order: closure, globals, builtins.
class FunctionScope : public frontend::NameScope {
 public:
  FunctionScope(Names& names, nb::handle function)
      : names_(names),
        globals_(function.attr("__globals__")),
        code_(function.attr("__code__")),
        closure_(nb::getattr(function, "__closure__", nb::none())) {}

  std::optional<Value> resolve(const std::string& name) const override {
    if (!closure_.is_none()) {
      const nb::object free_names = code_.attr("co_freevars");
      for (std::size_t i = 0; i < nb::len(free_names); ++i) {
        if (nb::cast<std::string>(free_names[i]) != name) continue;
        const nb::object cell = closure_[i];
        if (!nb::hasattr(cell, "cell_contents")) return std::nullopt;
        const nb::object object = cell.attr("cell_contents");
        names_.depend(cell, nb::none(), object);
        return names_.value(object);
      }
    }
    const nb::str key(name.c_str());
    if (PyObject* object = PyDict_GetItemWithError(globals_.ptr(), key.ptr())) {
      names_.depend(globals_, key, object);
      return names_.value(object);
    }
    const nb::object builtins = nb::module_::import_("builtins");
    if (!nb::hasattr(builtins, name.c_str())) return std::nullopt;
    names_.depend(globals_, key, nb::handle());  // a global of this name would come first
    return names_.value(builtins.attr(name.c_str()));
  }

 private:
  Names& names_;
  nb::object globals_, code_, closure_;
};

}  // namespace

nb::tuple Guard::as_tuple() const {
  if (name.is_none()) return nb::make_tuple(owner, object);
  return object.is_valid() ? nb::make_tuple(owner, name, object) : nb::make_tuple(owner, name);
}

void Names::depend(nb::handle owner, nb::handle name, nb::handle object) {
  for (const Guard& g : guards_) {
    if (g.owner.is(owner) && (g.name.is(name) || g.name.equal(name))) return;
  }
  guards_.push_back({nb::borrow(owner), nb::borrow(name), nb::borrow(object)});
}

std::shared_ptr<const FunctionSource> Names::function(nb::handle python_function) {
  std::shared_ptr<const FunctionSource>& known = functions_[python_function.ptr()];
  if (known) return known;
  kept_.push_back(nb::borrow(python_function));
  const nb::object located = nb::module_::import_("rooftop._source").attr("function_source")(python_function);
  const std::string file = nb::cast<std::string>(located.attr("filename"));
  auto source = std::make_shared<FunctionSource>();
  source->name = text_attribute(python_function, "__name__");
  source->qualified_name = text_attribute(python_function, "__qualname__");
  source->signature_name = source->name;
  source->tree = convert_tree(located.attr("node"), file);
  source->scope = std::make_shared<FunctionScope>(*this, python_function);
  source->identity = python_function.ptr();
  source->is_library = canonical_name(python_function).starts_with("rooftop.");
  // Published before the defaults are converted: they may name the function itself.
  known = source;
  const nb::object defaults = nb::getattr(python_function, "__defaults__", nb::none());
  const nb::object keyword_defaults = nb::getattr(python_function, "__kwdefaults__", nb::none());
  const std::size_t keyword_only = source->tree->child("args")->list("kwonlyargs").size();
  const auto names = frontend::parameters(*source);
  const std::size_t positional = names.size() - keyword_only;
  const std::size_t default_count = defaults.is_none() ? 0 : nb::len(defaults);
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::optional<Value> value;
    if (i < positional) {
      if (i + default_count >= positional) value = this->value(defaults[i + default_count - positional]);
    } else if (!keyword_defaults.is_none()) {
      const nb::str key(names[i]->text("arg").c_str());
      if (PyDict_Contains(keyword_defaults.ptr(), key.ptr()) == 1) value = this->value(keyword_defaults[key]);
    }
    source->defaults.push_back(std::move(value));
  }
  return known;
}

namespace {

/// Methods of arrays by the functions of their names.
class MethodScope : public frontend::NameScope {
 public:
  explicit MethodScope(Names& names) : names_(names) {}
  std::optional<Value> resolve(const std::string& name) const override {
    if (name == "sort") return names_.library_value("ndarray.sort");
    return names_.library_value("numpy." + name);
  }

 private:
  Names& names_;
};

}  // namespace

std::shared_ptr<const frontend::NameScope> Names::methods() { return std::make_shared<MethodScope>(*this); }

std::shared_ptr<const FunctionSource> Names::strict_function(nb::handle python_function) {
  auto source = std::make_shared<FunctionSource>(*function(python_function));
  source->strict = true;
  return source;
}

std::optional<Value> Names::library_value(const std::string& name) {
  if (library_.is_none()) library_ = nb::module_::import_("rooftop._compiled").attr("FUNCTIONS");
  const nb::str key(name.c_str());
  PyObject* const found = PyDict_GetItemWithError(library_.ptr(), key.ptr());
  if (found == nullptr) return std::nullopt;
  return frontend::entity_value(
      {.kind = Entity::Kind::Function, .name = {}, .function = function(found), .scope = {}, .parts = {}});
}

Value Names::value(nb::handle object) {
  PyObject* raw = object.ptr();
  if (raw == Py_None) return frontend::none_value();
  if (raw == Py_Ellipsis) {
    return frontend::entity_value(
        {.kind = Entity::Kind::Ellipsis, .name = "...", .function = {}, .scope = {}, .parts = {}});
  }
  if (PyBool_Check(raw)) return frontend::bool_value(ir::bool_constant(raw == Py_True));
  if (PyLong_CheckExact(raw)) {
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(raw, &overflow);
    return overflow == 0 ? frontend::int_value(number) : unsupported(object);
  }
  if (PyFloat_CheckExact(raw)) return frontend::float_value(ir::float_constant(PyFloat_AS_DOUBLE(raw)));
  if (PyComplex_CheckExact(raw)) {
    return frontend::complex_value(
        ir::constant(ir::Type::scalar(array::DType::C128),
                     {.real = PyComplex_RealAsDouble(raw), .imag = PyComplex_ImagAsDouble(raw)}));
  }
  if (PyUnicode_CheckExact(raw)) return frontend::string_value(nb::cast<std::string>(object));
  if (PyTuple_CheckExact(raw)) {
    std::vector<Value> items;
    for (nb::handle item : nb::borrow<nb::tuple>(object)) items.push_back(value(item));
    for (const Value& item : items) {
      if (item.entity) return unsupported(object);
    }
    return frontend::tuple_value(std::move(items));
  }
  // Some of NumPy's functions are written in Python; what they mean is known.
  const std::string name = canonical_name(object);
  if ((name.starts_with("numpy.") || name == "builtins.sum") && !frontend::is_known_builtin(name)) {
    if (auto own = library_value(name)) return *own;
  }
  if (PyFunction_Check(raw) && !frontend::is_known_builtin(name)) {
    return frontend::entity_value(
        {.kind = Entity::Kind::Function, .name = {}, .function = function(object), .scope = {}, .parts = {}});
  }
  if (nb::hasattr(object, "py_func") && PyFunction_Check(nb::object(object.attr("py_func")).ptr())) {
    const bool strict = text_attribute(object, "fp_model") == "strict";
    return frontend::entity_value(
        {.kind = Entity::Kind::Function,
         .name = {},
         .function = strict ? strict_function(object.attr("py_func")) : function(object.attr("py_func")),
         .scope = {},
         .parts = {}});
  }
  if (PyModule_Check(raw)) {
    const std::string module = text_attribute(object, "__name__");
    const bool fixed = module == "math" || module == "numpy" || module == "rooftop";
    return frontend::entity_value({.kind = Entity::Kind::Module,
                                   .name = module,
                                   .function = {},
                                   .scope = std::make_shared<ModuleScope>(*this, nb::borrow(object), fixed),
                                   .parts = {}});
  }
  const auto is_of = [&](const char* module) { return name.starts_with(module); };
  if (frontend::is_known_builtin(name) || is_of("math.") || is_of("builtins.") || is_of("numpy.")) {
    return frontend::entity_value(
        {.kind = Entity::Kind::Builtin, .name = name, .function = {}, .scope = {}, .parts = {}});
  }
  if (auto scalar = numpy_scalar(object)) return *scalar;
  return unsupported(object);
}

}  // namespace rooftop::python
