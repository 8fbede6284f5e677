# What a package holds: the binary, man pages, shell completions, the example configuration, the systemd user unit.
include(GNUInstallDirs)

install(TARGETS llmgw RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)
install(DIRECTORY man/ DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" FILES_MATCHING PATTERN "*.1")
install(FILES completions/llmgw.bash DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME llmgw)
install(FILES completions/_llmgw DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions")
install(FILES completions/llmgw.fish DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
