# docs/containers.md says how to build and run this, and with which other bases.
# Any image with glibc or musl, `python3` of 3.11 or later, and its venv module will do.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
WORKDIR /build
RUN python3 -m venv /opt/formwell
ENV PATH=/opt/formwell/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# The dependencies alone first: this layer stays until the locks change. Nothing is installed but
# what they have, by its digest; so what builds the package comes from a lock as well.
COPY locks/build.txt locks/run.txt locks/
RUN pip install --require-hashes -r locks/build.txt -r locks/run.txt

COPY . ./
# pip compiles the bytecode, since nothing can be written beside it later; then it is not needed.
RUN pip install --no-deps --no-build-isolation . \
    && pip uninstall --yes setuptools pip

FROM ${BASE}
LABEL org.opencontainers.image.title="Formwell" \
      org.opencontainers.image.description="The form server for OpenSearch" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/formwell /opt/formwell
# Owned before VOLUME: a new named volume takes owner and mode from here.
RUN install -d -o 10001 -g 10001 -m 0700 /data
ENV PATH=/opt/formwell/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    FORMWELL_DATA_DIR=/data \
    FORMWELL_PUBLIC_BIND=0.0.0.0:8080 \
    FORMWELL_INTERNAL_BIND=0.0.0.0:9090
# Forms mounted at /forms replace the packaged example: ./forms is where they are looked for.
WORKDIR /
# A number, so that an orchestrator can tell that it is not root.
USER 10001:10001
VOLUME /data
EXPOSE 8080 9090
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["formwell", "probe"]
ENTRYPOINT ["formwell"]
CMD ["serve"]
