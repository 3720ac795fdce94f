import type { Page } from '@playwright/test';
import { deafExperiment, longExperiment } from './fixtures/experiments';
import { activity, fact, menu, pressRun, rewrite, verdict } from './fixtures/pages';
import { expect, test } from './fixtures/test';

async function pasteAndRun(page: Page, text: string): Promise<void> {
  await menu(page, 'Experiments').click();
  await page.getByRole('link', { name: 'New experiment' }).click();
  await rewrite(page, text);
  await page.getByRole('button', { name: /^Save/ }).click();
  await expect(page.getByRole('tab', { name: 'Overview' })).toBeVisible();
  await pressRun(page);
}

test('a run is stopped from its page, and says that its rollbacks were played', async ({ admin: page }) => {
  await pasteAndRun(page, longExperiment('A long breath'));
  await expect(activity(page, 'Method', 'hold-the-breath-2')).toContainText(/running|done/);
  await page.getByRole('main').getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(verdict(page).getByRole('status').first()).toContainText(
    /Interrupted\. Stopped in ChaosHub.*rollbacks played/,
  );
  await expect(fact(page, 'Rollbacks')).toHaveText('played');
  await expect(activity(page, 'Rollbacks', 'breathe-again')).toContainText('done');
  await expect(activity(page, 'Method', 'hold-the-breath-60')).toContainText('not played');
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0);
});

test('a run is stopped from the live strip of any page', async ({ admin: page }) => {
  await pasteAndRun(page, longExperiment('Another long breath'));
  await expect(activity(page, 'Method', 'hold-the-breath-1')).toContainText(/running|done/);
  await menu(page, 'Members').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Members' })).toBeVisible();
  const strip = page.getByRole('complementary', { name: 'Running now' });
  await expect(strip).toContainText('Another long breath');
  await strip.getByRole('button', { name: 'Stop Another long breath' }).click();
  await expect(strip).toHaveCount(0);
  await menu(page, 'Runs').click();
  await expect(page.getByRole('row').filter({ hasText: 'Another long breath' })).toContainText('Interrupted');
});

test('a step that hears nothing is interrupted, and what it did is rolled back', async ({ admin: page }) => {
  await pasteAndRun(page, deafExperiment('A deep sleep'));
  await expect(activity(page, 'Method', 'sleep-deeply')).toContainText('running');
  await page.getByRole('main').getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(verdict(page)).toContainText('Interrupted.', { timeout: 40_000 });
  await expect(activity(page, 'Rollbacks', 'make-the-bed')).toContainText('done');
  await expect(fact(page, 'Rollbacks')).toHaveText('played');
});

test('stopping hard asks first, and says that nothing was rolled back', async ({ admin: page }) => {
  await pasteAndRun(page, deafExperiment('A short night'));
  await expect(activity(page, 'Method', 'sleep-deeply')).toContainText('running');
  const hard = async () => {
    await page.getByRole('button', { name: 'More ways to stop' }).click();
    await page.getByRole('menuitem', { name: 'Force stop (skip rollbacks)…' }).click();
  };
  const dialog = page.getByRole('dialog', { name: /^Force stop run \d+\?$/ });
  await hard();
  await expect(dialog).toContainText('Rollbacks are not run');
  await dialog.getByRole('button', { name: 'Keep it running' }).click();
  await expect(dialog).toBeHidden();
  await expect(activity(page, 'Method', 'sleep-deeply')).toContainText('running');

  await hard();
  await dialog.getByRole('button', { name: 'Force stop' }).click();
  await expect(verdict(page)).toContainText(/Interrupted\.|Aborted\./);
  await expect(fact(page, 'Rollbacks')).toHaveText('not played');
  await expect(activity(page, 'Rollbacks', 'make-the-bed')).toContainText('not played');
});
