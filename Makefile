# The two commands are `make demo` and `make test`; each does all its set-up.
.PHONY: demo test test-long test-newest bench screenshot package test-package test-reproducible release audit lint format clean
.DELETE_ON_ERROR:

# An empty environment (env -i) has no PATH to hand on.
ifndef PATH
export PATH := /usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
endif

BIN := .venv/bin
SYSTEM := $(BIN)/python packaging/linux/system_packages.py
# Most tests wait for sockets and processes, so more of them run at once than there are cores.
PYTEST := $(BIN)/python tests/harness/supervise.py $(BIN)/pytest -q
AT_ONCE := -n 4 --dist worksteal
OFFSCREEN := QT_QPA_PLATFORM=offscreen
# One private screen a run: another window on it would be in the pictures. macOS has its own.
ifeq ($(wildcard /usr/bin/sw_vers),)
SCREEN := xvfb-run --auto-servernum --server-args="-screen 0 1600x1000x24 -noreset"
endif

# Where CI is set, a test that lacks a program fails: the set-up has to bring it.
test test-long test-package: export CI ?= 1

demo: .make/environment
	@$(SYSTEM) window
	$(BIN)/statmon demo

test: .make/tests
	$(OFFSCREEN) $(PYTEST) $(AT_ONCE) -m "not xvfb"
	$(SCREEN) $(PYTEST) -m xvfb

test-long: .make/tests
	STATMON_TEST_LONG=1 $(OFFSCREEN) $(PYTEST) $(AT_ONCE) -m "not xvfb" --timeout=7200
	STATMON_TEST_LONG=1 $(SCREEN) $(PYTEST) -m xvfb --timeout=7200

# The whole suite on the newest CPython of Debian's unstable, in a tree of its own (needs root).
test-newest:
	packaging/linux/newest_python.sh "$(CURDIR)/.make/unstable" make test

bench: .make/bench
	for file in tests/benchmarks/*.py; do $(OFFSCREEN) $(BIN)/python $$file || exit 1; done

screenshot: .make/tests
	$(SCREEN) $(BIN)/python packaging/screenshot.py docs/images

# dist/: everything that can be built on this system; what cannot is skipped by name.
package: .make/environment
	packaging/package.sh dist

test-package: package
	$(SYSTEM) test-package
	STATMON_DIST=dist $(OFFSCREEN) $(PYTEST) -o faulthandler_timeout=0 tests/packages

test-reproducible: .make/environment
	packaging/reproducible.sh

# make release VERSION=0.2.0; OPTIONS=--rehearse does all of it and keeps nothing (docs/releasing.md).
release: .make/environment
	$(BIN)/python packaging/release.py $(VERSION) $(OPTIONS)

audit: .make/environment
	packaging/audit.sh

lint: .make/environment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .make/environment
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .make .venv build dist

.make/environment: pyproject.toml uv.lock packaging/environment.sh
	packaging/environment.sh
	@mkdir -p .make && touch $@

.make/tests: .make/environment packaging/linux/system_packages.py statmon/ui/support/preflight.py
	$(SYSTEM) tests
	@touch $@

.make/bench: .make/tests
	packaging/environment.sh --group bench
	@touch $@
