# What one does with Frontdesk. `make run` and `make test` need nothing set up but Rust 1.94 or newer: what else is missing,
# scripts/ensure installs by the machine's package manager (asking, unless root).

CARGO ?= cargo
# Flags for `make run`, such as ARGS="--listen 0.0.0.0:8080".
ARGS ?=
# Kills of the server by each failure test in `make chaos`; `make test` does 3 to 20.
ROUNDS ?= 200

.PHONY: help run test check bench chaos

help: ## Tells what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST)

run: ## Builds and starts the server on 127.0.0.1:8080 with a demo org; data stay in ./data
	@scripts/ensure postgres
	$(CARGO) run --release --bin frontdesk -- serve --demo $(ARGS)

test: ## Runs all tests, those in a browser and with killed servers included
	@scripts/ensure postgres
	@scripts/ensure browser
	@scripts/ensure mail
	$(CARGO) test

check: ## Format, lints and documentation, without a single warning
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --document-private-items

bench: ## Measures, and prints a table of ratios
	@scripts/ensure postgres
	$(CARGO) bench --bench frontdesk

chaos: ## Kills servers, databases and connections under load and looks for losses
	@scripts/ensure postgres
	@scripts/ensure mail
	CHAOS_ROUNDS=$(ROUNDS) $(CARGO) test --release --test chaos -- --include-ignored
