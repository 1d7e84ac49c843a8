# One image for `weir agent` and `weir server`, for every platform that package-lock.json has the native packages of:
#   docker buildx build --platform linux/amd64,linux/arm64 --tag <repository>/weir:0.1.0 --push .
ARG NODE=node:24-slim

# The page is the same on every platform, so it is built on the builder's own.
FROM --platform=$BUILDPLATFORM ${NODE} AS page
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY web/package.json web/
COPY agent/package.json agent/
COPY server/package.json server/
COPY server/contract server/contract
RUN npm ci --ignore-scripts --include-workspace-root --workspace web --workspace server/contract
COPY tsconfig.json ./
COPY web web
RUN npm run build

# Production dependencies of the two programs only. The workspaces stay links: Node strips types of linked sources, but
# not of files below node_modules.
FROM ${NODE} AS program
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY web/package.json web/
COPY agent agent
COPY server server
RUN npm ci --ignore-scripts --omit=dev --workspace agent --workspace server --workspace server/contract
# Fills the compile cache, without which every process would load Node's TypeScript compiler (30 MB of the agent's
# memory): for the server by its help, for the agent and its worker by a start, which ends at once for want of NET_ADMIN.
# A cache is for one user: that of root, who the agent is, is lent to the server's.
RUN node server/weir.js server --help >/dev/null \
 && (timeout 60 node server/weir.js agent --spool-dir warm --metrics-listen 127.0.0.1:0 --manage-sysctls false || true) \
 && rm -rf warm && mkdir data \
 && chmod -R a+rX node_modules/.cache \
 && for made in node_modules/.cache/weir/*-0; do ln -s "${made##*/}" "${made%-0}-10001"; done

FROM ${NODE}
LABEL org.opencontainers.image.title="weir" \
      org.opencontainers.image.description="Measures cross-AZ traffic in Kubernetes on AWS by service pair" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
COPY --from=program /app /app
COPY --from=page /app/web/dist /app/web/dist
# A named volume takes its owner from here; the root of the container may be read-only.
COPY --from=program --chown=10001:10001 /app/data /var/lib/weir
# The server's. The chart runs the agent as user 0 with the one capability it needs.
USER 10001:10001
# 8080 page and API, 8081 agents, 9090 metrics.
EXPOSE 8080 8081 9090
ENTRYPOINT ["node", "/app/server/weir.js"]
CMD ["--help"]
