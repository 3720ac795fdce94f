import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import type { SignInOptions } from '~/api/contract';
import { open } from './app';
import { at, hub, me, page, problem } from './hub';

const options: SignInOptions = {
  setup_required: false,
  providers: [
    { name: 'github', title: 'GitHub' },
    { name: 'keycloak', title: 'Our Keycloak' },
  ],
  sign_up: 'invitation',
};

const optionsAre = (more: Partial<SignInOptions> = {}) =>
  hub.use(http.get(at('/auth/options'), () => HttpResponse.json({ ...options, ...more })));

const signedOut = () =>
  hub.use(
    http.get(at('/me'), () => problem(401, 'not-signed-in')),
    http.post(at('/auth/renew'), () => problem(401, 'session-ended')),
  );

const invited = {
  organization: 'demo',
  workspace: 'demo',
  title: 'Demo',
  role: 'editor',
  by: 'marc',
  expires_at: '2026-12-01T10:00:00Z',
};

test('each_provider_has_a_button_that_leads_there_and_back_to_the_page_that_was_asked_for', async () => {
  signedOut();
  optionsAre();
  open('/demo/demo/runs?state=ended');
  const buttons = await screen.findByRole('list', { name: 'Ways to sign in' });
  expect(
    within(buttons)
      .getAllByRole('link')
      .map((link) => link.getAttribute('href')),
  ).toEqual([
    '/api/v1/auth/providers/github/begin?next=%2Fdemo%2Fdemo%2Fruns%3Fstate%3Dended',
    '/api/v1/auth/providers/keycloak/begin?next=%2Fdemo%2Fdemo%2Fruns%3Fstate%3Dended',
  ]);
  expect(screen.queryByRole('button', { name: 'Create an account' })).not.toBeInTheDocument();
});

test('what_went_wrong_at_a_provider_is_said_in_words_of_ours', async () => {
  signedOut();
  optionsAre();
  open('/sign-in?problem=provider-unavailable&provider=keycloak&next=/demo/demo');
  expect(await screen.findByRole('alert')).toHaveTextContent('Our Keycloak does not answer. Try again');
  const again = screen.getByRole('link', { name: 'Continue with Our Keycloak' });
  expect(again).toHaveAttribute('href', '/api/v1/auth/providers/keycloak/begin?next=%2Fdemo%2Fdemo');
});

test('words_that_somebody_put_into_the_address_are_not_shown', async () => {
  signedOut();
  optionsAre();
  open('/sign-in?problem=Call%20555&provider=Evil%20Corp');
  expect(await screen.findByRole('button', { name: 'Sign in' })).toBeVisible();
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  expect(document.body).not.toHaveTextContent(/555|Evil/);
});

test('an_open_hub_lets_one_make_an_account', async () => {
  signedOut();
  optionsAre({ sign_up: 'open', providers: [] });
  const asked: unknown[] = [];
  hub.use(
    http.post(at('/auth/sign-up'), async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json(me, { status: 201 });
    }),
  );
  const app = open('/demo/demo/runs');
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Create an account' }));
  await user.type(screen.getByLabelText(/^Name/), 'sylvie');
  await user.type(screen.getByLabelText(/^Password/), 'a long enough password');
  await user.click(screen.getByRole('button', { name: 'Create the account' }));
  await waitFor(() => expect(app.address()).toBe('/demo/demo/runs'));
  expect(asked).toEqual([{ name: 'sylvie', password: 'a long enough password' }]);
});

test('an_invitation_is_carried_to_the_provider_and_never_in_the_address_of_the_page', async () => {
  signedOut();
  optionsAre();
  const secrets: unknown[] = [];
  hub.use(
    http.post(at('/auth/invitation'), async ({ request }) => {
      secrets.push(await request.json());
      return HttpResponse.json(invited);
    }),
  );
  hub.use(
    http.post(at('/auth/providers/github/begin'), async ({ request }) => {
      secrets.push(await request.json());
      return problem(503, 'provider-unavailable', 'Provider unavailable');
    }),
  );
  open('/invitation#hush');
  expect(await screen.findByRole('heading', { name: 'Join Demo' })).toBeVisible();
  await userEvent.setup().click(screen.getByRole('button', { name: 'Continue with GitHub' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('Provider unavailable');
  expect(secrets).toEqual([{ secret: 'hush' }, { next: '/demo/demo', invitation: 'hush' }]);
  expect(screen.getByRole('button', { name: 'Create the account' })).toBeVisible();
});

test('who_may_make_no_account_is_told_so_before_trying', async () => {
  signedOut();
  optionsAre({ sign_up: 'closed' });
  hub.use(http.post(at('/auth/invitation'), () => HttpResponse.json(invited)));
  open('/invitation#hush');
  expect(await screen.findByText(/an administrator makes one/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Create the account' })).not.toBeInTheDocument();
});

const session = (id: string, browser: string, current: boolean) => ({
  id,
  browser,
  current,
  created_at: '2026-11-20T09:00:00Z',
  seen_at: '2026-11-20T10:00:00Z',
});

test('an_account_shows_its_ways_in_and_sessions_and_the_way_out_when_it_is_too_late_to_change', async () => {
  optionsAre();
  hub.use(
    http.get(at('/auth/sessions'), () =>
      HttpResponse.json([
        session('sin_1', 'Firefox on Linux', true),
        session('sin_2', 'Safari on iOS', false),
      ]),
    ),
    http.get(at('/auth/identities'), () =>
      HttpResponse.json({
        password: true,
        identities: [
          {
            id: 'idn_1',
            provider: 'github',
            title: 'GitHub',
            label: 'sylvie-there',
            created_at: '2026-11-20T09:00:00Z',
            used_at: '2026-11-20T10:00:00Z',
          },
        ],
      }),
    ),
    http.post(at('/auth/providers/keycloak/link'), () => problem(403, 'sign-in-again')),
    http.get(at('/organizations'), () => page([])),
  );
  open('/account?problem=identity-taken&provider=keycloak');
  expect(await screen.findByText(/That Our Keycloak account is linked to another account/)).toBeVisible();
  expect(await screen.findByText('sylvie-there')).toBeVisible();
  expect(await screen.findByRole('button', { name: 'End Safari on iOS' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'End Firefox on Linux' })).not.toBeInTheDocument();
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Link Our Keycloak' }));
  expect(await screen.findByRole('link', { name: 'Sign in again' })).toHaveAttribute(
    'href',
    '/sign-in?next=%2Faccount',
  );
  const found = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
});

test('who came by a provider is asked for no password so far, and told when it is too late to set one', async () => {
  optionsAre();
  const asked: unknown[] = [];
  hub.use(
    http.get(at('/auth/sessions'), () => HttpResponse.json([session('sin_1', 'Firefox on Linux', true)])),
    http.get(at('/auth/identities'), () => HttpResponse.json({ password: false, identities: [] })),
    http.put(at('/auth/password'), async ({ request }) => {
      asked.push(await request.json());
      return problem(403, 'sign-in-again');
    }),
    http.get(at('/organizations'), () => page([])),
  );
  open('/account');
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Set a password' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(dialog.queryByLabelText(/^Current password/)).not.toBeInTheDocument();
  await user.type(dialog.getByLabelText(/^New password/), 'a long enough sentence');
  await user.click(dialog.getByRole('button', { name: 'Set the password' }));
  expect(await dialog.findByRole('link', { name: 'Sign in again' })).toBeVisible();
  expect(asked).toEqual([{ new: 'a long enough sentence' }]);
});
