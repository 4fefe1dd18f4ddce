/**
 * Build of the portal. The page carries a placeholder that the server replaces by a fresh nonce; grid and
 * editor are chunks of their own, so that the shell stays small (DESIGN §4).
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env['WM_DEV_SERVER'] ?? 'http://127.0.0.1:8080';
const toServer = { target: server, changeOrigin: false, xfwd: true };

export default defineConfig({
  plugins: [react()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // light-dark() must reach the browser as it is: data-theme overrides it.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // The grid is one lazy chunk of 780 kB (220 kB gzip).
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Job descriptions and the like are for applications; the shell needs errors and properties only.
            { name: 'field', test: /packages[\\/]wms-core[\\/]src[\\/](?!kernel|identity)/, priority: 10 },
            { name: 'react', test: /node_modules[\\/](?:react|react-dom|scheduler)[\\/]/, priority: 20 },
            { name: 'grid', test: /node_modules[\\/](?:ag-grid-|ag-stack)/, priority: 15 },
            {
              name: 'editor',
              test: /node_modules[\\/](?:@?codemirror|@lezer|style-mod|w3c-keyname|crelt)/,
              priority: 15,
            },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: {
    proxy: Object.fromEntries(
      ['/bff', '/api', '/files', '/.well-known', '/stand-in-checkin'].map((path) => [path, toServer]),
    ),
  },
});
