import {
  activity,
  BASELINE,
  DEVIATES,
  fact,
  openExperiment,
  PASSES,
  password,
  pressRun,
  verdict,
} from './fixtures/pages';
import { expect, test } from './fixtures/test';

test('a newcomer becomes administrator with the one-time code, runs an experiment and reads what it proved', async ({
  page,
  hub,
  calm,
}) => {
  calm.mean(/^4\d\d POST \/api\/v1\/auth\/setup$/);
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible();
  await page.getByRole('textbox', { name: 'One-time code' }).fill('AAAA-BBBB-CCCC-DDDD-EEEE');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('ada');
  await password(page).fill('correct horse battery');
  await page.getByRole('button', { name: 'Create the administrator' }).click();
  await expect(page.getByRole('alert')).toContainText('not the one-time code');

  await page.getByRole('textbox', { name: 'One-time code' }).fill(hub.setupCode);
  await page.getByRole('button', { name: 'Create the administrator' }).click();
  await expect(page).toHaveURL('/demo/demo');
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible();

  await openExperiment(page, DEVIATES);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(verdict(page)).toContainText(/Requested\.|Starting\.|Running\./);

  await expect(activity(page, 'Baseline', 'checkout-answers')).toContainText('in tolerance');
  await expect(activity(page, 'Method', 'take-the-payment-provider-away')).toContainText('done');
  await expect(activity(page, 'Method', 'stock-is-still-known')).toContainText('done');
  await expect(activity(page, 'After', 'checkout-answers')).toContainText('out of tolerance 503');
  await expect(activity(page, 'Rollbacks', 'bring-the-payment-provider-back')).toContainText('done');
  await expect(page.getByText('5 of 5 done')).toBeVisible();

  await expect(verdict(page).getByRole('status')).toHaveText(
    /^Deviated\. .* after the method began, .* checkout-answers returned 503 \(expected 200\); rollbacks played\.$/,
  );
  await expect(fact(page, 'Rollbacks')).toHaveText('played');
  await expect(page.getByRole('region', { name: 'Log' })).toContainText("Let's rollback...");
});

test('an experiment whose steady state holds is passed', async ({ admin: page }) => {
  await openExperiment(page, PASSES);
  await pressRun(page);
  await expect(verdict(page).getByRole('status')).toContainText('Passed.');
  await expect(activity(page, 'After', 'orders-are-paid')).toContainText('in tolerance');
  await expect(fact(page, 'Rollbacks')).toHaveText('played');
});

test('an experiment whose baseline does not hold does nothing, and says why', async ({ admin: page }) => {
  await openExperiment(page, BASELINE);
  await pressRun(page);
  await expect(verdict(page).getByRole('status')).toContainText('Baseline not met.');
  await expect(verdict(page).getByRole('status')).toContainText('stock-has-three-replicas');
  await expect(activity(page, 'Baseline', 'stock-has-three-replicas')).toContainText('out of tolerance');
  await expect(activity(page, 'Method', 'take-one-replica-away')).toContainText('not played');
});

test('what a run printed can be read as it was printed', async ({ admin: page }) => {
  await openExperiment(page, BASELINE);
  await pressRun(page);
  const log = page.getByRole('region', { name: 'Log' });
  await expect(log).toContainText('Experiment ended with status');
  await expect(log).not.toContainText('undefined');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal mean nothing here
  await expect(log).not.toContainText(/\u001b/);
});
