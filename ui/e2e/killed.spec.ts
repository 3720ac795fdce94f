import { longExperiment } from './fixtures/experiments';
import { activity, fact, pressRun, verdict } from './fixtures/pages';
import { expect, test } from './fixtures/test';

test('a run goes on when the hub is killed, and the page shows what it missed', async ({
  admin: page,
  hub,
  calm,
}) => {
  calm.mean(
    /ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|SOCKET_NOT_CONNECTED)/,
  );
  const api = await hub.administrator();
  const { id } = await api.experiment(longExperiment('It does not need the hub', 16));
  await page.goto(`/demo/demo/experiments/${id}`);
  await pressRun(page);
  await expect(activity(page, 'Method', 'hold-the-breath-3')).toContainText(/running|done/);

  await hub.kill();
  await expect(page.getByRole('status').filter({ hasText: /Reconnecting|Not live/ })).toBeVisible();
  await hub.again();
  await expect(page.getByRole('status').filter({ hasText: /Reconnecting|Not live/ })).toHaveCount(0);
  await expect(verdict(page).getByRole('status').first()).toContainText('Passed.');
  await expect(fact(page, 'Rollbacks')).toHaveText('played');
  for (const step of [1, 5, 9, 13, 16])
    await expect(activity(page, 'Method', `hold-the-breath-${step}`)).toContainText('done');
  await expect(page.getByText('19 of 19 done')).toBeVisible();
});
