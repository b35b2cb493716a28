# The commands of this project; `make` alone lists them. Written for GNU make 3.81, the one macOS ships.
PORT ?= 8501
ADDRESS := 127.0.0.1
BIN := .venv/bin
SCALE := .venv-scale/bin
CONTACTS ?= 10000000
MINUTES ?= 30
UV := .venv/uv/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links

# Modules are compiled once, and not by each of the many processes that tests and jobs start; the tree stays clean.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache
# Several workers test on two cores: threads of linear algebra, and of Polars below, would only wait for each other.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run setup test checked compiled test-scale test-scale-soak bench lock sbom messages look clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

run: setup ## open the dashboard at 127.0.0.1:8501 (another port: make run PORT=8502)
	@echo "Twinwing: http://$(ADDRESS):$(PORT)"
	@exec $(BIN)/python -m jobs serve --port $(PORT)

setup: .venv/.runtime ## make .venv with everything the dashboard needs

test: .venv/.development ## lint, format, types, audit, unit, property, page and browser tests
	@$(MAKE) --no-print-directory -j 2 checked compiled
	POLARS_MAX_THREADS=1 $(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder

checked: .venv/.development
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tests.mariadb
	$(BIN)/python -m tests.audit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/ty check

# What is imported is compiled beside the checks, once and not by each worker; what fails here fails again in the tests.
compiled: .venv/.development
	@$(BIN)/python -m pytest --collect-only -qq >.venv/collected 2>&1 || true

test-scale: .venv-scale/.ready ## other engines, a Spark cluster (needs Java 17), nginx, a soak; see docs/scale.md
	$(SCALE)/python -m pytest tests/scale
	TWINWING_TESTS=every POLARS_MAX_THREADS=1 $(SCALE)/python -m pytest -m alike -n 3 --dist loadscope
	$(SCALE)/python -m pytest --hypothesis-profile=many tests/test_fuzzing.py tests/data_access/test_case_refresh.py
	$(SCALE)/python -m tests.scale.clickhouse
	$(SCALE)/python -m tests.scale.spark --contacts $(CONTACTS) $(if $(DEMO),--demo $(DEMO))
	$(MAKE) --no-print-directory test-scale-soak

test-scale-soak: .venv/.development ## half an hour of 20 people looking while things go wrong (MINUTES=5: shorter)
	POLARS_MAX_THREADS=1 $(BIN)/python -m tests.scale.soak --minutes $(MINUTES)

bench: .venv/.development ## run the benchmarks (a quarter of an hour) and write docs/benchmarks.md
	$(BIN)/python -m benchmarks --contacts 1000000 --contacts 10000000 --write

lock: $(UV) ## choose the newest versions that requirements*.txt allow, with hashes
	printf 'uv==0.13.*\n' | $(COMPILE) --upgrade --no-annotate - --output-file requirements-uv.lock
	$(COMPILE) --upgrade requirements.txt --output-file requirements.lock
	$(COMPILE) --upgrade requirements-dev.txt --constraints requirements.lock --output-file requirements-dev.lock
	$(COMPILE) --upgrade requirements-scale.txt --constraints requirements-dev.lock --output-file requirements-scale.lock

sbom: .venv/.development ## write the list of what the dashboard is made of, as CycloneDX, to sbom.cdx.json
	$(BIN)/python -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml \
		--mc-type application --output-reproducible --output-file sbom.cdx.json

messages: .venv/.development ## collect the sentences to translate into reports/locales/zh/messages.po
	$(BIN)/python -m reports.locales.extract

look: .venv/.development ## take screenshots of every page into /tmp/twinwing-look
	$(BIN)/python -m tests.browser.look

clean: ## remove what make made; data in var/ stays
	rm -rf .venv .venv-scale .pytest_cache .ruff_cache .hypothesis

# The first Python that is new enough; `make setup PYTHON=/path/to/python3.12` names another. The system's comes first:
# distributions build it with optimisations that Python's sources leave out, and what is computed in it takes a tenth less.
.venv/.python:
	@set -e; lacking=; \
	if .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then touch $@; exit 0; fi; \
	for python in $(PYTHON) /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			if $$python -c 'import ensurepip, venv' 2>/dev/null; then \
				$$python -m venv --clear .venv && touch $@ && exit 0; \
			fi; \
			lacking="$$python"; test "$$python" != "$(PYTHON)" || break; \
		fi; \
	done; \
	if test "$$lacking"; then \
		echo "$$lacking has no venv module: install it (on Debian: apt-get install python3-venv)." >&2; \
	else \
		echo "Python 3.11 or newer is needed: install it, or name it with make $(MAKECMDGOALS) PYTHON=/path/to/python." >&2; \
	fi; \
	exit 1

# uv lies in a folder of its own, which `uv pip sync` leaves alone.
$(UV): requirements-uv.lock | .venv/.python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --upgrade \
		--target .venv/uv -r requirements-uv.lock
	@touch $@

# What the tests need contains what the dashboard needs: whoever has it keeps it.
.venv/.runtime: requirements.lock $(UV)
	@if [ -e .venv/.development ]; then rm .venv/.development; $(MAKE) --no-print-directory .venv/.development; else \
		$(UV) pip sync --python $(BIN)/python --require-hashes requirements.lock; fi
	@touch $@

.venv/.development: requirements-dev.lock $(UV)
	@$(UV) pip sync --python $(BIN)/python --require-hashes requirements-dev.lock
	@touch .venv/.runtime $@

# Engines for 'make test-scale' are large and bind old packages: they lie apart.
.venv-scale/.ready: requirements-scale.lock $(UV)
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python .venv-scale
	@$(UV) pip sync --python $(SCALE)/python --require-hashes requirements-scale.lock
	@touch $@
