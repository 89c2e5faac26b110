#!/bin/sh
# Known weaknesses of what is shipped, and the licences of it. usage: audit.sh
# Without the auditor's data the first says «not run» and fails: silence is no proof.
set -u
cd "$(dirname "$0")/.."
packaging/package_environment.sh || exit 1
code=0
list=$(mktemp)
trap 'rm -f "$list"' EXIT
.venv/bin/uv export --quiet --locked --no-dev --no-emit-project --output-file "$list" >/dev/null
if said=$(.venv/bin/uv tool run --quiet pip-audit --strict --disable-pip --require-hashes -r "$list" 2>&1); then
    echo "vulnerabilities: none known"
elif echo "$said" | grep -q "Found .* known vulnerabilit"; then
    echo "$said"
    code=1
else
    echo "vulnerabilities: NOT RUN, the auditor's data cannot be reached: $(echo "$said" | tail -n 1)"
    code=69
fi
target=$(mktemp -d)
if SOURCE_DATE_EPOCH=0 build/env/bin/python packaging/licences.py "$target"; then
    echo "licences: known of all $(find "$target/licences" -name STATED.txt | wc -l) components"
else
    code=1
fi
cat "$target"/licences/*/STATED.txt
rm -rf "$target"
exit $code
