# shellcheck shell=sh
# ./dev package: a Debian package whose dependencies are read from the binary.
. scripts/tuned.sh
build_tuned || die "the build failed"
(cd build/tuned && cpack -G DEB) >&2 || die "cpack failed"
ls build/tuned/*.deb
