# llmgw_sources(VAR FOLDER...): the .cpp files under the folders. New files are found by the next build on their own.
function(llmgw_sources var)
  set(found)
  foreach(folder IN LISTS ARGN)
    file(GLOB_RECURSE more CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cpp")
    list(APPEND found ${more})
  endforeach()
  set(${var} "${found}" PARENT_SCOPE)
endfunction()

# llmgw_or_empty(VAR): a library needs one source; a folder that is still empty gets a generated one.
function(llmgw_or_empty var)
  if(NOT ${var})
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/generated/empty.cpp" CONTENT "// no sources yet\n")
    set(${var} "${PROJECT_BINARY_DIR}/generated/empty.cpp" PARENT_SCOPE)
  endif()
endfunction()

# llmgw_library(NAME FOLDER folder [EXCLUDE file...]): a static library of all sources under a folder of src/.
function(llmgw_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER" "EXCLUDE")
  llmgw_sources(sources ${arg_FOLDER})
  foreach(file IN LISTS arg_EXCLUDE)
    list(REMOVE_ITEM sources "${PROJECT_SOURCE_DIR}/${file}")
  endforeach()
  llmgw_or_empty(sources)
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_compile_definitions(${name} PUBLIC LLMGW_VERSION="${PROJECT_VERSION}")
  target_link_libraries(${name} PRIVATE llmgw_warnings PUBLIC llmgw_instrumentation)
endfunction()

# Bodies of separately compiled libraries bring macros of their own: they never share a unity batch.
set_source_files_properties(
  "${PROJECT_SOURCE_DIR}/src/core/net/asio_impl.cpp"
  PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
