import { shortExperiment } from './fixtures/experiments';
import { ADMIN, PASSWORD } from './fixtures/hub';
import { BASELINE, menu, signIn, verdict } from './fixtures/pages';
import { expect, test } from './fixtures/test';

test('a wrong password says so, and a right one leads to the page that was asked for', async ({
  page,
  hub,
  calm,
}) => {
  calm.mean(/^401 POST \/api\/v1\/auth\/sign-in$/);
  const api = await hub.administrator();
  const run = await api.run((await api.experimentCalled(BASELINE)).id);
  await page.goto(`/demo/demo/runs/${run.id}`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signIn(page, ADMIN, 'this is not the password');
  await expect(page.getByRole('alert')).toContainText(/password/);
  await signIn(page, ADMIN, PASSWORD);
  await expect(page).toHaveURL(`/demo/demo/runs/${run.id}`);
  await expect(verdict(page)).toContainText('Baseline not met.');
});

test('signing out ends the session, and leaves nothing behind', async ({ admin: page, hub, calm }) => {
  calm.mean(/^401 /);
  await page.getByRole('button', { name: 'My menu, ada' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.goto('/demo/demo/experiments');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  const renewal = await page.request.post('/api/v1/auth/renew', { headers: { Origin: hub.url } });
  expect(renewal.status()).toBe(401);
});

test('a claim that has run out is renewed unseen', async ({ admin: page, calm }) => {
  calm.mean(/^401 GET /);
  await page.context().clearCookies({ name: 'chaoshub_claim' });
  await menu(page, 'Experiments').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Experiments' })).toBeVisible(); // home has such links, too
  await expect(page.getByRole('link', { name: BASELINE })).toBeVisible();
  await page.context().clearCookies({ name: 'chaoshub_claim' });
  await page.reload();
  await expect(page.getByRole('link', { name: BASELINE })).toBeVisible();
  await expect(page).toHaveURL('/demo/demo/experiments');
});

test('an address that nothing answers to says so, and shows the way home', async ({ admin: page, calm }) => {
  calm.mean(/^404 GET \/api\/v1\/runs$/);
  for (const address of ['/demo/demo/nothing/here', '/nobody/nowhere', '/demo/nowhere/runs']) {
    await page.goto(address);
    await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
  }
  await page.getByRole('link', { name: 'Go home' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible();
});

test('what lies in another workspace cannot be told from what is not there', async ({ hub, enter, calm }) => {
  calm.mean(/^404 GET \/api\/v1\/(runs|experiments)\//);
  const api = await hub.administrator();
  await api.account('grace', PASSWORD, 'viewer');
  const experiment = await api.experiment(shortExperiment('A secret one'), 'ada/ada');
  const run = await api.run(experiment.id);
  await api.ended(run.id);
  const page = await enter('grace');
  for (const address of [
    `/demo/demo/runs/${run.id}`,
    `/demo/demo/experiments/${experiment.id}`,
    '/demo/demo/runs/run_01900000-0000-7000-8000-000000000000',
  ]) {
    await page.goto(address);
    await expect(page.getByRole('alert')).toContainText(/not found|nothing here|no such/i);
    await expect(page.getByRole('main')).not.toContainText('A secret one');
  }
  await page.goto('/ada/ada');
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
});

test('a person makes a workspace', async ({ hub, page }) => {
  const api = await hub.administrator();
  await api.account('grace', PASSWORD);
  await page.goto('/');
  await signIn(page, 'grace', PASSWORD);
  await expect(page.getByRole('heading', { level: 1, name: 'grace' })).toBeVisible();
  await page.goto('/?new=workspace');
  await page.getByRole('combobox', { name: 'Organization' }).fill('rocketry');
  await page.getByRole('textbox', { name: 'Title' }).fill('Moon shots');
  await page.getByRole('button', { name: 'Create the workspace' }).click();
  await expect(page).toHaveURL('/rocketry/moon-shots');
  await expect(page.getByRole('heading', { level: 1, name: 'Moon shots' })).toBeVisible();
});
