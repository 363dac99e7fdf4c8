# Everything that is done with this project. `make run` and `make test` need nothing but Python 3.11 and pip.

export DJANGO_SETTINGS_MODULE = lms.settings
MANAGE = DEMO=1 .venv/bin/python manage.py

.PHONY: help setup setup-test run test lint bench lock messages content clean

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup:
	@scripts/setup run

setup-test:
	@scripts/setup test

run: setup ## Serve the site at http://127.0.0.1:8000/ (HOST, PORT, DATA_DIR)
	@exec env DEMO=$${DEMO:-1} .venv/bin/python manage.py serve

test: setup-test ## Linters, types, layers, and all tests on SQLite and PostgreSQL
	@scripts/test

lint: setup-test ## Linters, types and layers alone
	@scripts/lint

bench: setup-test ## Measure; ONLY=lesson_page, answer_save, certificate, import, tree, role_pages, statistics, surge, live_quiz, cards or sheets for one group
	@.venv/bin/python -m tests.benchmarks $(ONLY)

lock: setup-test ## Pin the dependencies anew
	@scripts/lock

messages: setup-test ## Collect what visitors read into locale/vi
	@scripts/messages

content: setup ## Check the content files
	@$(MANAGE) check_content

clean: ## Forget the virtual environment and what is built; the data in var/ stays
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
