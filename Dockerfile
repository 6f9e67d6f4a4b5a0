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
 && useradd --system --uid 8600 --home-dir /var/lib/muster --create-home muster
COPY --from=build /opt/muster /opt/muster
USER muster
VOLUME /var/lib/muster
EXPOSE 8600/tcp 8630-8639/udp
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/muster/script/muster"]
CMD ["serve", "--config", "/etc/muster/muster.yaml"]
