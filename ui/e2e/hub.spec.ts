import type { Page } from '@playwright/test';
import { card, choose, DEVIATES, menu } from './fixtures/pages';
import { expect, test } from './fixtures/test';

/** Where the cards stand, as a reader of the page would measure it. */
async function places(page: Page, titles: string[]): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = {};
  for (const title of titles) {
    const box = await card(page, title).boundingBox();
    found[title] = box ? [box.x, box.y, box.width, box.height].map(Math.round) : [];
  }
  return found;
}

const CARDS = ['Welcome', 'Live runs', 'Experiments', 'Activity'];

test('a hub is arranged by keyboard alone, and looks the same after a reload', async ({ admin: page }) => {
  await page.getByRole('button', { name: 'Edit' }).click();
  const said = page.getByText(/^Welcome: column/);
  const before = await places(page, CARDS);

  await page.getByRole('button', { name: 'Resize Welcome, arrow keys' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(said).toHaveText(/^Welcome: column 1, row 1, \d wide, \d high$/);
  const [, width = 0, height = 0] = ((await said.textContent()) ?? '').match(/(\d) wide, (\d) high/) ?? [];
  await page.keyboard.press('ArrowDown');
  await expect(said).toHaveText(`Welcome: column 1, row 1, ${width} wide, ${Number(height) + 1} high`);
  await page.getByRole('button', { name: 'Move Welcome', exact: true }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(said).toHaveText(`Welcome: column 2, row 1, ${width} wide, ${Number(height) + 1} high`);
  await page.getByRole('button', { name: /^Done/ }).press('Enter'); // Escape belongs to the open tip of the grip
  await expect(page.getByRole('button', { name: 'Edit' })).toBeVisible();

  const after = await places(page, CARDS);
  expect(after.Welcome).not.toEqual(before.Welcome);
  await page.reload();
  await expect(card(page, 'Welcome')).toBeVisible();
  await expect.poll(() => places(page, CARDS)).toEqual(after);
});

test('a widget is added from the gallery, configured, removed, brought back, and stays', async ({
  admin: page,
}) => {
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('button', { name: 'Add a widget' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Last run/ }).click();
  await dialog.getByRole('textbox', { name: 'Title' }).fill('The till');
  await dialog.getByRole('button', { name: 'Add it' }).click();
  await expect(dialog).toBeVisible(); // an experiment is needed
  await choose(page, dialog.getByPlaceholder('Choose an experiment'), DEVIATES);
  await dialog.getByRole('button', { name: 'Add it' }).click();
  await expect(dialog).toBeHidden();
  await expect(card(page, 'The till')).toContainText('has not run yet');

  await page.getByRole('button', { name: 'Configure The till' }).click();
  await dialog.getByRole('textbox', { name: 'Title' }).fill('The cash desk');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(card(page, 'The cash desk')).toContainText('has not run yet');
  await expect(card(page, 'The till')).toHaveCount(0);
  const before = await places(page, [...CARDS, 'The cash desk']);

  await page.getByRole('button', { name: 'Remove The cash desk' }).click();
  await expect(card(page, 'The cash desk')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(card(page, 'The cash desk')).toContainText('has not run yet');
  await expect.poll(() => places(page, [...CARDS, 'The cash desk'])).toEqual(before);
  await page.getByRole('button', { name: /^Done/ }).click();
  await page.reload();
  await expect(card(page, 'The cash desk')).toContainText('has not run yet');
});

test('a widget is dragged to another place', async ({ admin: page }) => {
  await page.getByRole('button', { name: 'Edit' }).click();
  const before = await places(page, CARDS);
  const grip = await page.getByRole('button', { name: 'Move Activity', exact: true }).boundingBox();
  if (!grip) throw new Error('the grip is not there');
  const from = { x: grip.x + grip.width / 2, y: grip.y + grip.height / 2 };
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x - 300, from.y - 20, { steps: 4 });
  await page.mouse.move(from.x - 760, from.y - 20, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await places(page, CARDS)).Activity?.[0]).toBe(before.Experiments?.[0]);
  const after = await places(page, CARDS);
  await page.getByRole('button', { name: /^Done/ }).click();
  await page.reload();
  await expect(card(page, 'Activity')).toBeVisible();
  await expect.poll(async () => (await places(page, CARDS)).Activity?.[0]).toBe(after.Activity?.[0]);
});

test('a hub is made, arranged by two people who see each other’s changes, and deleted', async ({
  admin: page,
  enter,
  calm,
}) => {
  calm.mean(/^404 GET \/api\/v1\/hubs\/hub_/); // once it is deleted
  await menu(page, 'Hubs').click();
  await page.getByRole('button', { name: 'New hub' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Title' }).fill('The wall');
  await page.getByRole('button', { name: 'Create and arrange it' }).click();
  await expect(page.getByRole('heading', { name: 'An empty hub' })).toBeVisible();
  const other = await enter('ada');
  await other.goto(new URL(page.url()).pathname);
  await expect(other.getByRole('heading', { name: 'An empty hub' })).toBeVisible();

  await page.getByRole('main').getByRole('button', { name: 'Add a widget' }).first().click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Live runs/ })
    .click();
  await expect(card(page, 'Live runs')).toContainText('Nothing is running');
  await expect(card(other, 'Live runs')).toContainText('Nothing is running');

  await page.getByRole('button', { name: /^Done/ }).click();
  await page.getByRole('button', { name: 'More to do with this hub' }).click();
  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('menuitem', { name: 'Delete this hub' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Hubs' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'The wall' })).toHaveCount(0);
});
