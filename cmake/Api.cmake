# The public C++ interface: the header of universal functions, made of the table ops.def, and what an installation of
# rooftop for C++ holds: two libraries, the headers of room `api`, and a package for find_package(rooftop).

# --- rooftop/api/ufuncs.h

set(api_headers ${PROJECT_BINARY_DIR}/include)
set(ops_table ${PROJECT_SOURCE_DIR}/src/rooftop/ops/ops.def)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ops_table})
file(STRINGS ${ops_table} rows REGEX "^ROOFTOP_UFUNC\\([a-z0-9_]+, [0-9]")
set(ROOFTOP_UFUNC_DECLARATIONS "")
foreach(row IN LISTS rows)
  string(REGEX MATCH "^ROOFTOP_UFUNC\\(([a-z0-9_]+), ([0-9]), ([0-9])," unused "${row}")
  set(name ${CMAKE_MATCH_1})
  set(parameters "const Operand& x")
  if(CMAKE_MATCH_2 EQUAL 2)
    string(APPEND parameters ", const Operand& y")
  endif()
  if(CMAKE_MATCH_3 EQUAL 2)
    string(APPEND ROOFTOP_UFUNC_DECLARATIONS
      "ROOFTOP_API std::pair<Array, Array> ${name}(${parameters}, const UfuncOptions& options = {});\n")
  else()
    string(APPEND ROOFTOP_UFUNC_DECLARATIONS
      "ROOFTOP_API Array ${name}(${parameters});\n"
      "ROOFTOP_API Array ${name}(${parameters}, const UfuncOptions& options);\n")
  endif()
endforeach()
configure_file(${PROJECT_SOURCE_DIR}/cmake/ufuncs.h.in ${api_headers}/rooftop/api/ufuncs.h @ONLY)
target_include_directories(rooftop_api PUBLIC ${api_headers})

# --- The libraries: the objects of the rooms, which are compiled once.

# rooftop_add_library(NAME ROOM…): one library of several rooms, `rooftop::NAME` to those who find or add the project.
function(rooftop_add_library name)
  set(objects ${ARGN})
  list(TRANSFORM objects REPLACE "(.+)" "$<TARGET_OBJECTS:rooftop_\\1>")
  add_library(rooftop_cpp_${name} ${objects})
  add_library(rooftop::${name} ALIAS rooftop_cpp_${name})
  set_target_properties(rooftop_cpp_${name} PROPERTIES EXPORT_NAME ${name} LINKER_LANGUAGE CXX
    ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  target_compile_features(rooftop_cpp_${name} PUBLIC cxx_std_20)
  target_include_directories(rooftop_cpp_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<BUILD_INTERFACE:${api_headers}> $<INSTALL_INTERFACE:include>)
  add_dependencies(cpp rooftop_cpp_${name})
endfunction()

add_custom_target(cpp COMMENT "The C++ libraries")
set(array_rooms api lib runtime ops array base)
if(BUILD_SHARED_LIBS)  # the compiler's library works with the insides of the arrays'
  list(TRANSFORM array_rooms PREPEND rooftop_ OUTPUT_VARIABLE shown_rooms)
  set_target_properties(${shown_rooms} PROPERTIES CXX_VISIBILITY_PRESET default)
endif()
rooftop_add_library(array ${array_rooms})
set_target_properties(rooftop_cpp_array PROPERTIES OUTPUT_NAME rooftop_array)
target_sources(rooftop_cpp_array PRIVATE ${kernel_files})  # objects of no compiler are not among the rooms' own
target_link_libraries(rooftop_cpp_array PRIVATE Threads::Threads m)

rooftop_add_library(rooftop api_compiler backend_llvm opt ir)
set_target_properties(rooftop_cpp_rooftop PROPERTIES OUTPUT_NAME rooftop INSTALL_RPATH "$ORIGIN")
target_link_libraries(rooftop_cpp_rooftop PUBLIC rooftop_cpp_array PRIVATE ${rooftop_llvm_archives})

# --- cmake --install: not for the Python package, which is an installation of its own.

if(DEFINED SKBUILD)
  return()
endif()
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/rooftop)
foreach(name array rooftop)
  install(TARGETS rooftop_cpp_${name} EXPORT rooftop_${name} COMPONENT cpp
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT rooftop_${name} FILE rooftop_${name}.cmake NAMESPACE rooftop:: DESTINATION ${package_folder}
          COMPONENT cpp)
endforeach()
file(GLOB public_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/rooftop/api/*.h)
list(REMOVE_ITEM public_headers ${PROJECT_SOURCE_DIR}/src/rooftop/api/rooftop.h)
install(FILES ${PROJECT_SOURCE_DIR}/src/rooftop/api/rooftop.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/rooftop
        COMPONENT cpp)
install(FILES ${public_headers} ${api_headers}/rooftop/api/ufuncs.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/rooftop/api COMPONENT cpp)

set(rooftop_compiler_needs_llvm ON)  # a shared library holds it
if(BUILD_SHARED_LIBS)
  set(rooftop_compiler_needs_llvm OFF)
endif()
configure_package_config_file(cmake/rooftopConfig.cmake.in ${PROJECT_BINARY_DIR}/rooftopConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rooftopConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rooftopConfig.cmake ${PROJECT_BINARY_DIR}/rooftopConfigVersion.cmake
        DESTINATION ${package_folder} COMPONENT cpp)
