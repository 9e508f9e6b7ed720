# The service and its console on a CPU. Build from the root of the repository; the settings of pip and npm come from
# the builder.
FROM node:22-bookworm-slim AS console
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web .
RUN npm run build

FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin sharp \
    && install -d -o sharp -g sharp /data

WORKDIR /app
COPY requirements/default.txt requirements/
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements/default.txt

COPY . .
COPY --from=console /web/dist web/dist
RUN python -m compileall -q api config events inference models rules scripts store streams

ENV SHARP_DATA_DIR=/data PYTHONUNBUFFERED=1
VOLUME /data
USER sharp
CMD ["python", "-m", "inference"]
