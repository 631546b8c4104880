# make            sets up .venv and builds the deck and the papers into build/
# make test       runs all tests
# make lint       checks style and types
# make generated  rewrites schemas/, docs/rules.md and docs/content-files.md from the code
# make pictures   rewrites docs/pictures/; needs Chromium
# make bench      runs the benchmarks and writes benchmarks/results/; PEERS=PYTHON times other programs too
# make fuzz       runs the property tests for long; FUZZ_CASES=5000 makes it shorter
# make lock       updates the pinned versions in requirements.lock

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: all test lint generated pictures bench fuzz lock clean

all: $(VENV)/ready
	$(BIN)/rolecards build

test: $(VENV)/ready
	$(BIN)/pytest -n auto

lint: $(VENV)/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

generated: $(VENV)/ready
	$(BIN)/python docs/generate.py

pictures: $(VENV)/ready
	$(BIN)/python docs/make_pictures.py

bench: $(VENV)/ready
	$(BIN)/python benchmarks/run.py $(if $(PEERS),--peers $(PEERS))
	$(BIN)/python benchmarks/paper.py $(if $(PEERS),--peers $(PEERS))

fuzz: $(VENV)/ready
	HYPOTHESIS_PROFILE=long $(BIN)/pytest -n auto -m fuzz

$(VENV)/ready: requirements.lock pyproject.toml
	@echo "Setting up $(VENV), which takes a few minutes"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

lock:
	uv pip compile pyproject.toml --group dev --extra anki --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --upgrade -o requirements.lock

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
