# Catch2 programs. Each runs as two shards, so that two cores are busy.

function(llmgw_support name folder)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "LIBRARIES;EXCLUDE")
  llmgw_sources(sources ${folder})
  foreach(pattern IN LISTS arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${pattern}")
  endforeach()
  llmgw_or_empty(sources)
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC ${arg_LIBRARIES} Catch2::Catch2 PRIVATE llmgw_warnings)
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${name} PUBLIC
    LLMGW_SOURCE_DIR="${PROJECT_SOURCE_DIR}" LLMGW_FIXTURES_DIR="${PROJECT_SOURCE_DIR}/../shared/fixtures")
endfunction()

llmgw_support(llmgw_test_support tests/support LIBRARIES llmgw_core OpenSSL::SSL EXCLUDE "/tests/support/proxy/")
llmgw_support(llmgw_test_support_proxy tests/support/proxy LIBRARIES llmgw_proxy llmgw_test_support)

# llmgw_suite(NAME FOLDER folder LABEL label TIMEOUT seconds LIBRARIES lib...)
function(llmgw_suite name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER;LABEL;TIMEOUT" "LIBRARIES")
  llmgw_sources(sources ${arg_FOLDER})
  set(has_sources ${sources})
  llmgw_or_empty(sources)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} llmgw_warnings Catch2::Catch2WithMain)
  if(NOT has_sources)
    return()
  endif()
  set(results "${PROJECT_BINARY_DIR}/results")
  file(MAKE_DIRECTORY "${results}")
  foreach(shard 0 1)
    add_test(NAME ${name}.${shard} COMMAND ${name}
      --shard-count 2 --shard-index ${shard} --allow-running-no-tests
      --reporter console::out=- --reporter junit::out=${results}/${name}.${shard}.xml)
    set_tests_properties(${name}.${shard} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
  endforeach()
endfunction()

llmgw_suite(core_tests FOLDER tests/unit/core LABEL unit TIMEOUT 120 LIBRARIES llmgw_test_support)
llmgw_suite(proxy_tests FOLDER tests/unit/proxy LABEL unit TIMEOUT 120 LIBRARIES llmgw_test_support_proxy)
llmgw_suite(cli_tests FOLDER tests/unit/cli LABEL unit TIMEOUT 120 LIBRARIES llmgw_cli llmgw_test_support_proxy)
llmgw_suite(integration_tests FOLDER tests/integration LABEL integration TIMEOUT 300
  LIBRARIES llmgw_cli llmgw_test_support_proxy)
