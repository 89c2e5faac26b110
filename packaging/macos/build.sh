#!/bin/sh
# The macOS release: bundle, signature, notarisation, disk image. NOT YET RUN BY US: it needs a Mac.
# usage: build.sh DIST, on macOS 14 or newer with Xcode's command line tools.
# STATMON_MAC_IDENTITY names a "Developer ID Application" certificate, STATMON_MAC_PROFILE a notarytool profile;
# without them the bundle is signed for this Mac only, and says so.
set -eu
cd "$(dirname "$0")/../.."
dist=$1
build=build/macos
rm -rf "$build"
mkdir -p "$build/icon.iconset"
build/env/bin/python packaging/icons.py "$build/icons"
for size in 16 32 128 256 512; do
    cp "$build/icons/statmon-$size.png" "$build/icon.iconset/icon_${size}x${size}.png"
    double=$((size * 2))
    [ "$double" -gt 512 ] || cp "$build/icons/statmon-$double.png" "$build/icon.iconset/icon_${size}x${size}@2x.png"
done
iconutil --convert icns --output "$build/statmon.icns" "$build/icon.iconset"
STATMON_ICON=$PWD/$build/statmon.icns build/env/bin/python -m PyInstaller --noconfirm --log-level=WARN \
    --distpath="$build" --workpath="$build/work" packaging/statmon.spec
app=$build/statmon.app
build/env/bin/python packaging/licences.py "$app/Contents/Resources"
identity=${STATMON_MAC_IDENTITY:--}
time=--timestamp
[ "$identity" != - ] || { echo "no identity is named: the bundle runs on this Mac only" >&2; time=--timestamp=none; }
# PyInstaller signed what is inside; the licences came after that, so the bundle itself is sealed anew.
codesign --force "$time" --options runtime --entitlements packaging/macos/entitlements.plist --sign "$identity" "$app"
codesign --verify --strict --deep "$app"
"$app/Contents/MacOS/statmon" --self-test
version=$(build/env/bin/python -c 'import statmon; print(statmon.__version__)')
image=$dist/statmon-$version.dmg
mkdir -p "$build/image"
cp -R "$app" "$build/image/"
ln -s /Applications "$build/image/Applications"
hdiutil create -volname statmon -srcfolder "$build/image" -fs HFS+ -format ULFO -ov "$image"
codesign --force "$time" --sign "$identity" "$image"
if [ -n "${STATMON_MAC_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$STATMON_MAC_PROFILE" --wait
    xcrun stapler staple "$image"
fi
