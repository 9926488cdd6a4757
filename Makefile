# Everything runs in .venv, from requirements.lock alone; `make help` lists what there is.

PYTHON ?= python3
PERIOD = 2025-06
REGION = 19
REPORT_LANG = id
NOTEBOOK = briefing
PROFILE = demo
OUT =
WORKERS ?= 2
PYTEST_ARGS ?=
BENCH_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
# Hashes name the very files that were locked; wheels only, so that no build script runs here.
# Compiling is left to COMPILE, which uses every core: 40 seconds instead of 62.
# Spark alone has no wheel; its archive holds nothing that would have to be built.
PIP_INSTALL_LOCKED := $(PIP_INSTALL) --no-compile --require-hashes --only-binary :all: \
  --no-binary pyspark
COMPILE := $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:
.DEFAULT_GOAL := help

# The environment decides alone: nothing of the user's own Python or Jupyter may come first.
unexport PYTHONPATH PYTHONHOME JUPYTER_PATH
export PYTHONNOUSERSITE := 1
export JUPYTER_PREFER_ENV_PATH := 1

.PHONY: help setup report lab test engines check format bench-indicators bench-pull bench-pack bench-kernels bench-linkage lock docs clean clean-all

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  make report takes PERIOD=$(PERIOD) REGION=$(REGION) REPORT_LANG=$(REPORT_LANG) NOTEBOOK=$(NOTEBOOK) PROFILE=$(PROFILE) OUT=reports;"
	@echo "  REGION, REPORT_LANG and NOTEBOOK may name several: REGION=\"19 19.71\" REPORT_LANG=\"id en\"; NOTEBOOK=all."

setup: $(VENV)/.project ## make the locked environment (the others do it when needed)
	@:

# Looked at before anything is made: a slip of the keyboard must not cost a minute.
ASKED = --period $(PERIOD) --profile $(PROFILE) $(foreach name,$(NOTEBOOK),--notebook $(name)) \
  $(foreach code,$(REGION),--region $(code)) $(foreach language,$(REPORT_LANG),--lang $(language)) \
  $(if $(OUT),--out "$(OUT)")

report: setup ## make the briefing of one month and region, as PDF and HTML
	@$(BIN)/cakupan report --check $(ASKED)
ifeq ($(PROFILE),demo)
	@$(BIN)/cakupan demo --period $(PERIOD)
endif
	@$(BIN)/cakupan pull --period $(PERIOD) --profile $(PROFILE)
	@$(BIN)/cakupan report $(ASKED)

lab: setup ## open JupyterLab on the notebooks
	@$(BIN)/jupyter lab --ServerApp.root_dir=notebooks --MultiKernelManager.default_kernel_name=cakupan

test: setup $(VENV)/.development ## run all tests (PYTEST_ARGS="-k coverage" for some)
	@.ci/install-chromium
	@$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_ARGS)

engines: setup $(VENV)/.development ## compare the measures on DuckDB, PostgreSQL and Spark
	@$(BIN)/python -m pytest -n $(WORKERS) -v tests/engines $(PYTEST_ARGS)

check: setup $(VENV)/.development ## format, lint and types, without changing a file
	@$(BIN)/ruff format --check --quiet --output-format concise . \
	  || { echo "check: not formatted as above; run make format." >&2; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise .
	@$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb
	@$(BIN)/mypy --no-error-summary
	@echo "check: format, lint, notebooks and types are in order."

format: setup $(VENV)/.development ## format the code, strip the notebooks
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .
	@$(BIN)/nbstripout --keep-id notebooks/*.ipynb

bench-indicators: setup $(VENV)/.development ## measure the marts beside three peers, 1 to 40 million persons
	@$(BIN)/python -m benchmarks.indicators --write docs/performance.md $(BENCH_ARGS)

bench-pull: setup $(VENV)/.development ## measure a pull of millions of rows beside a bare copy and pandas
	@$(BIN)/python -m benchmarks.pull --write docs/performance.md $(BENCH_ARGS)

bench-kernels: setup ## measure a warm kernel beside a stock one; after make report
	@$(BIN)/python -m benchmarks.kernels --write docs/performance.md $(BENCH_ARGS)

bench-pack: setup $(VENV)/.development ## measure the briefings of a month beside stock papermill, nbconvert and Chromium
	@$(BIN)/cakupan demo --period 2025-06
	@$(BIN)/cakupan pull --period 2025-06
	@$(BIN)/cakupan indicators --period 2025-06 >/dev/null
	@$(BIN)/python -m benchmarks.pack --write docs/performance.md $(BENCH_ARGS)

bench-linkage: setup $(VENV)/.development ## measure how well and how fast a roster is linked to registers of up to 10 million
	@$(BIN)/python -m benchmarks.linkage --write docs/performance.md $(BENCH_ARGS)

docs: setup ## write the pages made from definitions, dictionary and spec tables
	@$(BIN)/python tests/documents.py

lock: .venv-lock/bin/uv ## choose versions anew from pyproject.toml (UPGRADE=1 for the newest)
	@.venv-lock/bin/uv pip compile pyproject.toml --extra build --extra lab \
	  $(LOCK_OPTIONS) --output-file requirements.lock
	@.venv-lock/bin/uv pip compile pyproject.toml --extra build --extra lab --extra postgresql \
	  --extra spark --extra dask --extra dev \
	  --constraints requirements.lock $(LOCK_OPTIONS) --output-file requirements-dev.lock
	@echo "lock: requirements.lock and requirements-dev.lock written; bring environment.yml in line."

LOCK_OPTIONS = --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --custom-compile-command "make lock" --quiet $(if $(UPGRADE),--upgrade)

clean: ## remove caches; data and reports stay
	@find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis

clean-all: clean ## remove the environment too
	@rm -rf $(VENV) .venv-lock

# A changed lock makes the environment anew, so that nothing of an older one is left in it. What
# the tests need comes on top of the same versions and takes nothing away from a report.
$(VENV)/.runtime: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "$(PYTHON) is missing or older than 3.11: install Python 3.11 or newer, or name one:" \
	    "make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "setup: Python environment from requirements.lock, about a minute …"
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null || { \
	  echo "$(PYTHON) cannot make an environment: install its venv module" \
	    "(Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@$(PIP_INSTALL_LOCKED) -r requirements.lock
	@$(COMPILE)
	@$(BIN)/python -m ipykernel install --sys-prefix --name python3 >/dev/null 2>&1
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.runtime
	@$(PIP_INSTALL) --no-deps --no-build-isolation --no-index --editable .
	@$(BIN)/python -m coverage_lib.kernels.install
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	@echo "setup: tools for tests and checks from requirements-dev.lock …"
	@$(PIP_INSTALL_LOCKED) -r requirements-dev.lock
	@$(COMPILE)
	@touch $@

.venv-lock/bin/uv:
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip install -qq --disable-pip-version-check uv
