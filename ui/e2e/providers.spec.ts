// Signing in with an account elsewhere, at a certified provider that is a real one.
import type { Page } from '@playwright/test';
import { agree, consent, Elsewhere, say } from './fixtures/elsewhere';
import { PASSWORD } from './fixtures/hub';
import { signIn } from './fixtures/pages';
import { expect, test as plain } from './fixtures/test';

const test = plain.extend<{ elsewhere: Elsewhere }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
  elsewhere: async ({}, use) => {
    const elsewhere = await Elsewhere.start();
    await use(elsewhere);
    await elsewhere.close();
  },
  settings: async ({ elsewhere }, use, info) => {
    const file = info.outputPath('issuers.toml');
    await elsewhere.tell(file);
    await use({
      CHAOSHUB_OIDC_FILE: file,
      CHAOSHUB_SIGN_UP: 'open',
      CHAOSHUB_SIGN_IN_PROVIDER_SECONDS: '5',
    });
  },
});

test.beforeEach(async ({ hub, elsewhere, calm }) => {
  calm.mean(/^failed GET \/css: /); // the provider's own pages ask for a font of the net
  await hub.administrator();
  elsewhere.lead(hub.url);
});

const button = (page: Page) => page.getByRole('link', { name: 'Continue with Elsewhere' });
const home = (page: Page, name: string) =>
  expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();

test('somebody comes from elsewhere to a workspace of their own, and is known again', async ({
  page,
  enter,
}) => {
  await page.goto('/');
  await button(page).click();
  await agree(page, 'edda');
  await home(page, 'edda');
  await expect(page).toHaveURL('/edda/edda');
  const again = await enter();
  await again.goto('/edda/edda/experiments');
  await button(again).click();
  await agree(again, 'edda');
  await expect(again).toHaveURL('/edda/edda/experiments');
  await expect(again.getByRole('heading', { level: 1, name: 'Experiments' })).toBeVisible();
});

test('two tabs are away at once, and each comes back to its own page', async ({ page, calm }) => {
  // Coming back in one ends the session of the other, which may be asking at that moment: it goes on with the new one.
  calm.mean(/^401 GET /);
  const other = await page.context().newPage();
  await page.goto('/edda/edda/runs');
  await other.goto('/edda/edda/tokens');
  await button(page).click();
  await button(other).click();
  await expect(other.getByPlaceholder('Enter any login')).toBeVisible();
  await agree(page, 'edda');
  await expect(page).toHaveURL('/edda/edda/runs');
  await say(other, 'edda'); // that the hub may know, she has said in the first
  await expect(other).toHaveURL('/edda/edda/tokens');
  await expect(other.getByRole('heading', { level: 1, name: 'Tokens' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
});

test('an answer with a wrong state, and one that was used, say so and lead back', async ({ page, enter }) => {
  let callback = '';
  page.on('request', (request) => {
    if (request.url().includes('/callback?')) callback = request.url();
  });
  await page.goto('/');
  await button(page).click();
  await agree(page, 'edda');
  await home(page, 'edda');
  const wrong = new URL(callback);
  wrong.searchParams.set('state', 'made-up');
  const stranger = await enter();
  for (const [one, address] of [
    [page, callback],
    [page, wrong.href],
    [stranger, callback],
  ] as const) {
    await one.goto(address);
    await expect(one.getByRole('alert')).toContainText('That sign-in has expired');
    await expect(one).toHaveURL(/\/sign-in\?/);
  }
  await button(stranger).click();
  await agree(stranger, 'frieda');
  await home(stranger, 'frieda');
});

for (const [mood, said] of [
  ['silent', 'Elsewhere does not answer'],
  ['broken', 'Elsewhere does not answer'],
  ['babbling', 'Elsewhere sent an answer that could not be verified'],
] as const) {
  test(`a provider that is ${mood} says so, and one may begin again`, async ({ page, elsewhere }) => {
    elsewhere.mood = mood;
    await page.goto('/edda/edda/runs');
    await button(page).click();
    await expect(page.getByRole('alert')).toContainText(said);
    elsewhere.mood = 'well';
    await button(page).click();
    await say(page, 'edda');
    await expect(page.getByRole('button', { name: /continue/i })).toBeVisible();
    elsewhere.mood = mood;
    await consent(page);
    await expect(page.getByRole('alert')).toContainText(said);
    await expect(page.getByRole('main')).not.toContainText('theirs');
    elsewhere.mood = 'well';
    await button(page).click();
    await expect(page).toHaveURL('/edda/edda/runs');
  });
}

test('who says no at the provider comes back, and signs in with a password instead', async ({
  page,
  calm,
}) => {
  calm.mean(/./); // the provider's own pages are not ours to judge
  await page.goto('/');
  await button(page).click();
  await page.getByRole('link', { name: /cancel/i }).click();
  await expect(page.getByRole('alert')).toContainText('You did not allow Elsewhere to share your identity');
  await signIn(page, 'ada', PASSWORD);
  await expect(page.getByRole('button', { name: 'My menu, ada' })).toBeVisible();
});

test('an account elsewhere is linked and unlinked, and the last way in stays', async ({
  admin: page,
  enter,
  calm,
}) => {
  calm.mean(/^409 DELETE \/api\/v1\/auth\/identities\//);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Link Elsewhere' }).click();
  await agree(page, 'ada-there');
  await expect(page.getByRole('status').filter({ hasText: 'Elsewhere is linked' })).toBeVisible();
  const ways = page.getByRole('list', { name: 'Sign-in methods' });
  await expect(ways.getByRole('listitem')).toHaveCount(2);
  await expect(ways).toContainText('ada-there');

  const phone = await enter();
  await phone.goto('/');
  await button(phone).click();
  await agree(phone, 'ada-there');
  await expect(phone.getByRole('button', { name: 'My menu, ada' })).toBeVisible();

  await ways.getByRole('button', { name: 'Unlink Elsewhere' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
  await expect(ways.getByRole('listitem')).toHaveCount(1);

  const edda = await enter();
  await edda.goto('/');
  await button(edda).click();
  await agree(edda, 'edda');
  await home(edda, 'edda');
  await edda.goto('/account');
  await edda.getByRole('button', { name: 'Unlink Elsewhere' }).click();
  await edda.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
  await expect(edda.getByRole('dialog').getByRole('alert')).toContainText(/nothing else opens your account/i);
});

test('an invitation is taken up with an account elsewhere', async ({ hub, page }) => {
  await page.goto(await (await hub.administrator()).invitation('viewer'));
  await page.getByRole('button', { name: 'Continue with Elsewhere' }).click();
  await agree(page, 'edda');
  await expect(page).toHaveURL('/demo/demo');
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible();
});

test('the keyboard alone leads to the provider and in', async ({ page }) => {
  await page.goto('/');
  await expect(button(page)).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(button(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByPlaceholder('Enter any login')).toBeFocused();
  await page.keyboard.type('edda');
  await page.keyboard.press('Tab');
  await page.keyboard.type('any');
  await page.keyboard.press('Enter');
  await consent(page);
  await home(page, 'edda');
});
