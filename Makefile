# Two commands are enough: `make demo` serves the product, `make test` proves it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)
# The version the lock file names, for machines that have no uv.
UV_LOCKED := $(shell sed -n '/^name = "uv"$$/{n;s/^version = "\(.*\)"$$/\1/p;}' uv.lock)
PO := $(wildcard site/wissensregion/locale/*/LC_MESSAGES/django.po)
MO := $(PO:.po=.mo)
CHECKERS := node_modules/.package-lock.json

# Compiled once: every process of the site reads some 2,700 modules, half of its time to start.
unexport PYTHONDONTWRITEBYTECODE

# The environment, rebuilt when the lock file changes. uv comes from the PATH or into .venv.
$(VENV)/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "Python 3.11 or newer is needed. Name it: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	echo "$(PYTHON) lacks its venv module. On Debian: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || { echo "Building $(VENV) …"; $(PYTHON) -m venv $(VENV); }
	@test -x "$(UV)" || { echo "Fetching uv $(UV_LOCKED) …"; \
	$(BIN)/python -m ensurepip >/dev/null 2>&1; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_LOCKED)"; }
	@echo "Installing the locked packages …"
	@env -u VIRTUAL_ENV UV_COMPILE_BYTECODE=1 UV_PROJECT_ENVIRONMENT=$(VENV) UV_PYTHON_DOWNLOADS=never \
	"$(UV)" sync --locked --python $(BIN)/python
	@touch $@

%.mo: %.po $(VENV)/.ready
	@$(BIN)/pybabel --quiet compile -f -i $< -o $@ -l $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

# The checkers of web pages that package.json names. Without npm the tests that need them are left
# out, except in CI, where they fail.
$(CHECKERS): package-lock.json
	@if command -v npm >/dev/null 2>&1; then echo "Fetching the page checkers …"; \
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@; \
	else echo "There is no npm here: no page is checked for valid HTML or accessibility."; fi

# Counting covered lines costs a third of the time: for whoever asks with COVERAGE=--cov.
COVERAGE ?=

# One more than there are cores: tests often wait for a browser or a server.
TESTERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

ready: $(VENV)/.ready $(MO)

demo: ready ## Serve everything with demonstration content (HOST=127.0.0.1 PORT=8000)
	@$(BIN)/python manage.py demo --host "$(HOST)" --port "$(PORT)"

test: ready $(CHECKERS) ## Run all tests
	@$(BIN)/python -m pytest -n $(TESTERS) --dist loadfile $(COVERAGE) $(ARGS)

# What an operator has to set, with values that mean nothing, and nothing else from outside.
PRODUCTION := env -u DEBUG -u ALLOWED_HOSTS -u DATABASE_URL -u PLUGINS -u EMAIL_SERVICE \
	DJANGO_SETTINGS_MODULE=wissensregion.settings.production SITE_URL=https://www.example.org \
	SECRET_KEY=x7Fq2LmZ9wRk4TbVs8NcYd3HgJp6QaEuXo5WiKtMrBf1GzDyCvPl \
	NEWSLETTER_TOKEN_KEYS=2026:6d1f0a9c4be27835d1f0a9c4be27835d1f0a9c4be27835d1f0a9c4be27835aa \
	NEWSLETTER_PEPPER=0b7e5c1d93a8f2460b7e5c1d93a8f2460b7e5c1d93a8f2460b7e5c1d93a8f246 \
	EMAIL_URL=smtp://127.0.0.1:25 DEFAULT_FROM_EMAIL=newsletter@example.org \
	SECURITY_CONTACT=mailto:security@example.org

check: ready ## Everything a change must pass besides the tests
	@"$(UV)" lock --check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djhtml --check templates
	$(BIN)/deptry .
	$(BIN)/python manage.py check --fail-level WARNING
	@echo "manage.py check --deploy, with production settings"
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check_messages

fix: ready ## Repair what can be repaired: format, imports, indentation
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djhtml templates

bench: ready ## Measure, as ratios against a limit of the same run
	$(BIN)/python -m tests.bench

soak: ready ## Minutes of kills, freezes and a bad network; the table goes into docs/faults.md
	$(BIN)/python -m tests.crash soak $(SEEDS)

mutants: ready ## Known mistakes, which the crash tests must notice
	$(BIN)/python -m tests.crash mutants

help: ## This list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo test check fix bench soak mutants help ready
