# How the code is compiled: language level, warnings, sanitizers, hardening, linker, compiler cache.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(LLMGW_SANITIZE "" CACHE STRING "Sanitizers as the compiler names them, such as address,undefined")
option(LLMGW_COVERAGE "Instrument for gcov" OFF)
option(LLMGW_HARDEN "Hardening flags for released binaries" OFF)
set(LLMGW_PROFILE "" CACHE STRING "record: count how often each branch runs; use: compile by those counts (ADR 8)")
set(LLMGW_PROFILE_FOLDER "${PROJECT_SOURCE_DIR}/build/profile" CACHE PATH "Where the counts are")

# Asio's coroutines and Beast's parser are templates: eight files in one translation unit cost about as much as one.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)

add_library(llmgw_warnings INTERFACE)
target_compile_options(llmgw_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Not with GCC 12, which sees null pointers in the executors of Asio's headers once it inlines them.
  target_compile_options(llmgw_warnings INTERFACE -Wnull-dereference)
  # libstdc++ 12's std::stable_sort calls std::get_temporary_buffer, which C++17 deprecates; clang blames our call.
  target_compile_options(llmgw_warnings INTERFACE -Wno-deprecated-declarations)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND LLMGW_SANITIZE MATCHES "thread")
  # GCC 12 warns that TSan does not model atomic_thread_fence, which Asio uses, and with TSan's calls in between it sees
  # mismatched operator delete in the headers of Asio and libstdc++ that are not there.
  target_compile_options(llmgw_warnings INTERFACE -Wno-tsan -Wno-mismatched-new-delete)
endif()

add_library(llmgw_instrumentation INTERFACE)
if(LLMGW_SANITIZE)
  set(flags -fsanitize=${LLMGW_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(llmgw_instrumentation INTERFACE ${flags})
  target_link_options(llmgw_instrumentation INTERFACE ${flags})
endif()
if(LLMGW_COVERAGE)
  target_compile_options(llmgw_instrumentation INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(llmgw_instrumentation INTERFACE --coverage)
endif()
if(LLMGW_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "LLMGW_FUZZ needs clang: libFuzzer is part of it (use the preset 'fuzz')")
  endif()
  target_compile_options(llmgw_instrumentation INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(LLMGW_HARDEN)
  target_compile_options(llmgw_instrumentation INTERFACE
    -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(llmgw_instrumentation INTERFACE -fcf-protection)
  endif()
  target_link_options(llmgw_instrumentation INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
if(LLMGW_PROFILE)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    message(FATAL_ERROR "LLMGW_PROFILE needs GCC: its counts are of no use to another compiler")
  endif()
  # The counts of an object are found by its path inside the build folder, which differs between the two builds.
  set(flags -fprofile-prefix-path=${PROJECT_BINARY_DIR})
  if(LLMGW_PROFILE STREQUAL "record")
    list(APPEND flags -fprofile-generate=${LLMGW_PROFILE_FOLDER} -fprofile-update=prefer-atomic)
  else()
    # What was not practised stays compiled for speed; commands that never ran have no counts, and need none.
    list(APPEND flags -fprofile-use=${LLMGW_PROFILE_FOLDER} -fprofile-partial-training -fprofile-correction
         -Wno-missing-profile)
  endif()
  target_compile_options(llmgw_instrumentation INTERFACE ${flags})
  target_link_options(llmgw_instrumentation INTERFACE ${flags})
endif()

find_program(LLMGW_CCACHE ccache)
if(LLMGW_CCACHE AND NOT LLMGW_COVERAGE AND NOT LLMGW_PROFILE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${LLMGW_CCACHE}")
endif()

# The default linker needs seconds for a test program at -g1; mold and lld need a fraction of one.
# Link-time optimisation stays with the compiler's own linker.
if(NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  find_program(LLMGW_MOLD mold)
  find_program(LLMGW_LLD NAMES ld.lld ld.lld-19)
  if(LLMGW_MOLD)
    add_link_options(-fuse-ld=mold)
  elseif(LLMGW_LLD AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    add_link_options(-fuse-ld=${LLMGW_LLD})
  endif()
endif()
