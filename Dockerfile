# One image for web, worker, beat and migrate; docker-compose.yml says which is which.
FROM python:3.12-slim

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONUNBUFFERED=1
# Nobody's account: it owns no file here, not even the code it runs.
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin tandem

WORKDIR /app
# The libraries first: they change seldom, and then this layer is reused. Each file is checked against its hash.
COPY requirements.lock ./
RUN pip install --require-hashes --no-deps -r requirements.lock

COPY pyproject.toml requirements.in ./
COPY config ./config
COPY service ./service
COPY tasks ./tasks
COPY templates ./templates
# Editable: config/ and templates/ are read from where they lie, so the content a therapist edits is the content that runs.
# An image with broken content is never built.
RUN pip install --no-deps --no-build-isolation -e . \
 && python -m compileall -q config service tasks \
 && tandem content check

USER 10001
EXPOSE 8000
ENTRYPOINT ["tandem"]
CMD ["web", "--host", "0.0.0.0"]
