import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `npm run dev` serves the page with hot reload beside a server of its own; its API is reached through here. */
const server = process.env.MONIKER_URL ?? 'http://127.0.0.1:8080';
const key = process.env.MONIKER_KEY;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../../dist/dashboard',
    emptyOutDir: true,
    assetsDir: 'assets',
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Nothing inline: the page's policy allows scripts and fonts of this server only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': {
        target: server,
        changeOrigin: true,
        headers: { origin: server, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      },
    },
  },
});
