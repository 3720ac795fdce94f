import { defineConfig, devices } from '@playwright/test';

/** The suite in e2e/ asks a hub that already runs; it starts nothing by itself. */
export default defineConfig({
  testDir: './e2e',
  forbidOnly: true,
  workers: 1,
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: process.env.CHAOSHUB_URL ?? 'http://localhost:8080',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
});
