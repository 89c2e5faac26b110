#!/bin/sh
# Builds what can be built on this system: the wheel everywhere; on Linux also .deb, .tar.xz and, where the tools are
# installed, the Windows packages; on macOS the .dmg. Ends with SHA256SUMS. usage: package.sh DIST
set -eu
cd "$(dirname "$0")/.."
dist=$1
rm -rf "$dist"
mkdir -p "$dist"
# What cannot be installed here is named; what needs it is skipped by name below.
.venv/bin/python packaging/linux/system_packages.py package || true
packaging/package_environment.sh
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
# By the locked backend: another one would say its own version in the wheel.
build/env/bin/python -m hatchling build --target wheel --directory "$dist" 2>/dev/null
build/env/bin/python packaging/policies.py "$dist"
case $(uname -s) in
Linux)
    build/env/bin/python packaging/build_linux.py "$dist"
    missing=''
    for tool in makensis x86_64-w64-mingw32-gcc; do command -v $tool >/dev/null || missing="$missing $tool"; done
    if [ -z "$missing" ]; then
        # 69: no Python here compiles for the one inside, which it said.
        build/env/bin/python packaging/build_windows.py "$dist" || [ $? = 69 ]
    else
        echo "Windows packages: skipped, missing:$missing"
    fi
    ;;
Darwin) packaging/macos/build.sh "$dist" ;;
esac
(cd "$dist" && sha256sum -- * >SHA256SUMS 2>/dev/null || shasum -a 256 -- * >SHA256SUMS)
