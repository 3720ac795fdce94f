import { expect, test } from './fixtures/test';
test('probe', async ({ admin: page }) => {
  await page.getByRole('link', { name: 'Experiments', exact: true }).first().click();
  await page.getByRole('link', { name: 'Checkout survives a payment provider that is gone' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Verdict' })).toContainText('Deviated.');
  console.log(await page.locator('body').ariaSnapshot());
});
