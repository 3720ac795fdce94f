import type { Page } from '@playwright/test';
import axe, { type Result } from 'axe-core';
import { ADMIN } from './fixtures/hub';
import { expect, test } from './fixtures/test';
import { DOORS, fill, LOOKS, PROVIDERS, TOUR } from './fixtures/world';

/** What hinders people, in a line each. */
async function hindrances(page: Page): Promise<string[]> {
  // Colours take a frame for each level of the page to follow the theme.
  await page.evaluate(async () => {
    for (let calm = 0; calm < 3; ) {
      await new Promise(requestAnimationFrame);
      calm = document.getAnimations().length === 0 ? calm + 1 : 0;
    }
  });
  // Evaluated, not added as a script: the policy of the pages forbids strangers' scripts.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async (): Promise<Result[]> => {
    const results = await window.axe.run(document, { resultTypes: ['violations'] });
    return results.violations;
  });
  return found
    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
    .flatMap((one) =>
      one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${node.any[0]?.message ?? one.help}`),
    );
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}

test.use({ trace: 'off', settings: PROVIDERS }); // it tells its findings in words

for (const look of LOOKS) {
  test(`no page hinders anybody or complains, ${look.name}`, async ({ enter, hub, calm }) => {
    test.setTimeout(240_000); // some thirty pages
    calm.mean(/^404 GET \/api\/v1\/runs\/run_01900000/); // the page of a run that is not there
    calm.mean(/^410 POST \/api\/v1\/auth\/invitation$/); // an invitation that is over
    const { colorScheme, viewport } = look;
    const stranger = await enter(undefined, { colorScheme, viewport });
    const found: Record<string, string[]> = {};
    const visit = async (name: string, page: Page) => {
      const [wide, seen] = await page.evaluate(() => [document.body.scrollWidth, window.innerWidth] as const);
      const lines = await hindrances(page);
      if (wide > seen) lines.push(`it is ${wide} pixels wide`);
      if (lines.length > 0) found[name] = lines;
    };
    await stranger.goto('/');
    await expect(stranger.getByRole('heading', { name: 'Welcome' })).toBeVisible();
    await visit('set-up', stranger);
    const world = await fill(hub);
    for (const stop of DOORS) {
      await stranger.goto(stop.path(world));
      await stop.ready(stranger);
      await visit(stop.name, stranger);
    }
    const page = await enter(ADMIN, { colorScheme, viewport });
    for (const stop of TOUR) {
      await page.goto(stop.path(world));
      await stop.ready(page);
      await visit(stop.name, page);
    }
    expect(found).toEqual({});
  });
}
