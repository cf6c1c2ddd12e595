# LLVM 19, static, only the x86 target. Defines the interface library `rooftop_LLVM`, or leaves it out (with a
# message) where LLVM is not installed and the rooms that need it do not exist.

find_package(LLVM 19.1 QUIET CONFIG HINTS /usr/lib/llvm-19/lib/cmake/llvm)
if(NOT LLVM_FOUND)
  set(rooftop_llvm_missing "LLVM 19 was not found: install llvm-19-dev, or point LLVM_DIR at its lib/cmake/llvm")
  message(STATUS "${rooftop_llvm_missing}")
  return()
endif()
message(STATUS "LLVM ${LLVM_PACKAGE_VERSION} from ${LLVM_DIR}")

# The linker takes only the objects that are used out of these archives: no PassBuilder unless something asks for it.
llvm_map_components_to_libnames(rooftop_llvm_archives
  Core Support Analysis TransformUtils ScalarOpts InstCombine AggressiveInstCombine Vectorize IPO
  IRReader BitWriter MC MCParser Target OrcJIT X86CodeGen X86AsmParser X86Desc X86Info)

add_library(rooftop_LLVM INTERFACE)
target_include_directories(rooftop_LLVM SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
separate_arguments(rooftop_llvm_definitions NATIVE_COMMAND ${LLVM_DEFINITIONS})
target_compile_definitions(rooftop_LLVM INTERFACE ${rooftop_llvm_definitions})
target_link_libraries(rooftop_LLVM INTERFACE ${rooftop_llvm_archives})
# GCC 12 inlines LLVM's headers into our code and takes members of moved-from values for unset ones.
target_compile_options(rooftop_LLVM INTERFACE -Wno-maybe-uninitialized -Wno-free-nonheap-object)
