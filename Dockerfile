# Two images of one file:
#
#   docker build --target chaoshub .          the hub alone, for processes that carry out no runs
#   docker build --target chaoshub-runner .   with Python and the pinned tools of runs, which need no network afterwards
#
# Every base is a build argument. `--build-arg BINARY=prebuilt --build-context outside=FOLDER` takes the program
# `FOLDER/chaoshub` instead of compiling it; it must fit the bases' C library.

ARG NODE_IMAGE=docker.io/library/node:22-bookworm-slim
ARG RUST_IMAGE=docker.io/library/rust:1.95-slim-bookworm
ARG DEBIAN_IMAGE=docker.io/library/debian:bookworm-slim
ARG HUB_IMAGE=gcr.io/distroless/cc-debian12:nonroot
ARG RUNNER_IMAGE=docker.io/library/python:3.13-slim-bookworm
ARG BINARY=compiled
# For the dev loop: `no-pages` leaves them to the server of `pages-dev`, `dev` compiles faster to something slower.
ARG PAGES=pages
ARG PROFILE=release

# The sources of the pages with their packages; also what serves them in the dev loop, reloading as they change.
FROM ${NODE_IMAGE} AS pages-dev
WORKDIR /app/ui
ENV PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
COPY ui/package.json ui/package-lock.json ui/.npmrc ./
# Not `npm ci`: see scripts/npm.
RUN --mount=type=cache,target=/root/.npm npm install --no-audit --no-fund --fetch-retries=5
COPY ui/ ./
# A read-only root: what the server writes are volumes over these.
RUN install -d -o 10001 -g 10001 node_modules/.vite node_modules/.vite-temp
USER 10001:10001
EXPOSE 5173
CMD ["node_modules/.bin/vite", "--host", "0.0.0.0"]

FROM pages-dev AS pages
USER 0
RUN npm run build

FROM ${DEBIAN_IMAGE} AS no-pages
RUN mkdir -p /app/ui/dist

FROM ${PAGES} AS dist

# The root file system that is laid over the bases: the program, and its folder.
FROM ${RUST_IMAGE} AS compiled
ARG PROFILE
WORKDIR /src
COPY Cargo.toml Cargo.lock clippy.toml ./
COPY bench/load bench/load
COPY clients clients
COPY shared shared
COPY services services
COPY --from=dist /app/ui/dist ui/dist
# Cargo goes by the times of files. Those of another checkout, or of pages that were built before, may be older than what
# is kept of the last build though they say something else: what it was not built of is as new as now.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,id=chaoshub-target,target=/src/target,sharing=locked \
    export LC_ALL=C && touch target/.sources-${PROFILE} \
    && find . -path ./target -prune -o -type f -exec sha256sum {} + | sort > /tmp/sources \
    && comm -13 target/.sources-${PROFILE} /tmp/sources | cut -c67- | tr '\n' '\0' | xargs -0 -r touch \
    && cp /tmp/sources target/.sources-${PROFILE} \
    && cargo build --locked --profile ${PROFILE} -p chaoshub --features embed \
    && if [ ${PROFILE} = dev ]; then folder=debug; else folder=${PROFILE}; fi \
    && install -D target/$folder/chaoshub /root-of-image/usr/local/bin/chaoshub \
    && install -d -o 10001 -g 10001 -m 0711 /root-of-image/var/lib/chaoshub

FROM ${DEBIAN_IMAGE} AS prebuilt
COPY --from=outside chaoshub /tmp/chaoshub
RUN install -D /tmp/chaoshub /root-of-image/usr/local/bin/chaoshub \
    && install -d -o 10001 -g 10001 -m 0711 /root-of-image/var/lib/chaoshub

FROM ${BINARY} AS binary

# The environment that runs live in: from wheels and one source, each locked by its hash.
FROM ${RUNNER_IMAGE} AS tools
COPY --from=binary /root-of-image /
RUN chaoshub tools --runner-tools-dir /opt/chaoshub

FROM ${HUB_IMAGE} AS chaoshub
LABEL org.opencontainers.image.title="chaoshub" \
      org.opencontainers.image.description="The hub where a team practises chaos engineering" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/chaoshub/chaoshub"
COPY --from=binary /root-of-image /
# The data folder is one below the volume, so that it is the hub's own whoever owns the volume's root.
ENV CHAOSHUB_LISTEN=0.0.0.0:8080 \
    CHAOSHUB_DATA_DIR=/var/lib/chaoshub/data \
    CHAOSHUB_PUBLIC_URL=http://localhost:8080 \
    NO_COLOR=1
USER 10001:10001
WORKDIR /var/lib/chaoshub
VOLUME /var/lib/chaoshub
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/usr/local/bin/chaoshub", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/chaoshub"]
CMD ["serve"]

FROM ${RUNNER_IMAGE} AS chaoshub-runner
LABEL org.opencontainers.image.title="chaoshub-runner" \
      org.opencontainers.image.description="ChaosHub with Chaos Toolkit, to carry out runs" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/chaoshub/chaoshub"
COPY --from=binary /root-of-image /
COPY --from=tools /opt/chaoshub /opt/chaoshub
ENV CHAOSHUB_LISTEN=0.0.0.0:8080 \
    CHAOSHUB_DATA_DIR=/var/lib/chaoshub/data \
    CHAOSHUB_PUBLIC_URL=http://localhost:8080 \
    NO_COLOR=1 \
    CHAOSHUB_RUNNER_TOOLS_DIR=/opt/chaoshub
USER 10001:10001
WORKDIR /var/lib/chaoshub
VOLUME /var/lib/chaoshub
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/usr/local/bin/chaoshub", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/chaoshub"]
CMD ["serve"]
