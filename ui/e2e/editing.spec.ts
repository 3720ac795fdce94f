import { readFile } from 'node:fs/promises';
import { shortExperiment, shortJson } from './fixtures/experiments';
import { ADMIN } from './fixtures/hub';
import { menu, openExperiment, rewrite, source } from './fixtures/pages';
import { expect, test } from './fixtures/test';

test('an experiment is pasted, told what is wrong with it line by line, and saved by Ctrl-S', async ({
  admin: page,
}) => {
  await menu(page, 'Experiments').click();
  await page.getByRole('link', { name: 'New experiment' }).click();
  await rewrite(page, shortExperiment('A pasted one').replace('type: action', 'type: actoin'));
  const problems = page.getByRole('list', { name: 'Problems' });
  await expect(problems.getByRole('listitem').filter({ hasText: 'line 11' })).toContainText('/method/0');
  await expect(page.getByText('1 error')).toBeVisible();
  await problems.getByRole('button').first().click();
  await expect(source(page)).toBeFocused();

  await rewrite(page, shortExperiment('A pasted one'));
  await expect(page.getByText('Valid', { exact: true })).toBeVisible();
  await expect(problems).toHaveCount(0);
  await source(page).press('ControlOrMeta+s');
  await expect(page.getByRole('heading', { level: 1, name: 'A pasted one' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'What it proves' })).toContainText('The machine answers');
});

test('text that is no experiment is refused, and stays', async ({ admin: page, calm }) => {
  calm.mean(/^422 POST \/api\/v1\/experiments$/);
  await page.goto('/demo/demo/experiments/new');
  await rewrite(page, 'title: Half of one\n');
  await page.getByRole('button', { name: /^Save/ }).click();
  await expect(page.getByText(/Not saved: \d+ error/)).toBeVisible();
  await expect(page.getByRole('list', { name: 'Problems' })).toContainText('`method` is missing');
  await expect(source(page)).toContainText('title: Half of one');
});

test('a file is dropped anywhere on the list of experiments', async ({ admin: page }) => {
  await menu(page, 'Experiments').click();
  const heading = page.getByRole('heading', { level: 1, name: 'Experiments' });
  await expect(heading).toBeVisible();
  const dropped = await page.evaluateHandle((text) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], 'dropped.json', { type: 'application/json' }));
    return carried;
  }, shortJson('A dropped one'));
  for (const kind of ['dragenter', 'dragover', 'drop'])
    await heading.dispatchEvent(kind, { dataTransfer: dropped });
  await expect(page.getByRole('heading', { level: 1, name: 'New experiment' })).toBeVisible();
  await expect(source(page)).toContainText('A dropped one');
  await expect(page.getByRole('radio', { name: 'JSON' })).toBeChecked();
  await page.getByRole('button', { name: /^Save/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'A dropped one' })).toBeVisible();
});

test('a file is chosen, as YAML or JSON, and downloaded as it was', async ({ admin: page }) => {
  for (const [name, text, format] of [
    ['chosen.yaml', shortExperiment('A chosen one'), 'YAML'],
    ['chosen.json', shortJson('Another chosen one'), 'JSON'],
  ] as const) {
    await page.goto('/demo/demo/experiments/new');
    const asked = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a file' }).click();
    const chooser = await asked;
    await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
    await expect(page.getByRole('radio', { name: format })).toBeChecked();
    await expect(page.getByText('Valid', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: /^Save/ }).click();
    await expect(page.getByRole('tab', { name: 'Overview' })).toBeVisible();
    await page.getByRole('button', { name: 'More to do with this experiment' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Download the source' }).click();
    expect(await readFile(await (await download).path(), 'utf8')).toBe(text);
  }
});

test('every save is a version that can be compared and brought back', async ({ admin: page, hub }) => {
  const admin = await hub.administrator();
  await admin.experiment(shortExperiment('A changing one'));
  await openExperiment(page, 'A changing one');
  await page.getByRole('tab', { name: 'Edit' }).click();
  await rewrite(page, shortExperiment('A changed one'));
  await source(page).press('ControlOrMeta+s');
  await expect(page.getByText('Saved as version 2.')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'A changed one' })).toBeVisible();

  await page.getByRole('tab', { name: 'Versions' }).click();
  await expect(page.getByRole('link', { name: /^Version 2 \(current\)/ })).toBeVisible();
  await expect(page.getByText('- title: A changing one')).toBeVisible();
  await expect(page.getByText('+ title: A changed one')).toBeVisible();
  await page.getByRole('link', { name: /^Version 1/ }).click();
  await expect(page).toHaveURL(/version=1/);
  await page.getByRole('button', { name: 'Restore as a new version' }).click();
  await expect(page.getByText('Version 1 is back, as version 3.')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'A changing one' })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Version 3 \(current\)/ })).toBeVisible();
});

test('nobody overwrites what somebody else saved meanwhile, and nobody loses a text', async ({
  admin: mine,
  enter,
  hub,
  calm,
}) => {
  calm.mean(/^412 PUT \/api\/v1\/experiments\/exp_/);
  const api = await hub.administrator();
  const { id } = await api.experiment(shortExperiment('A shared one'));
  const edit = `/demo/demo/experiments/${id}?tab=edit`;
  const theirs = await enter(ADMIN);
  await mine.goto(edit);
  await theirs.goto(edit);
  await rewrite(theirs, shortExperiment('Theirs'));
  await rewrite(mine, shortExperiment('Mine'));
  await source(theirs).press('ControlOrMeta+s');
  await expect(theirs.getByText('Saved as version 2.')).toBeVisible();

  await source(mine).press('ControlOrMeta+s');
  const conflict = mine.getByRole('alert');
  await expect(conflict).toContainText('while you were editing');
  await expect(source(mine)).toContainText('title: Mine');
  await conflict.getByRole('button', { name: 'Keep mine, save on top' }).click();
  await expect(mine.getByText('Saved as version 3.')).toBeVisible();
  await mine.getByRole('tab', { name: 'Versions' }).click();
  await expect(mine.getByText('- title: Theirs')).toBeVisible();
  await expect(mine.getByText('+ title: Mine')).toBeVisible();
});

test('leaving an unsaved text asks first', async ({ admin: page, hub }) => {
  const admin = await hub.administrator();
  const { id } = await admin.experiment(shortExperiment('An unsaved one'));
  await page.goto(`/demo/demo/experiments/${id}?tab=edit`);
  await rewrite(page, shortExperiment('A lost one'));
  const leaving = page.getByRole('dialog', { name: 'Leave without saving?' });
  await menu(page, 'Runs').click();
  await leaving.getByRole('button', { name: 'Stay' }).click();
  await expect(source(page)).toContainText('A lost one');
  await menu(page, 'Runs').click();
  await leaving.getByRole('button', { name: 'Leave without saving' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  expect((await admin.experimentCalled('An unsaved one')).version).toBe(1);

  await page.goto(`/demo/demo/experiments/${id}?tab=edit`);
  await rewrite(page, shortExperiment('A kept one'));
  await menu(page, 'Runs').click();
  await leaving.getByRole('button', { name: 'Save and leave' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  expect((await admin.experimentCalled('A kept one')).version).toBe(2);
});
