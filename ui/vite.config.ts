import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { pretendHub } from './mock/plugin';

const hub = process.env.CHAOSHUB_URL ?? 'http://localhost:8080';
const proxy = { '/api': hub, '/.well-known': hub };

export default defineConfig(({ mode }) => ({
  // `vite --mode pretend` answers from mock/ instead of a hub; a build never sees that folder.
  plugins: [react(), ...(mode === 'pretend' ? [pretendHub()] : [])],
  resolve: { alias: { '~': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    port: 5173,
    proxy: mode === 'pretend' ? undefined : proxy,
  },
  preview: { proxy },
  build: {
    target: 'es2022',
    assetsDir: 'assets',
    chunkSizeWarningLimit: 400,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'editor', test: /node_modules\/(@codemirror|@lezer|style-mod|crelt|w3c-keyname)\// },
          ],
        },
      },
    },
  },
}));
