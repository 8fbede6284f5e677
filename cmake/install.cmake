# What a package holds: the binary, man pages, shell completions, the example configuration, the systemd user unit.
include(GNUInstallDirs)

install(TARGETS llmgw RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)
