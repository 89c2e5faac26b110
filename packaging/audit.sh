#!/bin/sh
# Known weaknesses of what is shipped, and the licences of it. usage: audit.sh
# Where the auditor's data cannot be reached the first says «NOT RUN» and fails (69): silence is no proof.
# The same of the parts that are no Python: STATMON_WEAKNESSES names another place than the National Vulnerability Database.
# STATMON_AUDITOR names another auditor than the newest pip-audit; it is given --requirement FILE.
set -u
cd "$(dirname "$0")/.."
packaging/package_environment.sh || exit 1
code=0
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
.venv/bin/uv export --quiet --locked --no-dev --no-emit-project --output-file "$place/shipped.txt" >/dev/null || exit 1
auditor=${STATMON_AUDITOR:-.venv/bin/uv tool run --quiet --system-certs pip-audit --strict --disable-pip --require-hashes --progress-spinner=off}
# shellcheck disable=SC2086 # a command and its words
if said=$($auditor --requirement "$place/shipped.txt" 2>&1); then
    echo "vulnerabilities: none known"
elif echo "$said" | grep -q "Found .* known vulnerabilit"; then
    echo "$said"
    code=1
else
    echo "vulnerabilities: NOT RUN, the auditor or its data cannot be reached: $(echo "$said" | tail -n 1)"
    code=69
fi
if SOURCE_DATE_EPOCH=0 build/env/bin/python packaging/licences.py "$place/shipped"; then
    echo "licences: allowed, of all $(find "$place/shipped/licences" -name STATED.txt | wc -l) components"
else
    code=1
fi
bills=$(ls dist/*.cdx.json 2>/dev/null || echo "$place/shipped/statmon.cdx.json")
# shellcheck disable=SC2086 # several files
build/env/bin/python packaging/weaknesses.py $bills
asked=$?
[ $asked = 0 ] || [ $code = 1 ] || code=$asked
cat "$place"/shipped/licences/*/STATED.txt
exit $code
