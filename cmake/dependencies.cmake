# Every library llmgw uses, with its Debian package. All come from the distribution; nothing is downloaded by a build.
# tests/lint/packages checks that each package named here is in packaging/packages.txt, which ./dev setup installs.

find_package(Threads REQUIRED)                    # libc6-dev
find_package(PkgConfig REQUIRED)                  # pkgconf
find_package(Boost 1.81 REQUIRED CONFIG)          # libboost1.81-dev: Asio (I/O) and Beast (HTTP/1 parser), headers only
find_package(CURL 7.88 REQUIRED)                  # libcurl4-openssl-dev: https, HTTP/2 and proxies; headers only (ADR 7)
find_package(OpenSSL 3.0 REQUIRED)                # libssl-dev: hashes and constant-time compare
find_package(ZLIB REQUIRED)                       # zlib1g-dev: request and response codings
find_package(fmt 9 REQUIRED CONFIG)               # libfmt-dev
find_package(spdlog 1.10 REQUIRED CONFIG)         # libspdlog-dev: behind core/base/log, one .cpp
find_package(nlohmann_json 3.11 REQUIRED CONFIG)  # nlohmann-json3-dev
find_package(tomlplusplus 3.3 REQUIRED CONFIG)    # libtomlplusplus-dev: the compiled library, one .cpp includes it
find_package(CLI11 2.1 REQUIRED CONFIG)           # libcli11-dev: one .cpp includes it
pkg_check_modules(libedit REQUIRED IMPORTED_TARGET libedit)  # libedit-dev: the line editor of `llmgw chat`

add_library(llmgw_dependencies INTERFACE)
target_link_libraries(llmgw_dependencies INTERFACE
  Threads::Threads Boost::headers ${CMAKE_DL_LIBS} OpenSSL::Crypto ZLIB::ZLIB
  fmt::fmt spdlog::spdlog nlohmann_json::nlohmann_json tomlplusplus::tomlplusplus)
target_include_directories(llmgw_dependencies INTERFACE ${CURL_INCLUDE_DIRS})
# Coroutine frames come from plain operator new: Asio's own cache keeps two of them and fills the gaps by aligned_alloc,
# which bypasses glibc's per-thread cache. No type here needs more than the default alignment.
target_compile_definitions(llmgw_dependencies INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC BOOST_ASIO_DISABLE_BOOST_ALIGN
  TOML_HEADER_ONLY=0
  JSON_USE_IMPLICIT_CONVERSIONS=0)

# An allocator for the released binary alone: sanitizers bring their own (docs/adr/0006).
option(LLMGW_MIMALLOC "Allocate with mimalloc" OFF)
if(LLMGW_MIMALLOC)
  find_package(mimalloc 2.0 REQUIRED CONFIG)  # libmimalloc-dev
endif()

add_library(llmgw_cli_dependencies INTERFACE)
target_link_libraries(llmgw_cli_dependencies INTERFACE CLI11::CLI11 PkgConfig::libedit)

if(BUILD_TESTING)
  find_package(Catch2 3 REQUIRED CONFIG)  # libcatch2-dev
endif()
