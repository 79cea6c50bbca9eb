# Everything that is done to this project has its command here; .ci/run calls the same ones.

PYTHON ?= python3
TORCH ?= torch==2.13.0
BIN := .venv/bin
JOBS ?= 2
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo quick test lint docs bench proof selftest banks wheel setup clean

demo: setup ## grade the bundled class on what it was asked for and show the score of every concept
	$(BIN)/leafgrad grade tests/classroom --out build/demo --jobs $(JOBS) --only ex02 --only ex03 --only ex09

quick: setup ## style and the tests that catch most, in a minute; EX=ex05 tries the wrong versions of that exercise
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/python -m pytest -m 'quick and not proof' -n $(JOBS)

test: setup ## the whole test suite
	$(BIN)/python -m pytest -n $(JOBS)

lint: setup ## style, names and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: setup ## the site in build/site, with strict links
	$(BIN)/pip install -qq --disable-pip-version-check --constraint .ci/constraints.txt --editable '.[docs]'
	PYTHONWARNINGS=ignore NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

bench: setup ## how fast, against whom
	$(BIN)/python -m tests.bench

proof: setup ## the slow proofs: a million cases over a hundred keys, the full attack matrix
	$(BIN)/python -m pytest -m proof -n $(JOBS)
	$(BIN)/python -m tests.proof.summary

selftest: setup ## stubs 0, solutions full, every mutant killed; rewrites the kill matrix
	$(BIN)/leafgrad selftest --out tests/mutants/MATRIX.md

banks: setup ## the cases of the public key, which travel in the wheel
	$(BIN)/python -m graders.course.release graders/public_banks

wheel: setup ## dist/leafgrad-*.whl, with the stubs and the banks of the public key in it
	rm -rf build/wheel && mkdir -p build/wheel
	cp -R graders leafgrad.py pyproject.toml README.md LICENSE build/wheel
	$(BIN)/python -m graders.course.wheel build/wheel
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist build/wheel

setup: .venv/.ready

.venv/.ready: pyproject.toml .ci/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "leafgrad needs Python 3.11 or later: make PYTHON=python3.12 ...")'
	@echo "Making the environment in .venv: $(TORCH), which is the largest part (a minute or two) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -qq --disable-pip-version-check $(TORCH)
	@echo "... then leafgrad and what its tests need, at the versions in .ci/constraints.txt (another minute) ..."
	@$(BIN)/pip install -qq --disable-pip-version-check --constraint .ci/constraints.txt --editable '.[nbgrader,cluster,dev]'
	@echo "... done."
	@touch $@

clean: ## remove the environment and everything that was made
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache
