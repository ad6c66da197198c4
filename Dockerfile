FROM python:3.11-slim
WORKDIR /site
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r requirements/run.txt
COPY . .
RUN python -m tools.translations \
    && useradd --system site && mkdir /data && chown site /data
USER site
