#!/bin/sh
# Makes build/env with exactly what a package ships, by uv.lock, and the tool that freezes it.
# Prefers a newer Python than the one that develops: PySide6's newest needs 3.12.
# usage: package_environment.sh
set -eu
cd "$(dirname "$0")/.."
suits() { "$1" -c 'import sys; sys.exit(not (3, 12) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; }
python=.venv/bin/python
for name in ${PACKAGE_PYTHON:-} python3.13 python3.12 "$HOME"/.pyenv/versions/3.13.*/bin/python3; do
    if suits "$name"; then python=$(command -v "$name"); break; fi
done
# An environment in which statmon lies as an installed copy, not as a link to this folder.
UV_PROJECT_ENVIRONMENT=build/env UV_PYTHON_DOWNLOADS=never .venv/bin/uv sync --quiet --locked \
    --no-default-groups --group package --no-editable --reinstall-package statmon --system-certs --python "$python"
