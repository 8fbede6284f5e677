# What a package holds: the binary, man pages, shell completions, the example configuration, the systemd user unit.
include(GNUInstallDirs)

install(TARGETS llmgw RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES LICENSE README.md CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)
install(FILES examples/llmgw.toml DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples" OPTIONAL)
install(FILES completions/llmgw.bash DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME llmgw OPTIONAL)
install(FILES completions/_llmgw DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" OPTIONAL)
install(FILES completions/llmgw.fish DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" OPTIONAL)
file(GLOB pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.1")
install(FILES ${pages} DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")

install(FILES packaging/llmgw.service DESTINATION lib/systemd/user)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME llmgw)
set(CPACK_PACKAGE_CONTACT "llmgw maintainers <maintainers@llmgw.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
include(CPack)
