# Everything a newcomer and the build need. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The lock file was made with this uv; another one is not trusted with it and gets a private copy in .tools.
UV_VERSION := 0.13.9
# The first of these that is new enough; give your own with `make setup PYTHON=/path/to/python`.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { command -v "$$p"; break; }; done)
UV := $(shell [ "$$(uv --version 2>/dev/null | cut -d' ' -f2)" = "$(UV_VERSION)" ] && command -v uv || echo .tools/bin/uv)

# Spark tests need Java and 0.8 GB of packages: on when Java is there, or by SPARK=1; off by SPARK=0.
SPARK ?= $(shell java -version >/dev/null 2>&1 && echo 1 || echo 0)
EXTRAS := --extra web $(if $(filter 1,$(SPARK)),--extra spark)

export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
# Or the first runs are slow: 200 packages would be compiled as they are imported.
export UV_COMPILE_BYTECODE := 1

BIN := .venv/bin
# In .venv, so that the mark goes when the environment goes.
STAMP := .venv/.set-up-web-spark-$(SPARK)

# The style of the pages is built from an npm lock file, the Dutch texts from one .po per app.
DESIGN := src/aanwezig/web/design
NODE_MODULES := $(DESIGN)/assets/node_modules/.package-lock.json
STYLE := $(DESIGN)/static/design/app.css
STYLE_SOURCES := $(wildcard $(DESIGN)/assets/css/*.css $(DESIGN)/assets/js/*.js $(DESIGN)/assets/*.mjs $(DESIGN)/assets/*.svg)
TEXTS := .venv/.texts-compiled

# What differs between databases: constraints, locks, conditions on pupils, storing at once.
ON_POSTGRES := tests/web/test_access_decisions.py tests/web/test_duties_web.py tests/web/test_results_recompute.py

# Options for pytest or for the benchmark: make bench ARGS="--full"
ARGS ?=

.PHONY: help setup messages demo test test-browser test-postgres check bench docs lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sort | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

setup: $(STAMP) $(STYLE) $(TEXTS) ## make .venv from the lock file, build the style of the pages, compile their texts
	@setup/system-packages.sh pdf

$(STAMP): pyproject.toml uv.lock | python-version $(filter .tools/%,$(UV))
	@echo "Setting up .venv (a few minutes the first time) ..." >&2
	@$(UV) sync --frozen --group dev $(EXTRAS) --python "$(PYTHON)" --quiet </dev/null
	@rm -f .venv/.set-up-*
	@touch $@

$(NODE_MODULES): $(DESIGN)/assets/package.json $(DESIGN)/assets/package-lock.json
	@setup/system-packages.sh node
	@echo "Fetching what the style of the pages is built from ..." >&2
	@npm --prefix $(DESIGN)/assets ci --silent --no-audit --no-fund --no-update-notifier </dev/null
	@touch $@

$(STYLE): $(NODE_MODULES) $(STYLE_SOURCES)
	@cd $(DESIGN)/assets && node build.mjs >/dev/null

$(TEXTS): $(wildcard src/aanwezig/web/*/locale/nl/LC_MESSAGES/django.po) $(STAMP)
	@$(BIN)/python -m aanwezig.web.design.texts compile </dev/null
	@touch $@

# APP=pupils for one app
APP ?=
messages: $(STAMP) ## collect the texts of the pages to be translated (APP=name for one app), and compile them
	@$(BIN)/python -m aanwezig.web.design.texts extract $(APP) </dev/null

.PHONY: python-version
python-version:
	@if [ -z "$(PYTHON)" ] || ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
		echo "Aanwezig needs Python 3.11 or later; found: $$(python3 --version 2>&1 || true)." >&2; \
		echo "Install one (Debian/Ubuntu: apt install python3.11 python3.11-venv), or point to it: make setup PYTHON=/path/to/python3.11" >&2; \
		exit 2; \
	fi

.tools/bin/uv: | python-version
	@if ! "$(PYTHON)" -m venv .tools; then \
		echo "Python has no venv module. Debian/Ubuntu: apt install python3-venv. Or install uv $(UV_VERSION) yourself." >&2; \
		rm -rf .tools; exit 2; \
	fi
	@echo '*' > .tools/.gitignore
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) </dev/null

demo: setup ## the application with a made-up partnership, on this computer (ARGS="--port 8080 --no-browser")
	@$(BIN)/aanwezig demo $(ARGS) </dev/null

test: check ## make check, then all tests
	@setup/system-packages.sh browser
	@$(BIN)/python -m pytest -m "not slow" $(ARGS) </dev/null
	@setup/with-postgres.sh $(BIN)/python -m pytest -q $(ON_POSTGRES) </dev/null || [ $$? = 77 ]

test-browser: setup ## every journey and page in Chromium, both languages, desk and phone
	@setup/system-packages.sh browser
	@$(BIN)/python -m pytest tests/browser $(ARGS) </dev/null

test-postgres: setup ## all tests of the application on PostgreSQL instead of SQLite
	@setup/with-postgres.sh $(BIN)/python -m pytest tests/web $(ARGS) </dev/null

check: setup ## style, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: setup ## speed and memory, as ratios (ARGS="…" for options)
	@$(BIN)/python bench/run.py $(ARGS)

docs: setup ## reference pages from the code into docs/reference, and check all links
	@$(BIN)/python docs/build.py

lock: | python-version $(filter .tools/%,$(UV)) ## renew uv.lock after a change in pyproject.toml
	@$(UV) lock

clean: ## remove what was made, except .venv
	@rm -rf build dist demo bench/out $(DESIGN)/static/design .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache spark-warehouse metastore_db derby.log
	@find src tests bench docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
