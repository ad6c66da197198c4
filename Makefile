# make run · make test · make check · make bench · make messages · make lock · make demo-reset
# Variables: PYTHON=python3.12  PORT=8000  HOST=127.0.0.1  DATA_DIR=var  DATABASE_URL=…  REDIS_URL=…  ELASTICSEARCH_URL=…  YES=1

# The distribution's own Python where it is new enough: it is built with profiles, those compiled beside it often
# are not (docs/decisions/0143).
ifndef PYTHON
PYTHON := $(shell for each in /usr/bin/python3 python3; do \
  "$$each" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  && echo "$$each" && exit; done; echo python3)
endif
export PORT HOST DATA_DIR YES UPGRADE
MAKEFLAGS += --no-print-directory

.PHONY: help run demo-reset test check bench messages lock python

help:
	@sed -n '1,2p' Makefile

run: python
	@exec $(PYTHON) -m tools.run

demo-reset: python
	@exec $(PYTHON) -m tools.demo_reset

test: python
	@exec $(PYTHON) -m tools.test all

check: python
	@exec $(PYTHON) -m tools.test check

bench: python
	@exec $(PYTHON) -m tools.bench

messages: python
	@exec $(PYTHON) -m tools.messages

lock: python
	@exec $(PYTHON) -m tools.relock

python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo 'Kho 57 needs Python 3.11 or newer: apt install python3 python3-venv' >&2; \
	  echo 'Kho 57 cần Python 3.11 trở lên: apt install python3 python3-venv' >&2; exit 1; }
