import { test, expect } from './fixtures/test';
const wait = (ms: number) => new Promise(r => setTimeout(r, ms));
test('esc', async ({ admin: page }) => {
  page.on('framenavigated', (f) => console.log('nav', f.url().slice(-20)));
  page.on('console', (m) => console.log('> ', m.text()));
  await page.evaluate(() => { addEventListener('keydown', (e) => console.log('window heard', e.key, e.defaultPrevented)); addEventListener('keydown', (e) => console.log('capture heard', e.key, e.defaultPrevented), true); });
  await page.getByRole('button', { name: 'Edit' }).click();
  const said = page.getByText(/^Welcome: column/);
  await page.getByRole('button', { name: 'Resize Welcome, arrow keys' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(said).toHaveText(/^Welcome: column 1, row 1, \d wide, \d high$/);
  await page.keyboard.press('ArrowDown');
  await page.getByRole('button', { name: 'Move Welcome', exact: true }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(said).toHaveText(/^Welcome: column 2/);
  await page.keyboard.press('Escape');
  await wait(1500);
  console.log('count', await page.getByRole('button', { name: 'Edit' }).count(), await page.getByRole('button', { name: 'Edit', exact: true }).count());
});
