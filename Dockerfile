# syntax=docker/dockerfile:1
# One image for all programs: `serve`, `worker`, `dashboard`, and every other command of querypool. See docs/docker.md.

FROM node:22.20.0-bookworm-slim AS build
WORKDIR /src
ENV CI=true TURBO_TELEMETRY_DISABLED=1
# The packages first, by the lock file alone: they are fetched again only when it changes.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
RUN npx --yes "$(node -p "require('./package.json').packageManager")" fetch
COPY . .
# Without the optional packages: PostgreSQL and Redis run in containers of their own.
RUN node scripts/build.mjs \
  && npx --yes "$(node -p "require('./package.json').packageManager")" \
    --filter querypool deploy --prod --no-optional --legacy /opt/querypool

FROM node:22.20.0-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --owner=node --group=node /var/lib/querypool/results
COPY --from=build /opt/querypool /opt/querypool
COPY docker/querypool /usr/local/bin/querypool
ENV NODE_ENV=production \
  QUERYPOOL_RESULTS=/var/lib/querypool/results \
  QUERYPOOL_HEALTH_PORT=9464 \
  QUERYPOOL_LOG_FORMAT=json
USER node
WORKDIR /var/lib/querypool
VOLUME /var/lib/querypool/results
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.QUERYPOOL_HEALTH_PORT + '/readyz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "querypool"]
CMD ["--help"]
