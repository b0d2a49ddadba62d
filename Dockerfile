# The service in a small image, under a user without rights.
#
#   docker build -t huean .

FROM rust:1.95-bookworm AS build
WORKDIR /build
COPY . .
# Downloads and compiled dependencies stay on the building machine, so a change of source compiles only what changed.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --bin huean \
    && cp target/release/huean /usr/local/bin/huean

FROM debian:bookworm-slim
# curl asks the service how it is; nothing else needs it.
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/*
# A volume on this folder takes over its owner and its mode: the root key and the read models are nobody else's.
RUN install -d -m 0700 -o 10001 -g 10001 /var/lib/huean
COPY --from=build /usr/local/bin/huean /usr/local/bin/huean
USER 10001:10001
WORKDIR /var/lib/huean
ENV HUEAN_DATA=/var/lib/huean
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["huean"]
CMD ["serve", "--listen", "0.0.0.0:8080"]
