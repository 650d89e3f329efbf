# What there is to do here, on Linux and macOS, without root: run, test, lint, format, messages, lock.

PYTHON ?= python3
UV ?= uv
PORT ?= 8000
WEB_CONCURRENCY ?= 2
# More for pytest: make test ARGS="-k covid".
ARGS ?=

BIN := .venv/bin
CODE := accounts customers notes reports ftstatus

.PHONY: run test lint format messages lock

# --- The virtual environment: a stamp for each lock that is installed in it ------------------------------------------

.venv/runtime.stamp: requirements/base.txt
.venv/dev.stamp: requirements/dev.txt
.venv/runtime.stamp .venv/dev.stamp:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=…" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# --- Serving ---------------------------------------------------------------------------------------------------------

# This installation's own, made once; only its owner may read it.
var/secret_key:
	@mkdir -p var
	@umask 077; $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))' >$@.new && mv $@.new $@

# The product as it is served, but over plain HTTP. exec, so that a signal reaches gunicorn and nothing stands between.
run: .venv/runtime.stamp var/secret_key
	@set -e; export DEBUG=0 HTTPS=0 SECRET_KEY="$$(cat var/secret_key)"; \
	$(BIN)/python manage.py migrate --verbosity 0; \
	$(BIN)/python manage.py seed_demo --if-empty --allow-demo-users; \
	$(BIN)/python manage.py seed_demo --logins; \
	echo "http://127.0.0.1:$(PORT)/ (Ctrl-C stops it)"; \
	exec $(BIN)/python -m gunicorn ftstatus.wsgi --bind 127.0.0.1:$(PORT) --no-control-socket \
		--worker-class gthread --workers $(WEB_CONCURRENCY) --threads 4

# --- Checking --------------------------------------------------------------------------------------------------------

test: .venv/dev.stamp
	@$(BIN)/python tests/run $(ARGS)

# The last two look at the settings as production has them: a secret of this moment, HTTPS, no DEBUG.
lint: .venv/dev.stamp
	$(BIN)/ruff check . tests/run
	$(BIN)/ruff format --check . tests/run
	$(BIN)/mypy .
	find $(CODE) -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	@set -e; command -v msgfmt >/dev/null || { echo "No msgfmt here: the translations were not compared."; exit 0; }; \
	find $(CODE) -name '*.po' | while read -r po; do \
		msgfmt --check-format --output-file=- "$$po" | msgunfmt - >.venv/from.po; \
		msgunfmt "$${po%.po}.mo" | cmp - .venv/from.po || { echo "$$po is newer than its .mo: make messages"; exit 1; }; \
	done
	@set -ex; export DEBUG=0 HTTPS=1 DATABASE_URL=sqlite://:memory:; \
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')"; export SECRET_KEY; \
	$(BIN)/python manage.py makemigrations --check --dry-run; \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

format: .venv/dev.stamp
	$(BIN)/ruff check --fix . tests/run
	$(BIN)/ruff format . tests/run
	find $(CODE) -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

# Needs GNU gettext. The catalogue of every app is the one in ftstatus/locale.
messages: .venv/dev.stamp
	mkdir -p ftstatus/locale
	DEBUG=1 $(BIN)/python manage.py makemessages --locale zh_Hans --no-obsolete --ignore tests --ignore var --no-wrap --add-location file
	DEBUG=1 $(BIN)/python manage.py compilemessages --locale zh_Hans --ignore .venv

# Needs uv. The development lock holds the versions that are served. To upgrade: make lock ARGS=--upgrade.
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header $(ARGS)
lock:
	cd requirements && $(LOCK) base.in --output-file base.txt
	cd requirements && $(LOCK) dev.in --constraint base.txt --output-file dev.txt
