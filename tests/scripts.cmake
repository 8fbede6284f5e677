# Scripts as tests: tests/lint/* (label lint) and tests/e2e/* (label e2e). Every executable file without a suffix, or
# ending in .sh, .py or .bats, is one test. Exit status 77 means "cannot run here", with the reason printed.

function(llmgw_scripts folder label timeout)
  file(GLOB scripts CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${folder}/*")
  foreach(script IN LISTS scripts)
    get_filename_component(name "${script}" NAME)
    if(IS_DIRECTORY "${script}" OR NOT name MATCHES "^[a-z0-9_]+(\\.(sh|py|bats))?$")
      continue()
    endif()
    get_filename_component(stem "${script}" NAME_WE)
    if(name MATCHES "\\.bats$")
      set(command bats "${script}")
    else()
      set(command "${script}")
    endif()
    add_test(NAME ${label}.${stem} COMMAND ${command} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(${label}.${stem} PROPERTIES
      LABELS ${label} TIMEOUT ${timeout} SKIP_RETURN_CODE 77
      ENVIRONMENT "LLMGW=$<TARGET_FILE:llmgw>;LLMGW_BUILD_DIR=${PROJECT_BINARY_DIR};LLMGW_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
  endforeach()
endfunction()

llmgw_scripts(lint lint 60)
if(TEST lint.headers)
  set_tests_properties(lint.headers PROPERTIES TIMEOUT 900)  # the first run compiles every header
endif()
llmgw_scripts(e2e e2e 120)
