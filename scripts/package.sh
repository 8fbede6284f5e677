# shellcheck shell=sh
# ./dev package: a Debian package whose dependencies are read from the binary.
build_preset release || die "the build failed"
(cd build/release && cpack -G DEB) >&2 || die "cpack failed"
ls build/release/*.deb
