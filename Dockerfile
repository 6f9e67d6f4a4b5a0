FROM node:24-bookworm-slim AS build
WORKDIR /opt/muster
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN PATH=/opt/muster/node_modules/.bin:$PATH vite build web \
 && npm prune --omit=dev --ignore-scripts

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends rrdtool libstdc++6 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --user-group --uid 8600 --home-dir /var/lib/muster --no-create-home muster \
 && install -d -m 0700 -o muster -g muster /var/lib/muster \
 && ln -s /opt/muster/script/muster /usr/local/bin/muster
COPY --from=build /opt/muster /opt/muster
COPY docker/muster.yaml /etc/muster/muster.yaml
# Commands find muster.yaml here: docker compose exec muster muster user add …
WORKDIR /etc/muster
USER muster
VOLUME /var/lib/muster
EXPOSE 8600/tcp 8630-8639/udp
STOPSIGNAL SIGTERM
# Asks at http.listen of the configuration, over TLS where it has one.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["/opt/muster/script/muster", "health"]
ENTRYPOINT ["/opt/muster/script/muster"]
CMD ["serve", "--config", "/etc/muster/muster.yaml"]
