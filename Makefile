# `make run` and `make test` are all a newcomer needs; both prepare .venv first.
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup run test test-long test-elsewhere check demo bench lock clean machine
.DELETE_ON_ERROR:
.NOTPARALLEL:

PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
ifeq ($(strip $(HOME)),)
export UV_CACHE_DIR ?= $(CURDIR)/$(VENV)/cache
export PIP_NO_CACHE_DIR ?= 1
endif
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
# Every test of a process starts Python anew; without kept bytecode each start compiles the whole service.
unexport PYTHONDONTWRITEBYTECODE

ifneq ($(UV),)
CREATE := $(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
INSTALL := $(UV) pip install --quiet --python $(BIN)/python
else
CREATE := $(PYTHON) -m venv $(VENV)
INSTALL := $(BIN)/python -m pip install --quiet
endif
HASHED := $(INSTALL) --require-hashes
PYTEST := $(BIN)/python -m pytest
PACKAGE := pyproject.toml hatch_build.py package.json package-lock.json
STYLES := app/static/vendor/SHA256SUMS
AXE := tests/vendor/SHA256SUMS

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-15s %s\n", $$1, $$2 }'

setup: $(VENV)/ready $(STYLES) ## install into .venv what the service needs

run: setup ## serve on 127.0.0.1:8000, embedded database in var/
	@$(BIN)/vaka serve --migrate

test: setup-tests machine ## the whole suite, on SQLite and PostgreSQL, with a real relay and browser
	$(PYTEST) -n $(WORKERS) --dist worksteal -q
	@$(MAKE) test-elsewhere

test-elsewhere: setup-tests # what depends on the zone or the language of the machine, in another place
	TZ=America/Los_Angeles LC_ALL=C $(PYTEST) -q -m "zone and not long and not browser"

test-long: setup-tests machine ## what takes longer than a coffee
	$(PYTEST) -n $(WORKERS) --dist worksteal -q -m long

check: setup-tests ## format, lint, types and the fast tests, under a minute
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PYTEST) -n $(WORKERS) --dist worksteal -q -m "not long and not browser"

demo: setup ## fill an empty installation with a fictitious company
	@$(BIN)/vaka migrate
	@$(BIN)/vaka demo

bench: setup-tests ## measure, as bench/README.md tells
	$(BIN)/python -m bench

lock: setup-tests ## write requirements*.txt anew from pyproject.toml (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv: pip install uv" >&2; exit 3; }
	$(LOCK) -o requirements.txt pyproject.toml
	$(LOCK) -o requirements-build.txt --group build
	$(LOCK) -o requirements-node.txt --group node
	$(LOCK) -o requirements-dev.txt pyproject.toml --group dev
LOCK = $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

clean: ## remove what make has made; the data in var/ stays
	rm -rf $(VENV) app/static/vendor tests/vendor dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: setup-tests
setup-tests: $(VENV)/ready-tests $(STYLES) $(AXE)

machine: setup-tests # a browser with a font, and PostgreSQL
	@$(BIN)/python -m tests.fixtures.machine

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Vaka needs Python 3.11 or newer.")'
	$(CREATE)

$(VENV)/ready: requirements.txt requirements-build.txt $(PACKAGE) | $(BIN)/python
	$(HASHED) -r requirements.txt -r requirements-build.txt
	@$(OURSELVES)
	@touch $@

$(VENV)/ready-tests: requirements-dev.txt $(PACKAGE) | $(BIN)/python
	$(HASHED) -r requirements-dev.txt
	@$(OURSELVES)
	@touch $@ $(VENV)/ready

$(STYLES): package-lock.json hatch_build.py | $(VENV)/ready
	@$(BIN)/python hatch_build.py
	@touch $@

$(AXE): package-lock.json hatch_build.py | $(VENV)/ready-tests
	@$(BIN)/python hatch_build.py --tests
	@touch $@

define OURSELVES
{ command -v npm >/dev/null 2>&1 || $(HASHED) -r requirements-node.txt; } && \
$(INSTALL) --no-build-isolation --no-deps -e .
endef
