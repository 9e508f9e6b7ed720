import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const api = process.env.SHARP_EYES_API ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '~': new URL('./src', import.meta.url).pathname } },
  server: { host: '127.0.0.1', proxy: { '/api': { target: api, changeOrigin: false } } },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1200,
    // No data: URLs in the bundle: the content security policy of the server is 'self'.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // Libraries change seldom, pages often: browsers keep what did not change.
        codeSplitting: {
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler|react-router|@tanstack|i18next|react-i18next|openapi-fetch)[\\/]/,
              priority: 2,
            },
          ],
        },
      },
    },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
