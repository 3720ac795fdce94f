import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shortJson } from './fixtures/experiments';
import { Laptop } from './fixtures/laptop';
import { card, menu, openExperiment, pressRun, verdict } from './fixtures/pages';
import { expect, test } from './fixtures/test';

test('two runs from a shell make one experiment, which is adopted and then run from here', async ({
  admin: page,
  hub,
}) => {
  test.setTimeout(150_000); // four environments and runs, on a machine that is busy
  const title = 'A short run on a laptop';
  const laptop = await Laptop.of(hub);
  await writeFile(join(laptop.dir, 'experiment.json'), shortJson(title));
  await expect(page.getByRole('region', { name: 'First steps' })).toContainText('Make a token');
  await menu(page, 'Tokens').click();
  await page.getByRole('button', { name: 'New token' }).first().click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('my laptop');
  await page.getByRole('button', { name: 'Create the token' }).click();
  const lines = (await page.getByText(/^pip install /).textContent()) ?? '';
  for (const way of [
    lines,
    lines
      .split('\n')
      .filter((line) => !line.startsWith('pip'))
      .join('\n'),
  ]) {
    const running = laptop.shell(way);
    await running.ends(60_000);
    expect(running.said).toContain('Experiment ended with status: completed');
  }

  await menu(page, 'Experiments').click();
  const row = page.getByRole('row').filter({ hasText: title });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('from outside');
  await expect(row.getByRole('link', { name: /Last 2 runs, oldest first: passed, passed/ })).toBeVisible();
  await page.getByText('From outside', { exact: true }).click();
  await expect(page).toHaveURL(/origin=outside/);
  await expect(page.getByRole('main').getByRole('row')).toHaveCount(2);
  await page.getByRole('main').getByRole('link', { name: title, exact: true }).click();
  await expect(page.getByText(/Runs from outside made this experiment/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toHaveCount(0);
  await expect(page.getByRole('tab', { name: 'Edit' })).toHaveCount(0);

  await page.getByRole('button', { name: 'Adopt' }).click();
  const dialog = page.getByRole('dialog', { name: 'Adopt this experiment' });
  await expect(dialog).toContainText('people edit and run it here');
  await dialog.getByRole('button', { name: 'Adopt' }).click();
  await expect(page.getByText(/Runs from outside made this experiment/)).toHaveCount(0);
  await pressRun(page);
  await expect(verdict(page).getByRole('status').first()).toContainText('Passed.');
  await expect(page.getByRole('heading', { level: 1 }).getByRole('link', { name: title })).toBeVisible();

  await menu(page, 'Home').click();
  await expect(card(page, 'Activity')).toContainText(`adopted ${title}`);
  await expect(page.getByRole('region', { name: 'First steps' })).toHaveCount(0);
  await openExperiment(page, title);
  await expect(page.getByRole('link', { name: /Last 3 runs/ })).toBeVisible();
});
