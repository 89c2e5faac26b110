#!/bin/sh
# Builds the last commit twice, each from a clean clone in another folder, at another time, with another umask, time zone
# and language, and compares every file that was built: exit 1 if a byte differs.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
build() {
    git clone --quiet "$here" "$place/$1"
    make --quiet -C "$place/$1" package
}
build one
(umask 077 && export TZ=Pacific/Kiritimati LC_ALL=C LANG=de_DE.UTF-8 && build another/place)
diff "$place/one/dist/SHA256SUMS" "$place/another/place/dist/SHA256SUMS"
cat "$place/one/dist/SHA256SUMS"
echo "built twice, equal: $(wc -l <"$place/one/dist/SHA256SUMS") files"
