# The commands of this project. `make run` and `make test` need Python 3.11+ and nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench lock

help:
	@echo "make setup   environment in .venv, nothing else"
	@echo "make run     build the warehouse from data/raw/ and open the dashboard"
	@echo "make test    every test, browser tests included"
	@echo "make check   lint, format and types"
	@echo "make bench   the speed bars, as ratios (python -m bench --full: twenty minutes of readers, 50 million rows)"
	@echo "make lock    renew the hashed locks after a change in pyproject.toml"

# The stamps hold the lock they were made from: a changed lock renews the environment.
$(VENV)/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try: make PYTHON=python3.11 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Klyngeblik needs (once, a minute or two) ..."
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.spark: $(VENV)/.dev requirements-spark.lock
	@echo "Installing Spark for its tests (once, a minute or two; half a gigabyte) ..."
	$(PIP) install --require-hashes -r requirements-spark.lock
	@touch $@

setup: $(VENV)/.run

run: setup
	$(BIN)/klyngeblik run

test: $(VENV)/.dev $(VENV)/.spark
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m pytest -n auto --cov --cov-report=term

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python -m bench

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --extra build pyproject.toml

lock: $(VENV)/.dev
	$(LOCK) --upgrade --output-file requirements.lock
	$(LOCK) --upgrade --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) --upgrade --extra spark --constraint requirements-dev.lock --output-file requirements-spark.lock
