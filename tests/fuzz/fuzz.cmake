# tests/fuzz/NAME_fuzz.cpp defines LLVMFuzzerTestOneInput. Under clang with LLMGW_FUZZ it becomes a libFuzzer program;
# everywhere else it is linked with a main that replays tests/fuzz/corpus/NAME/, so past findings stay fixed.

file(GLOB targets CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/*_fuzz.cpp")
foreach(source IN LISTS targets)
  get_filename_component(target "${source}" NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" subject "${target}")
  set(corpus "${CMAKE_CURRENT_LIST_DIR}/corpus/${subject}")
  if(LLMGW_FUZZ)
    add_executable(${target} "${source}")
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(${target} "${source}" "${CMAKE_CURRENT_LIST_DIR}/replay_main.cpp")
    add_test(NAME fuzz.${subject} COMMAND ${target} "${corpus}")
    set_tests_properties(fuzz.${subject} PROPERTIES LABELS fuzz-regression TIMEOUT 60)
  endif()
  target_link_libraries(${target} PRIVATE llmgw_proxy llmgw_warnings)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/fuzz" UNITY_BUILD OFF)
endforeach()
