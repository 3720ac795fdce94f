# The same commands for people and for CI. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

export PORT ?= 8080
export DATA_DIR ?= data

.PHONY: help up test test-rust test-control test-ui test-e2e check fmt ui bench openapi clean

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 14

up: ## Build what is missing and start the hub with its demo (PORT, DATA_DIR)
	@scripts/up

test: check test-rust test-control test-ui test-e2e ## Run every test
	@echo "All tests passed."

check: target/.tools ## Formatting, lints, types
	@scripts/say "Checking Rust"
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	@scripts/say "Checking the pages"
	scripts/npm run check

test-rust: target/.tools ## Rust: unit, contract, HTTP, repository; over SQLite, then over PostgreSQL
	@scripts/say "Testing Rust"
	cargo test --workspace --locked
	@scripts/say "Testing Rust over PostgreSQL"
	scripts/postgres run scripts/over-postgres

test-control: target/.tools ## The control module, with the real chaos
	@scripts/say "Testing the control module"
	scripts/control-tests

test-ui: target/.tools ## The pages, without a browser
	@scripts/say "Testing the pages"
	scripts/npm test

test-e2e: target/.tools ui ## The product, in Chromium
	@scripts/say "Testing end to end"
	cargo build --locked -p chaoshub
	scripts/npm run e2e
	@scripts/say "Testing end to end over PostgreSQL"
	scripts/postgres run env CHAOSHUB_TEST_DATABASE=postgres scripts/npm run e2e

ui: ## Build the pages
	scripts/npm run build

openapi: ## Write docs/openapi.json and the client's types anew
	cargo run --locked -q -p chaoshub -- openapi > docs/openapi.json
	scripts/npm run api

bench: ## Print the figures of docs/PERFORMANCE.md, measured here
	bench/run

fmt: ## Format everything
	cargo fmt --all
	scripts/npm run format

clean: ## Remove what was built, but not data
	cargo clean
	rm -rf ui/dist ui/node_modules

# What the tests need of the system; installed once, said aloud.
target/.tools: scripts/install-tools
	@scripts/install-tools
	@mkdir -p target && touch $@
