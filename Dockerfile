# The service on a CPU. Build from the root of the repository; pip's settings come from the builder.
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
RUN python -m compileall -q api config events inference models rules scripts store streams

ENV SHARP_DATA_DIR=/data PYTHONUNBUFFERED=1
VOLUME /data
USER sharp
CMD ["python", "-m", "inference"]
