# An NVIDIA library without a GPU, for tests: of a driver of today, and one of 2018 with nothing but the oldest symbols.
foreach(kind fake_nvml fake_nvml_old)
  add_library(${kind} MODULE "${PROJECT_SOURCE_DIR}/tests/fake_nvml/nvml.cpp")
  target_include_directories(${kind} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(${kind} PRIVATE llmgw_warnings llmgw_instrumentation)
  set_target_properties(${kind} PROPERTIES OUTPUT_NAME nvidia-ml SUFFIX .so.1 UNITY_BUILD OFF
    CXX_VISIBILITY_PRESET hidden LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests/${kind}.d")
endforeach()
target_compile_definitions(fake_nvml_old PRIVATE FAKE_NVML_OLD)

foreach(suite core_tests cli_tests)
  add_dependencies(${suite} fake_nvml fake_nvml_old)
  target_compile_definitions(${suite} PRIVATE LLMGW_FAKE_NVML_LIBRARY="$<TARGET_FILE:fake_nvml>"
    LLMGW_FAKE_NVML_OLD_LIBRARY="$<TARGET_FILE:fake_nvml_old>")
endforeach()
