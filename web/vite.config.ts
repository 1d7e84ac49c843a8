import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The page is served under a policy of default-src 'self' without 'unsafe-inline': nothing may be inlined into it.
export default defineConfig({
  plugins: [react()],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2023' },
  // `npm run dev --workspace web` beside a server on its default port.
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/socket.io': { target: 'http://127.0.0.1:8080', ws: true } } },
})
