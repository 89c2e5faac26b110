#!/bin/sh
# Installs statmon from this folder for one user, or for all: ./install.sh [PREFIX]
# Without PREFIX: ~/.local, or /usr/local for root. Uninstall: ./install.sh --remove [PREFIX]
# Settings, history and workspaces are never touched, nor is anything that this did not install: what it
# installs it writes into lib/statmon/installed.txt, and removes by that list only.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
remove=no
if [ "${1:-}" = --remove ]; then remove=yes; shift; fi
if [ "$(id -u)" = 0 ]; then default=/usr/local; else default=$HOME/.local; fi
prefix=${1:-$default}
list=lib/statmon/installed.txt

# What is to be installed, relative to the prefix: files first, then folders that are not there yet.
wanted() {
    (cd "$here" && find lib share ! -type d) | sort
    echo bin/statmon
}
new_folders() {
    { (cd "$here" && find lib share -type d) && echo bin; } | sort | while IFS= read -r folder; do
        if [ ! -d "$prefix/$folder" ]; then echo "$folder/"; fi
    done
}
is_there() { [ -e "$1" ] || [ -L "$1" ]; }

# Files of somebody else's in our way: a statmon of pipx's in ~/.local/bin, say.
foreign() {
    wanted | while IFS= read -r file; do
        if is_there "$prefix/$file" && ! grep -qxF "$file" "$prefix/$list" 2>/dev/null; then echo "$prefix/$file"; fi
    done
}

# Goes first, on an upgrade as well: files that a new version no longer has must not stay.
remove_listed() {
    is_there "$prefix/$list" || return 0
    while IFS= read -r file; do
        case $file in */) ;; *) rm -f "$prefix/$file" ;; esac
    done <"$prefix/$list"
    folders=$(grep '/$' "$prefix/$list" | sort -r)
    rm -f "$prefix/$list"
    # Those in which somebody else keeps something stay.
    echo "$folders" | while IFS= read -r folder; do
        if [ -n "$folder" ]; then rmdir "$prefix/$folder" 2>/dev/null || true; fi
    done
}

if [ "$remove" = yes ] && ! is_there "$prefix/$list"; then
    echo "no statmon of this script's is in $prefix, nothing was removed" >&2
    exit 1
fi
if [ "$remove" = no ]; then
    others=$(foreign)
    if [ -n "$others" ]; then
        echo "this is not statmon's own, remove it or name another PREFIX: $(echo "$others" | head -n 1)" >&2
        exit 1
    fi
fi
remove_listed
if [ "$remove" = no ]; then
    # The list comes before what it lists: an installation that is broken off can be removed.
    listed=$(wanted && new_folders)
    mkdir -p "$prefix/bin" "$prefix/lib/statmon" "$prefix/share"
    echo "$listed" >"$prefix/$list"
    cp -R "$here/lib/statmon/." "$prefix/lib/statmon/"
    ln -s ../lib/statmon/statmon "$prefix/bin/statmon"
    cp -R "$here/share/." "$prefix/share/"
fi
# So that the desktop knows menu entry, icon and file type at once; each is there on most systems.
for refresh in "update-desktop-database $prefix/share/applications" "update-mime-database $prefix/share/mime" \
    "gtk-update-icon-cache -q -t -f $prefix/share/icons/hicolor"; do
    # shellcheck disable=SC2086 # a command and its words
    if command -v ${refresh%% *} >/dev/null 2>&1; then $refresh >/dev/null 2>&1 || true; fi
done
if [ "$remove" = yes ]; then echo "statmon was removed from $prefix"; else echo "statmon is installed: $prefix/bin/statmon"; fi
