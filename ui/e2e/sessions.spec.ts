// Where somebody is signed in, in one browser and in several; and coming by an invitation.
import { ADMIN, PASSWORD } from './fixtures/hub';
import { choose, password, signIn } from './fixtures/pages';
import { expect, test } from './fixtures/test';

const door = { name: 'Sign in', level: 1 } as const;

test('signing out in one tab ends all tabs of the browser, and signing in opens them again', async ({
  admin: page,
  calm,
}) => {
  calm.mean(/^401 /);
  const other = await page.context().newPage();
  await other.goto('/demo/demo/runs');
  await expect(other.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  await page.getByRole('button', { name: 'My menu, ada' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', door)).toBeVisible();
  await expect(other.getByRole('heading', door)).toBeVisible();
  await expect(other).toHaveURL('/sign-in?next=%2Fdemo%2Fdemo%2Fruns');
  await signIn(page, ADMIN, PASSWORD);
  await expect(page.getByRole('button', { name: 'My menu, ada' })).toBeVisible();
  await expect(other).toHaveURL('/demo/demo/runs');
});

test('another account in one tab is the account of all tabs', async ({ admin: page, hub, calm }) => {
  calm.mean(/^40[14] /);
  await (await hub.administrator()).account('grace', PASSWORD);
  const other = await page.context().newPage();
  await other.goto('/sign-in');
  await signIn(other, 'grace', PASSWORD);
  await expect(other.getByRole('button', { name: 'My menu, grace' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'My menu, grace' })).toBeVisible();
});

test('ending the other sessions signs them out at once, wherever they look', async ({
  admin: page,
  enter,
  calm,
}) => {
  calm.mean(/^401 /);
  const away = await enter(ADMIN);
  await away.goto('/demo/demo/runs');
  await expect(away.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  await page.goto('/account');
  const sessions = page.getByRole('region', { name: 'Where you are signed in' });
  await sessions.getByRole('button', { name: 'End all others' }).click();
  await expect(sessions.getByRole('button', { name: /^End/ })).toHaveCount(0);
  await expect(sessions.getByRole('row').filter({ hasText: 'this browser' })).toBeVisible();
  // It does nothing by itself: the stream tells it.
  await expect(away.getByRole('heading', door)).toBeVisible();
});

test('a changed password signs out everywhere else at once, and is the one that opens', async ({
  admin: page,
  enter,
  calm,
}) => {
  calm.mean(/^40[13] /);
  const away = await enter(ADMIN);
  await away.goto('/demo/demo/runs');
  await expect(away.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  await page.goto('/account');
  await page.getByRole('button', { name: 'Change the password' }).click();
  const dialog = page.getByRole('dialog');
  const next = 'quite another sentence';
  await dialog.getByLabel(/^Current password/).fill('not this one, surely');
  await dialog.getByLabel(/^New password/).fill(next);
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('not the password of your account');
  await dialog.getByLabel(/^Current password/).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByText('The password is changed.')).toBeVisible();
  await expect(dialog).toBeHidden();
  await expect(away.getByRole('heading', door)).toBeVisible();
  await signIn(away, ADMIN, PASSWORD);
  await expect(away.getByRole('alert')).toContainText(/password/);
  await signIn(away, ADMIN, next);
  await expect(away).toHaveURL('/demo/demo/runs');
});

test('one session is ended, by the keyboard alone', async ({ admin: page, enter, calm }) => {
  calm.mean(/^401 /);
  const away = await enter(ADMIN);
  await away.goto('/demo/demo');
  await page.goto('/account');
  const rows = page.getByRole('row').filter({ has: page.getByRole('button', { name: /^End / }) });
  await expect(rows).not.toHaveCount(0);
  const before = await rows.count();
  await rows.first().getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(rows).toHaveCount(before - 1);
});

test('an invitation by link makes an account with its role, once', async ({ admin: page, enter, calm }) => {
  calm.mean(/^410 POST \/api\/v1\/auth\/invitation$/);
  await page.goto('/demo/demo/members');
  await page.getByRole('button', { name: 'Invite by link' }).click();
  const dialog = page.getByRole('dialog');
  await choose(page, dialog.getByRole('combobox', { name: 'Role' }), 'Viewer');
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  const link = (await dialog.getByText(/\/invitation#/).textContent()) ?? '';
  await dialog.getByRole('button', { name: 'Done, I copied it' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'Viewer' })).toBeVisible();

  const grace = await enter();
  await grace.goto(link);
  await expect(grace.getByRole('heading', { name: 'Join Demo' })).toBeVisible();
  await expect(grace.getByRole('main')).toContainText('ada invites you to demo/demo as viewer');
  await grace.getByRole('textbox', { name: 'Name' }).fill('grace');
  await password(grace).fill(PASSWORD);
  await grace.getByRole('button', { name: 'Create the account' }).click();
  await expect(grace).toHaveURL('/demo/demo');
  await expect(grace.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible();

  const late = await enter();
  await late.goto(link);
  await expect(late.getByRole('heading', { name: 'This invitation is over' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('row').filter({ hasText: 'grace' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Open invitations' })).toHaveCount(0);
});

test('who has an account already joins by an invitation with it', async ({ hub, enter }) => {
  const api = await hub.administrator();
  await api.account('grace', PASSWORD);
  const link = await api.invitation('operator');
  const grace = await enter('grace');
  await grace.goto(link);
  await grace.getByRole('button', { name: 'Join as grace' }).click();
  await expect(grace).toHaveURL('/demo/demo');
  await expect(grace.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible();
});
