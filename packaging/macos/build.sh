#!/bin/sh
# The macOS release: bundle, signature, notarisation, disk image. NOT YET RUN BY US: it needs a Mac.
# usage: build.sh DIST, on macOS 15 or newer with Xcode's command line tools.
# STATMON_MAC_IDENTITY names a "Developer ID Application" certificate, STATMON_MAC_PROFILE a notarytool profile;
# without them the bundle is signed for this Mac only, and says so.
set -eu
cd "$(dirname "$0")/../.."
dist=$1
build=build/macos
rm -rf "$build"
build/env/bin/python packaging/icons.py "$build/icons"
for icon in statmon workspace; do
    mkdir -p "$build/$icon.iconset"
    for size in 16 32 128 256 512; do
        cp "$build/icons/$icon-$size.png" "$build/$icon.iconset/icon_${size}x${size}.png"
        double=$((size * 2))
        [ "$double" -gt 512 ] || cp "$build/icons/$icon-$double.png" "$build/$icon.iconset/icon_${size}x${size}@2x.png"
    done
    iconutil --convert icns --output "$build/$icon.icns" "$build/$icon.iconset"
done
STATMON_ICON=$PWD/$build/statmon.icns build/env/bin/python -m PyInstaller --noconfirm --log-level=WARN \
    --distpath="$build" --workpath="$build/work" packaging/statmon.spec
app=$build/statmon.app
build/env/bin/python packaging/licences.py "$app/Contents/Resources"
cp "$build/workspace.icns" "$app/Contents/Resources/"
identity=${STATMON_MAC_IDENTITY:--}
time=--timestamp
hardened='--options runtime'
# The hardened runtime loads only libraries of the same team, and an ad-hoc signature has none.
[ "$identity" != - ] || { echo "no identity is named: the bundle runs on this Mac only" >&2; time=--timestamp=none hardened=''; }
# PyInstaller signed what is inside; the licences came after that, so the bundle itself is sealed anew.
# shellcheck disable=SC2086 # two words, or none
codesign --force "$time" $hardened --entitlements packaging/macos/entitlements.plist --sign "$identity" "$app"
codesign --verify --strict --deep "$app"
"$app/Contents/MacOS/statmon" --self-test
# Without a network the system believes only what is stapled to the bundle itself.
notarise() { xcrun notarytool submit "$1" --keychain-profile "$STATMON_MAC_PROFILE" --wait; }
if [ -n "${STATMON_MAC_PROFILE:-}" ]; then
    ditto -c -k --keepParent "$app" "$build/statmon.zip"
    notarise "$build/statmon.zip"
    xcrun stapler staple "$app"
fi
version=$(build/env/bin/python -c 'import statmon; print(statmon.__version__)')
image=$dist/statmon-$version-macos-$(uname -m).dmg
mkdir -p "$build/image"
cp -R "$app" "$build/image/"
ln -s /Applications "$build/image/Applications"
hdiutil create -volname statmon -srcfolder "$build/image" -fs HFS+ -format ULFO -ov "$image"
codesign --force "$time" --sign "$identity" "$image"
if [ -n "${STATMON_MAC_PROFILE:-}" ]; then
    notarise "$image"
    xcrun stapler staple "$image"
fi
