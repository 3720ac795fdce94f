// Not a test: pictures of every page for whoever looks after the design. `SCREENSHOTS=dir npm run e2e`.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { ADMIN } from './fixtures/hub';
import { test } from './fixtures/test';
import { DOORS, fill, LOOKS, PROVIDERS, TOUR } from './fixtures/world';

const EMPTY = ['', '/hubs', '/experiments', '/runs', '/tokens', '/members'];

test.use({ settings: PROVIDERS });

for (const look of LOOKS) {
  test(`pictures, ${look.name}`, async ({ enter, hub, calm }) => {
    test.setTimeout(300_000);
    calm.mean(/./);
    const { colorScheme, viewport } = look;
    const keep = (page: Page, name: string) => {
      const path = join(process.env.SCREENSHOTS ?? '', `${name}-${look.name}.png`);
      return page.screenshot({ path, animations: 'disabled' });
    };
    const stranger = await enter(undefined, { colorScheme, viewport });
    await stranger.goto('/');
    await stranger.getByRole('button', { name: 'Create the administrator' }).waitFor();
    await keep(stranger, 'set-up');
    const page = await enter(ADMIN, { colorScheme, viewport });
    for (const path of EMPTY) {
      await page.goto(`/ada/ada${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle').catch(() => {});
      await keep(page, `empty-${path.slice(1) || 'home'}`);
    }
    const world = await fill(hub);
    for (const stop of DOORS) {
      await stranger.goto(stop.path(world));
      await stop.ready(stranger);
      await keep(stranger, stop.name);
    }
    for (const stop of TOUR) {
      await page.goto(stop.path(world));
      await stop.ready(page);
      await keep(page, stop.name);
    }
  });
}
