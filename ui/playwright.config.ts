import { defineConfig, devices } from '@playwright/test';

const root = process.getuid?.() === 0;

/**
 * The product in a browser: every test starts the hub that was built, with the real `chaos` behind it.
 * `SCREENSHOTS=dir` writes pictures of all pages instead of testing them.
 */
export default defineConfig({
  testDir: './e2e',
  testMatch: process.env.SCREENSHOTS ? 'screenshots.spec.ts' : '*.spec.ts',
  testIgnore: process.env.SCREENSHOTS ? [] : ['screenshots.spec.ts'],
  globalSetup: './e2e/fixtures/prepare.ts',
  outputDir: './test-results',
  forbidOnly: true,
  fullyParallel: true,
  workers: 2, // each has a hub, runs and a browser to feed
  timeout: 60_000,
  expect: { timeout: 15_000 }, // a whole run, on a machine that is busy with the other worker
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    video: 'off',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        ...(root ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
