# Every target is one or two plain commands; the README says the same in words.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check bench torture clean

demo: .venv/ready          ## build the demonstration through the real flow and serve it on 127.0.0.1:8050
	$(BIN)/zhibiao demo

test: .venv/ready-dev      ## everything, with a browser where one can be had
	sh tests/browser.sh
	sh tests/postgres.sh
	sh tests/office.sh
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: .venv/ready-dev     ## style, types, layers
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy && $(BIN)/lint-imports

bench: .venv/ready-dev     ## the figures in docs/benchmarks.md
	$(BIN)/python -m tests.bench

torture: .venv/ready-dev   ## the long runs of tests/faults, whose counts stand in docs/reliability.md; other examples for the property tests
	$(BIN)/python -m pytest -m slow tests/faults
	$(BIN)/python -m pytest --hypothesis-profile=explore tests/property

clean:
	rm -rf .venv build *.egg-info

.venv/ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@
