import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const file = (name: string) => new URL(name, import.meta.url).pathname

// The page is served under a policy of default-src 'self' without 'unsafe-inline': nothing may be inlined into it.
export default defineConfig({
  plugins: [react()],
  build: {
    assetsInlineLimit: 0,
    // One sheet for both pages: cut in two, the shared rules would come after those that override them.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    target: 'es2023',
    rolldownOptions: { input: [file('index.html'), file('login.html')] },
  },
  // `npm run dev --workspace web` beside a server on its default port.
  server: {
    proxy: {
      '/api': 'http://127.0.0.1:8080',
      '/login': 'http://127.0.0.1:8080',
      '/logout': 'http://127.0.0.1:8080',
      '/socket.io': { target: 'http://127.0.0.1:8080', ws: true },
    },
  },
})
