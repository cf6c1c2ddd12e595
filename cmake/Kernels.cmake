# The kernels of NumPy's universal functions, compiled by our own compiler while rooftop is built: objects for x86-64-v2,
# v3 and v4, each in shards that build side by side, and the table that room `lib` chooses from. They hold no LLVM.

file(GLOB generator_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/generate_kernels*.cpp)
add_executable(generate_kernels ${generator_sources})
rooftop_link(generate_kernels opt backend_llvm ir ops base)

enable_language(ASM)
set(kernel_folder ${PROJECT_BINARY_DIR}/kernels)
set(kernel_shards 2)
set(kernel_files "")
file(MAKE_DIRECTORY ${kernel_folder})
foreach(cpu x86-64-v4 x86-64-v3 x86-64-v2)
  foreach(shard RANGE 1 ${kernel_shards})
    math(EXPR index "${shard} - 1")
    set(object ${kernel_folder}/${cpu}-${index}.o)
    add_custom_command(OUTPUT ${object}
      COMMAND generate_kernels --cpu=${cpu} --shard=${index}/${kernel_shards} --out=${object}
      DEPENDS generate_kernels COMMENT "Compiling kernels for ${cpu}, shard ${shard} of ${kernel_shards}" VERBATIM)
    set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    list(APPEND kernel_files ${object})
  endforeach()
  set(object ${kernel_folder}/${cpu}-products.o)
  add_custom_command(OUTPUT ${object}
    COMMAND generate_kernels --cpu=${cpu} --products --out=${object}
    DEPENDS generate_kernels COMMENT "Compiling matrix products for ${cpu}" VERBATIM)
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  list(APPEND kernel_files ${object})
endforeach()
add_custom_command(OUTPUT ${kernel_folder}/table.s
  COMMAND generate_kernels --table --out=${kernel_folder}/table.s
  DEPENDS generate_kernels COMMENT "Writing the table of kernels" VERBATIM)

target_sources(rooftop_lib PRIVATE ${kernel_files} ${kernel_folder}/table.s)
target_link_libraries(rooftop_lib PUBLIC m)
