# Short names for the commands of build_leaflets.py, for those who have make.
.PHONY: leaflets check test lint format locks clean help

leaflets: ## Build every leaflet that is out of date
	python3 build_leaflets.py

check: ## Check texts, facts and translations
	python3 build_leaflets.py check

test: ## Run the tests
	python3 build_leaflets.py test

lint: ## Run the linters and the type checker
	python3 build_leaflets.py test --version
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

format: ## Put the code into its one format
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

locks: ## Make both lock files anew, with newer versions where there are any
	python3 build_leaflets.py lock --upgrade

clean: ## Remove what was built; the next build makes it anew
	rm -rf output

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile
