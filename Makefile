# Needs Python 3.11 or newer and make; everything else goes into .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check bench venv translations clean

demo: venv
	@$(BIN)/skywatch demo

test: venv
	@$(BIN)/python -m pytest

check: venv
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: venv
	@$(BIN)/python -m bench

venv: .venv/.done

.venv/.done: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "skywatch needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@echo "Setting up .venv (once; a minute or two) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

# New texts -> catalogue, for skywatch/locale/zh_CN/LC_MESSAGES/skywatch.po to be filled in; then the same once more.
# The compiled catalogue is committed, so that installing needs no tool; the template is not: nobody reads it.
translations: venv
	@$(BIN)/pybabel -q extract --no-location --sort-output -k N_ -k _ -o .venv/skywatch.pot skywatch
	@$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120 -i .venv/skywatch.pot -d skywatch/locale -D skywatch
	@$(BIN)/pybabel -q compile -d skywatch/locale -D skywatch

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache
