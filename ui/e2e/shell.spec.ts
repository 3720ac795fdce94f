import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { longExperiment, shortJson } from './fixtures/experiments';
import { Laptop } from './fixtures/laptop';
import { activity, fact, menu, verdict } from './fixtures/pages';
import { expect, test } from './fixtures/test';

test('a run from a shell is watched and stopped in the browser, and goes its own way without a token', async ({
  admin: page,
  hub,
}) => {
  const laptop = await Laptop.of(hub);
  await writeFile(join(laptop.dir, 'experiment.json'), longExperiment('A run on a laptop'));
  await writeFile(join(laptop.dir, 'short.json'), shortJson('A short run on a laptop'));

  await menu(page, 'Tokens').click();
  await page.getByRole('button', { name: 'New token' }).first().click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('my laptop');
  await page.getByRole('button', { name: 'Create the token' }).click();
  await expect(page.getByRole('heading', { name: /^Copy “my laptop” now/ })).toBeVisible();
  const lines = (await page.getByText(/^pip install /).textContent()) ?? '';
  const token = lines.split('\n').find((line) => line.startsWith('export '));
  await page.getByRole('button', { name: 'Done, I copied it' }).click();
  await page.reload();
  await expect(page.getByRole('row').filter({ hasText: 'my laptop' })).toBeVisible();
  await expect(page.getByText(/^pip install /)).toHaveCount(0);

  const running = laptop.shell(lines);
  const [, address = ''] = await running.says(/Watch this run on ChaosHub: (\S+)/, 45_000);
  await page.goto(new URL(address).pathname);
  await expect(page.getByRole('heading', { level: 1, name: /A run on a laptop/ })).toBeVisible();
  await expect(activity(page, 'Method', 'hold-the-breath-3')).toContainText(/running|done/);
  await page.getByRole('main').getByRole('button', { name: 'Stop', exact: true }).click();
  await running.ends();
  await expect(verdict(page).getByRole('status').first()).toContainText(/Interrupted\. Stopped in ChaosHub/);
  await expect(fact(page, 'From')).toHaveText('outside ChaosHub');
  // Chaos Toolkit, left to itself, plays none for a run that was interrupted; the page does not pretend.
  await expect(fact(page, 'Rollbacks')).toHaveText('not played');

  await menu(page, 'Tokens').click();
  await page.getByRole('button', { name: 'Delete the token my laptop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { name: 'No tokens yet' })).toBeVisible();
  const refused = laptop.shell(`${token}\nchaos run --control-file chaoshub-control.json short.json`);
  await refused.says(/ChaosHub.*(refuse|token)/i);
  await refused.ends();
  expect(refused.said).toContain('Experiment ended with status: completed');
  expect(refused.code).toBe(0);
  await menu(page, 'Runs').click();
  await expect(page.getByRole('row').filter({ hasText: 'A run on a laptop' })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'A short run on a laptop' })).toHaveCount(0);
});
