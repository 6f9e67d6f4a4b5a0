import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:8600';

// oxlint-disable-next-line import/no-default-export -- Vite asks for it.
export default defineConfig({
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The server's policy allows fonts and images from itself only: nothing becomes a data: URL.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
  },
  server: {
    proxy: { '/api/v1/live': { target: server, ws: true }, '/api': server },
  },
});
