# How every target of the project is compiled: language, warnings, visibility, sections, sanitizers.
# Targets take it by linking `rooftop_options`; third-party sources (nanobind) do not.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Kind of build" FORCE)
endif()
# -O2: -O3 makes the compiler larger and not measurably faster; the kernels' speed comes from generated code.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(ROOFTOP_CCACHE ccache)
  if(ROOFTOP_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${ROOFTOP_CCACHE})
  endif()
endif()

find_package(Threads REQUIRED)

add_library(rooftop_options INTERFACE)
target_include_directories(rooftop_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(rooftop_options INTERFACE Threads::Threads)
target_compile_options(rooftop_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow=local -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual
  -Wimplicit-fallthrough -Wswitch -Wextra-semi -Wno-missing-field-initializers
  # libstdc++ 12 under -O2 warns about its own std::string and std::vector (GCC bugs 105329, 105562, 108822).
  -Wno-restrict -Wno-dangling-pointer -Wno-free-nonheap-object)
target_compile_definitions(rooftop_options INTERFACE
  ROOFTOP_VERSION="${PROJECT_VERSION}"
  $<$<BOOL:${ROOFTOP_ASSERTIONS}>:ROOFTOP_ASSERTIONS=1>)

# GCC 12's SLP vectoriser drops the conversion double -> float -> double of two neighbours, and with it the rounding of
# complex64 constants (tests/unit/ir/evaluate_test.cpp has the case). Our own loops are not what is fast here.
add_compile_options(-ffunction-sections -fdata-sections -fno-plt $<$<CXX_COMPILER_ID:GNU>:-fno-tree-slp-vectorize>)
add_link_options(-Wl,--gc-sections -Wl,--as-needed -Wl,-z,noexecstack $<$<CONFIG:Release>:-Wl,-s>)

if(ROOFTOP_SANITIZE)
  # -Og: under the checks it compiles in half the time of -O1. Null is where addresses are not, which the address
  # sanitizer finds.
  add_compile_options(-Og -fsanitize=${ROOFTOP_SANITIZE} -fno-sanitize-recover=all -fno-sanitize=null
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ROOFTOP_SANITIZE})
  # GCC's sanitizers and its flow-sensitive warnings disagree: the checks look like uses of unset memory, and what -Og
  # does not inline looks like another allocator.
  target_compile_options(rooftop_options INTERFACE -Wno-maybe-uninitialized -Wno-free-nonheap-object -Wno-stringop-overflow -Wno-array-bounds
    -Wno-mismatched-new-delete)
endif()
