import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:8600';

/** Every browser that runs the page reads woff2: the older format of each font is left out. */
const woff2Only = {
  name: 'woff2-only',
  enforce: 'pre' as const,
  transform: (code: string, id: string) =>
    /@fontsource.*\.css/.test(id) ? code.replace(/,\s*url\([^)]*\.woff\) format\('woff'\)/g, '') : null,
};

// oxlint-disable-next-line import/no-default-export -- Vite asks for it.
export default defineConfig({
  plugins: [woff2Only],
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
