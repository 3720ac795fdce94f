import { Api } from './fixtures/api';
import { shortExperiment } from './fixtures/experiments';
import { PASSWORD } from './fixtures/hub';
import {
  card,
  choose,
  DEVIATES,
  menu,
  openExperiment,
  password,
  pressRun,
  signIn,
  verdict,
} from './fixtures/pages';
import { expect, test } from './fixtures/test';

test('someone who only looks on sees every widget change by itself, and may change nothing', async ({
  admin,
  enter,
  calm,
}) => {
  await menu(admin, 'Members').click();
  await admin.getByRole('button', { name: 'New account' }).click();
  await admin.getByRole('textbox', { name: 'Name' }).fill('grace');
  await password(admin).fill(PASSWORD);
  await admin.getByRole('button', { name: 'Create the account' }).click();
  await expect(admin.getByText('grace can sign in now')).toBeVisible();
  await admin.getByRole('button', { name: 'Add a member' }).click();
  const dialog = admin.getByRole('dialog', { name: 'Add a member' });
  await dialog.getByRole('textbox', { name: 'Account name' }).fill('grace');
  await choose(admin, dialog.getByLabel('Role'), 'Viewer');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(admin.getByRole('row').filter({ hasText: 'grace' })).toBeVisible();

  const viewer = await enter();
  await viewer.goto('/demo/demo');
  await signIn(viewer, 'grace', PASSWORD);
  await expect(viewer.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible();
  await expect(card(viewer, 'Live runs')).toContainText('Nothing is running');
  await expect(viewer.getByRole('button', { name: 'Edit' })).toHaveCount(0);

  await openExperiment(admin, DEVIATES);
  await pressRun(admin);
  await expect(card(viewer, 'Live runs').getByRole('link', { name: DEVIATES })).toBeVisible();
  await expect(card(viewer, 'Live runs')).toContainText('Running');
  const strip = viewer.getByRole('complementary', { name: 'Running now' });
  await expect(strip).toContainText(DEVIATES);
  await expect(strip.getByRole('button')).toHaveCount(0);
  await expect(verdict(admin).getByRole('status')).toContainText('Deviated.');
  await expect(card(viewer, 'Live runs')).toContainText('Nothing is running');
  await expect(card(viewer, 'Activity').getByRole('listitem').filter({ hasText: 'Deviated' })).toContainText(
    DEVIATES,
  );
  const line = card(viewer, 'Experiments').getByRole('listitem').filter({ hasText: DEVIATES });
  await expect(line.getByRole('link', { name: /deviated/i })).toBeVisible();

  await line.getByRole('link', { name: DEVIATES }).click();
  await expect(viewer.getByRole('heading', { level: 1, name: DEVIATES })).toBeVisible();
  await expect(viewer.getByRole('tab', { name: 'Overview' })).toBeVisible();
  await expect(viewer.getByRole('tab', { name: 'Edit' })).toHaveCount(0);
  await expect(viewer.getByRole('button', { name: 'Run', exact: true })).toHaveCount(0);
  await menu(viewer, 'Members').click();
  await expect(viewer.getByRole('row').filter({ hasText: 'grace' })).toContainText('Viewer');
  await expect(viewer.getByRole('button', { name: 'Add a member' })).toHaveCount(0);
  await expect(viewer.getByRole('button', { name: /^Remove / })).toHaveCount(0);
  await expect(menu(viewer, 'Tokens')).toHaveCount(0);

  calm.mean(/^403 GET \/api\/v1\/tokens$/);
  await viewer.goto('/demo/demo/tokens');
  await expect(viewer.getByRole('heading', { level: 1, name: 'Tokens' })).toBeVisible();
  await expect(viewer.getByRole('button', { name: 'New token' })).toHaveCount(0);
});

test('the hub refuses a viewer what the pages do not offer', async ({ hub, enter }) => {
  const admin = await hub.administrator();
  await admin.account('grace', PASSWORD, 'viewer');
  const experiment = await admin.experimentCalled(DEVIATES);
  const run = await admin.run(experiment.id);
  const made = await admin.http.post('/api/v1/tokens', {
    data: { workspace: 'demo/demo', name: 'a pipeline', scopes: ['run:ingest'], expires_in_days: 7 },
  });
  const { token } = await made.json();
  const id = await admin.workspaceId('demo/demo');

  const viewer = (await enter('grace')).request;
  const headers = { Origin: hub.url };
  const put = await viewer.put(`/api/v1/workspaces/${id}/members/grace`, {
    data: { role: 'owner' },
    headers,
  });
  expect(put.status()).toBe(403);
  const remove = await viewer.delete(`/api/v1/workspaces/${id}/members/ada`, { headers });
  expect(remove.status()).toBe(403);
  const start = await viewer.post('/api/v1/runs', {
    data: { experiment: experiment.id },
    headers: { ...headers, 'Idempotency-Key': 'a-viewer-tries' },
  });
  expect(start.status()).toBe(403);
  const stop = await viewer.post(`/api/v1/runs/${run.id}/stop`, { data: { mode: 'graceful' }, headers });
  expect(stop.status()).toBe(403);
  expect([403, 404]).toContain((await viewer.delete(`/api/v1/tokens/${token.id}`, { headers })).status());
  expect((await viewer.get('/api/v1/accounts')).status()).toBe(403);
  const seen = await viewer.get('/api/v1/tokens?workspace=demo/demo');
  expect(await seen.text()).not.toContain(token.id);
  expect((await admin.ended(run.id)).verdict).toBe('deviated');
});

test('who loses a role in one workspace loses its pages alone, and the others stay live', async ({
  hub,
  enter,
  calm,
}) => {
  const admin = await hub.administrator();
  await admin.account('grace', PASSWORD, 'viewer');
  const demo = await enter('grace');
  await demo.goto('/demo/demo/experiments');
  await expect(demo.getByRole('main').getByRole('link', { name: DEVIATES })).toBeVisible();
  const streams: string[] = [];
  demo.context().on('request', (request) => {
    if (request.url().includes('/api/v1/stream')) streams.push(request.url());
  });
  const own = await demo.context().newPage();
  await own.goto('/grace/grace');
  await expect(card(own, 'Experiments')).toContainText('No experiments yet');
  const id = await admin.workspaceId('demo/demo');
  // The one stream of both tabs is of all that they show.
  await expect.poll(() => streams.at(-1)).toMatch(new RegExp(`hub%3A.*${id}`));

  calm.mean(/^404 GET/); // what is lost is asked for once more
  const before = streams.length;
  await admin.http.delete(`/api/v1/workspaces/${id}/members/grace`);
  await expect(demo.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
  const grace = await Api.signIn(hub.url, 'grace', PASSWORD);
  await grace.experiment(shortExperiment('Mine goes on'), 'grace/grace');
  await expect(card(own, 'Experiments').getByRole('link', { name: 'Mine goes on' })).toBeVisible();
  await expect(own.getByRole('status').filter({ hasText: /Reconnecting|Not live/ })).toHaveCount(0);
  const after = streams.slice(before);
  expect(after.length).toBeLessThanOrEqual(1);
  expect(after.join()).not.toContain(id);
  await grace.close();
});
