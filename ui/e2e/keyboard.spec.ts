import type { Page } from '@playwright/test';
import { longExperiment } from './fixtures/experiments';
import { ADMIN, PASSWORD } from './fixtures/hub';
import { activity, DEVIATES, verdict } from './fixtures/pages';
import { expect, test } from './fixtures/test';

const MOST_TABS = 40;

/** Presses Tab until this is reached. */
async function tabTo(page: Page, role: 'link' | 'button' | 'tab', name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: typeof name === 'string' });
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    await page.keyboard.press('Tab');
    if (await wanted.evaluateAll((all) => all.includes(document.activeElement as HTMLElement))) return;
  }
  throw new Error(`${MOST_TABS} tabs do not lead to the ${role} ${name}`);
}

test('somebody without a mouse signs in, runs an experiment and reads its verdict', async ({ page, hub }) => {
  await hub.administrator();
  await page.goto('/');
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.keyboard.type(ADMIN);
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible();

  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('textbox', { name: 'Search or run a command' })).toBeFocused();
  await page.keyboard.type('payment provider that is gone');
  await expect(page.getByRole('button', { name: DEVIATES, exact: false }).first()).toBeVisible();
  await page.keyboard.press('Escape');

  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await expect(page.getByRole('heading', { level: 1, name: 'Experiments' })).toBeVisible();
  await tabTo(page, 'link', DEVIATES);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: DEVIATES })).toBeVisible();
  await tabTo(page, 'button', 'Run');
  await page.keyboard.press('Enter');
  await expect(verdict(page).getByRole('status')).toContainText('Deviated.');
  await tabTo(page, 'button', /^checkout-answers/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row').filter({ hasText: '"paid": true' })).toBeVisible();
});

test('the palette runs an experiment, and j, k and Enter open a run', async ({ admin: page }) => {
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('run replica');
  await expect(page.getByRole('button', { name: /^Run Stock survives/ })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(verdict(page).getByRole('status')).toContainText('Baseline not met.');
  await expect(activity(page, 'Method', 'take-one-replica-away')).toContainText('not played');

  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'Run 1' })).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(verdict(page).getByRole('status')).toContainText('Baseline not met.');
});

test('the palette stops what runs', async ({ admin: page, hub }) => {
  const api = await hub.administrator();
  const { id } = await api.experiment(longExperiment('It holds its breath'));
  const run = await api.run(id);
  await expect(page.getByRole('complementary', { name: 'Running now' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('stop');
  await expect(page.getByRole('dialog').getByRole('button', { name: /^Stop It holds/ })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByText(`Asked run ${run.number} to stop.`)).toBeVisible();
  await api.ended(run.id);
});

test('a question mark shows the keys, and the first Tab skips to the page', async ({ admin: page }) => {
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Search, or run a command');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the page' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('a key that is pressed before what it opens has come opens it when it comes', async ({
  admin: page,
}) => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(/\/assets\/(palette|shortcuts)-/, async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+k');
  letGo();
  await expect(page.getByRole('textbox', { name: 'Search or run a command' })).toBeFocused();
});

test('on a phone, somebody without a mouse goes to another workspace', async ({ enter }) => {
  const page = await enter(ADMIN, { viewport: { width: 390, height: 844 } });
  await page.goto('/demo/demo/runs');
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  await tabTo(page, 'button', /Change the workspace/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: /^Demo/ })).toHaveAttribute('aria-current', 'true');
  await page.keyboard.type('ada');
  await expect(page.getByRole('menuitem', { name: /^ada/i })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/ada\/ada$/);
  await expect(page.getByRole('button', { name: /^ada.*Change the workspace/i })).toBeVisible();
});
