# The two extension modules of package `rooftop`: `_core` (raw C-API, no LLVM, loads fast) and `_compiler`
# (nanobind; frontend, optimiser, backends, LLVM). Target `modules` builds both.

find_package(Python 3.10 REQUIRED COMPONENTS Interpreter Development.Module)
add_custom_target(modules)

# rooftop_finish_module(MODULE ROOM…): links, names the output folder, hides what static archives would export.
function(rooftop_finish_module module)
  rooftop_link(${module} ${ARGN})
  target_link_options(${module} PRIVATE -Wl,--exclude-libs,ALL)
  if(ROOFTOP_INPLACE)
    set_target_properties(${module} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${PROJECT_SOURCE_DIR}/python/rooftop)
  else()
    set_target_properties(${module} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/python/rooftop)
  endif()
  if(DEFINED SKBUILD)  # otherwise an installation is rooftop for C++: cmake/Api.cmake
    install(TARGETS ${module} LIBRARY DESTINATION rooftop)
  endif()
  add_dependencies(modules ${module})
endfunction()

file(GLOB core_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/python/bindings/core/*.cpp
     ${PROJECT_SOURCE_DIR}/python/bindings/array/*.cpp)
if(core_sources)
  Python_add_library(_core MODULE WITH_SOABI ${core_sources})
  target_include_directories(_core PRIVATE ${PROJECT_SOURCE_DIR}/python/bindings)
  target_compile_definitions(_core PRIVATE PY_SSIZE_T_CLEAN)  # `#` formats take Py_ssize_t, on every Python
  rooftop_finish_module(_core lib runtime profile ops array base)
endif()

file(GLOB compiler_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/python/bindings/compiler/*.cpp)
if(compiler_sources)
  execute_process(COMMAND ${Python_EXECUTABLE} -m nanobind --cmake_dir
                  OUTPUT_VARIABLE nanobind_ROOT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE missing)
  if(missing AND (ROOFTOP_INPLACE OR DEFINED SKBUILD))
    message(FATAL_ERROR "${Python_EXECUTABLE} has no module nanobind: pip install 'nanobind>=2.4'")
  elseif(missing)
    message(STATUS "${Python_EXECUTABLE} has no module nanobind: rooftop._compiler is left out")
  else()
    find_package(nanobind CONFIG REQUIRED)
    nanobind_add_module(_compiler NB_STATIC NB_SUPPRESS_WARNINGS NOMINSIZE ${compiler_sources})
    rooftop_finish_module(_compiler frontend opt profile backend_interp backend_llvm ir ops array base)
  endif()
endif()
