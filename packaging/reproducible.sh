#!/bin/sh
# Builds the last commit twice, each from a clean clone in another folder, and compares: exit 1 if a byte differs.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
for name in one another/place; do
    git clone --quiet "$here" "$place/$name"
    make --quiet -C "$place/$name" package
done
diff "$place/one/dist/SHA256SUMS" "$place/another/place/dist/SHA256SUMS" && cat "$place/one/dist/SHA256SUMS"
