# The commands of this project. `make run` and `make test` need Python 3.11+ and nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Resolves nothing: what the lock says is put in place, by uv or else by pip.
INSTALL := $(BIN)/python tools/install.py

# Bytecode is kept even where the shell says otherwise: nothing is compiled at the installation.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup run test test-spark check bench lock

help:
	@echo "make setup   environment in .venv, nothing else"
	@echo "make run     build the warehouse from data/raw/ and open the dashboard"
	@echo "make test    every test, browser tests included; all but the Spark engine's"
	@echo "make test-spark   that engine's tests, on a Spark of their own (half a gigabyte)"
	@echo "make check   lint, format and types"
	@echo "make bench   the speed bars, as ratios (python -m bench --full: twenty minutes of readers, 50 million rows)"
	@echo "make lock    renew the hashed locks after a change in pyproject.toml"

# A stamp is as old as the lock it was made from: a changed lock renews the environment.
$(VENV)/.run: requirements.lock requirements-uv.lock pyproject.toml tools/install.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try: make PYTHON=python3.11 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Klyngeblik needs (once, half a minute or so) ..."
	@$(INSTALL) requirements.lock
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@echo "Installing what its tests need ..."
	@$(INSTALL) requirements-dev.lock
	@touch $@

$(VENV)/.spark: $(VENV)/.dev requirements-spark.lock
	@echo "Installing Spark for its tests (once; half a gigabyte) ..."
	@$(INSTALL) requirements-dev.lock requirements-spark.lock
	@touch $@

setup: $(VENV)/.run

run: setup
	$(BIN)/klyngeblik run

test: $(VENV)/.dev
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m pytest -n auto --cov --cov-report=term

test-spark: $(VENV)/.spark
	$(BIN)/python -m tests.java
	$(BIN)/python -m pytest -m spark tests/contacts

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python -m bench

LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url
PROJECT := --extra all --extra build pyproject.toml

lock: $(VENV)/.dev
	$(LOCK) $(PROJECT) --output-file requirements.lock
	$(LOCK) $(PROJECT) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) $(PROJECT) --extra spark --constraint requirements-dev.lock --output-file requirements-spark.lock
	echo uv | $(LOCK) --constraint requirements-dev.lock --output-file requirements-uv.lock -
