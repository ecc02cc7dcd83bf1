# Two commands are enough: `make demo` serves the product, `make test` proves it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)
PO := $(wildcard site/wissensregion/locale/*/LC_MESSAGES/django.po)
MO := $(PO:.po=.mo)
CHECKERS := node_modules/.package-lock.json

# The environment, rebuilt when the lock file changes. uv comes from the PATH or into .venv.
$(VENV)/.ready: pyproject.toml uv.lock
	@test -x $(BIN)/python || { echo "Building $(VENV) …"; $(PYTHON) -m venv $(VENV); }
	@command -v uv >/dev/null 2>&1 || test -x $(BIN)/uv || { echo "Fetching uv …"; $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; }
	@echo "Installing the locked packages …"
	@VIRTUAL_ENV= $(UV) sync --locked
	@touch $@

%.mo: %.po $(VENV)/.ready
	@$(BIN)/pybabel --quiet compile -f -i $< -o $@ -l $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

# The checkers of web pages that package.json names. Without npm the tests that need them are left
# out, except in CI, where they fail.
$(CHECKERS): package-lock.json
	@if command -v npm >/dev/null 2>&1; then echo "Fetching the page checkers …"; \
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@; \
	else echo "There is no npm here: no page is checked for valid HTML or accessibility."; fi

ready: $(VENV)/.ready $(MO)

demo: ready ## Serve everything with demonstration content (HOST=127.0.0.1 PORT=8000)
	@$(BIN)/python manage.py demo --host $(HOST) --port $(PORT)

test: ready $(CHECKERS) ## Run all tests
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered $(ARGS)

check: ready ## Everything a change must pass besides the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djhtml --check templates
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

fix: ready ## Repair what can be repaired: format, imports, indentation
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djhtml templates

bench: ready ## Measure, as ratios against a limit of the same run
	$(BIN)/python -m tests.bench

help: ## This list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo test check fix bench help ready
