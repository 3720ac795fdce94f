import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import type { SignInOptions } from '~/api/contract';
import { apply } from '~/live/apply';
import { open } from './app';
import { at, eventOf, experiment, hub, me, page, problem, run, summaryOf } from './hub';

const options: SignInOptions = { setup_required: false, providers: [], sign_up: 'invitation' };

const signedOut = () =>
  hub.use(
    http.get(at('/me'), () => problem(401, 'not-signed-in')),
    http.post(at('/auth/renew'), () => problem(401, 'session-ended')),
    http.get(at('/auth/options'), () => HttpResponse.json(options)),
  );

test('a_stranger_signs_in_and_lands_where_they_wanted_to_be', async () => {
  signedOut();
  hub.use(
    http.post(at('/auth/sign-in'), async ({ request }) => {
      const asked = (await request.json()) as { password: string };
      return asked.password === 'right'
        ? HttpResponse.json(me)
        : problem(401, 'wrong-password', 'Name or password is wrong');
    }),
  );
  const app = open('/demo/demo/runs?state=ended');
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText(/Name/), 'sylvie');
  await user.type(screen.getByLabelText(/^Password/), 'wrong');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('Name or password is wrong');
  await user.clear(screen.getByLabelText(/^Password/));
  await user.type(screen.getByLabelText(/^Password/), 'right');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  await waitFor(() => expect(app.address()).toBe('/demo/demo/runs?state=ended'));
});

test('a_new_hub_asks_for_its_first_administrator', async () => {
  signedOut();
  hub.use(http.get(at('/auth/options'), () => HttpResponse.json({ ...options, setup_required: true })));
  open('/');
  expect(await screen.findByLabelText(/One-time code/)).toBeVisible();
  expect(screen.getByRole('button', { name: 'Create the administrator' })).toBeVisible();
});

test('an_account_without_a_workspace_is_offered_to_make_one', async () => {
  hub.use(
    http.get(at('/me'), () => HttpResponse.json({ ...me, workspaces: [] })),
    http.get(at('/organizations'), () => page([])),
  );
  open('/');
  expect(await screen.findByRole('button', { name: 'Create the workspace' })).toBeVisible();
});

test('an_empty_list_of_experiments_says_what_to_do_next', async () => {
  hub.use(http.get(at('/experiments'), () => page([])));
  open('/demo/demo/experiments');
  expect(await screen.findByText('No experiments yet')).toBeVisible();
  expect(screen.getAllByRole('link', { name: 'New experiment' })[0]).toHaveAttribute(
    'href',
    '/demo/demo/experiments/new',
  );
});

test('a_list_that_fails_says_so_with_a_reference_and_a_way_out', async () => {
  hub.use(http.get(at('/experiments'), () => problem(500, 'internal', 'Something broke')));
  open('/demo/demo/experiments');
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('Something broke');
  expect(alert).toHaveTextContent('req_7');
  hub.use(http.get(at('/experiments'), () => page([experiment])));
  await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('link', { name: 'Checkout survives' })).toBeVisible();
});

test('an_experiment_reads_as_a_sentence_and_steps', async () => {
  open('/demo/demo/experiments/exp_1');
  expect(await screen.findByText('Checkout answers before, and again after break-it.')).toBeVisible();
  expect(screen.getByText('expects 200')).toBeVisible();
  expect(screen.getByText('runs break --hard')).toBeVisible();
});

test('run_starts_once_and_goes_to_the_run_at_once', async () => {
  const keys: (string | null)[] = [];
  const live = { ...run, id: 'run_2', number: 43, state: 'running' as const, verdict: null, can_stop: true };
  hub.use(
    http.post(at('/runs'), ({ request }) => {
      keys.push(request.headers.get('Idempotency-Key'));
      return HttpResponse.json(live, { status: 202 });
    }),
    http.get(at('/runs/run_2'), () => HttpResponse.json(live)),
    http.get(at('/runs/run_2/events'), () => page([])),
    http.get(at('/runs/run_2/log'), () => HttpResponse.text('')),
  );
  const app = open('/demo/demo/experiments/exp_1');
  await userEvent.click(await screen.findByRole('button', { name: 'Run' }));
  await waitFor(() => expect(app.address()).toBe('/demo/demo/runs/run_2'));
  expect(keys).toHaveLength(1);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect((await screen.findAllByRole('button', { name: /^Stop/ })).length).toBeGreaterThan(0);
});

test('a_run_says_its_verdict_first_and_what_to_do', async () => {
  open('/demo/demo/runs/run_1');
  const verdict = await screen.findByRole('region', { name: 'Verdict' });
  expect(verdict).toHaveTextContent('Deviated. Checkout answered 503, tolerance 200; rollbacks played.');
  expect(verdict).toHaveTextContent('Look at the probe that missed.');
});

test('an_event_of_the_stream_is_on_the_page_without_asking', async () => {
  const live = { ...run, state: 'running' as const, verdict: null };
  let asked = 0;
  hub.use(
    http.get(at('/runs/run_1'), () => HttpResponse.json(live)),
    http.get(at('/runs/run_1/events'), () => {
      asked += 1;
      return page([]);
    }),
  );
  const app = open('/demo/demo/runs/run_1');
  await screen.findByRole('region', { name: 'Verdict' });
  await waitFor(() => expect(asked).toBe(1));
  const events = [
    eventOf(1, 'phase.started', 'baseline'),
    eventOf(2, 'activity.started', 'baseline', {
      key: 'baseline-0',
      name: 'checkout-answers',
      type: 'probe',
      provider: 'http',
    }),
  ];
  act(() => apply(app.client, { kind: 'events', topic: 'run:run_1', run: 'run_1', events }));
  const row = (await screen.findAllByRole('row')).find((one) =>
    one.textContent?.includes('checkout-answers'),
  );
  await waitFor(() => expect(row).toHaveTextContent('running'));
  act(() =>
    apply(app.client, {
      kind: 'run',
      topic: 'run:run_1',
      run: { ...summaryOf(live), progress: { done: 1, total: 2, current: 'break-it' } },
    }),
  );
  await waitFor(() =>
    expect(screen.getByRole('region', { name: 'Verdict' })).toHaveTextContent('step 2 of 2: break-it'),
  );
  expect(asked).toBe(1);
});

test('stopping_hard_says_what_it_costs_before_it_does_it', async () => {
  const live = { ...run, state: 'running' as const, verdict: null, can_stop: true };
  const modes: unknown[] = [];
  hub.use(
    http.get(at('/runs/run_1'), () => HttpResponse.json(live)),
    http.get(at('/runs'), () => page([])),
    http.post(at('/runs/run_1/stop'), async ({ request }) => {
      modes.push(await request.json());
      return HttpResponse.json(
        { ...live, state: 'stopping', stop_requested_at: '2026-11-20T10:00:05Z', stop_step: 'flag' },
        { status: 202 },
      );
    }),
  );
  open('/demo/demo/runs/run_1');
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Stop' }));
  expect(await screen.findByText('Asked to stop before its next activity')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'More ways to stop' }));
  await user.click(await screen.findByRole('menuitem', { name: /Force stop/ }));
  const dialog = await screen.findByRole('dialog');
  expect(dialog).toHaveTextContent('Rollbacks are not run');
  expect(modes).toEqual([{ mode: 'graceful' }]);
  await user.click(within(dialog).getByRole('button', { name: 'Force stop' }));
  await waitFor(() => expect(modes).toEqual([{ mode: 'graceful' }, { mode: 'hard' }]));
});

test('a_token_is_shown_once_with_the_lines_that_use_it', async () => {
  hub.use(
    http.get(at('/tokens'), () => page([])),
    http.post(at('/tokens'), async ({ request }) => {
      expect(await request.json()).toEqual({
        workspace: 'demo/demo',
        name: 'my laptop',
        scopes: ['run:ingest'],
        expires_in_days: 90,
      });
      const token = {
        id: 'tok_1',
        name: 'my laptop',
        workspace_id: 'ws_1',
        account: 'sylvie',
        scopes: ['run:ingest'],
        created_at: '2026-11-20T10:00:00Z',
        hint: 'chp_ab',
      };
      return HttpResponse.json({ token, secret: 'chp_secret' }, { status: 201 });
    }),
  );
  open('/demo/demo/tokens');
  const user = userEvent.setup();
  await user.click((await screen.findAllByRole('button', { name: 'New token' }))[0] as HTMLElement);
  await user.type(await screen.findByLabelText(/^Name/), 'my laptop');
  await user.click(screen.getByRole('button', { name: 'Create the token' }));
  expect(await screen.findByText('chp_secret')).toBeVisible();
  expect(screen.getByText(/export CHAOSHUB_TOKEN=chp_secret/)).toHaveTextContent(
    'chaos run --control-file chaoshub-control.json experiment.json',
  );
  await user.click(screen.getByRole('button', { name: 'Done, I copied it' }));
  expect(screen.queryByText('chp_secret')).not.toBeInTheDocument();
});

test('an_unknown_address_says_so_and_leads_home', async () => {
  open('/demo/demo/nowhere');
  expect(await screen.findByText('There is no such page')).toBeVisible();
  expect(screen.getByRole('link', { name: 'Go home' })).toHaveAttribute('href', '/');
});

test.each([
  '/demo/demo/runs/run_1',
  '/demo/demo/experiments/exp_1',
  '/demo/demo/experiments',
  '/demo/demo/runs',
])('%s_can_be_read_by_those_who_do_not_see_it', async (path) => {
  open(path);
  await screen.findAllByText(/Checkout/);
  // Colours are checked in a real browser; this one computes none.
  const found = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
});

const fromOutside = { ...experiment, origin: 'outside' as const };

test('an_experiment_from_outside_is_adopted_instead_of_run', async () => {
  let adopted = false;
  hub.use(
    http.get(at('/experiments/exp_1'), () => HttpResponse.json(adopted ? experiment : fromOutside)),
    http.post(at('/experiments/exp_1/adopt'), () => {
      adopted = true;
      return HttpResponse.json(experiment);
    }),
  );
  open('/demo/demo/experiments/exp_1');
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Adopt' }));
  expect(screen.queryByRole('button', { name: 'Run' })).toBeNull();
  expect(screen.queryByRole('tab', { name: 'Edit' })).toBeNull();
  const dialog = await screen.findByRole('dialog', { name: 'Adopt this experiment' });
  expect(dialog).toHaveTextContent('From now on people edit and run it here.');
  await user.click(within(dialog).getByRole('button', { name: 'Adopt' }));
  expect(await screen.findByRole('button', { name: 'Run' })).toBeVisible();
  expect(screen.getByRole('tab', { name: 'Edit' })).toBeVisible();
});

test('merging_names_what_moves_and_goes_to_the_other_experiment', async () => {
  const other = { ...experiment, id: 'exp_2', title: 'Database fails over' };
  const asked: unknown[] = [];
  hub.use(
    http.get(at('/experiments'), () => page([fromOutside, other])),
    http.get(at('/experiments/exp_1'), () => HttpResponse.json(fromOutside)),
    http.get(at('/experiments/exp_2'), () => HttpResponse.json(other)),
    http.post(at('/experiments/exp_1/merge'), async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json(other);
    }),
  );
  const app = open('/demo/demo/experiments/exp_1');
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'More to do with this experiment' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Merge into…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Merge into another experiment' });
  expect(dialog).toHaveTextContent('All its runs and versions move');
  await user.click(within(dialog).getByRole('combobox', { name: 'Merge into' }));
  await user.click(await screen.findByRole('option', { name: 'Database fails over', hidden: true }));
  await user.click(within(dialog).getByRole('button', { name: 'Merge' }));
  await waitFor(() => expect(app.address()).toBe('/demo/demo/experiments/exp_2?tab=runs'));
  expect(asked).toEqual([{ into: 'exp_2' }]);
});

test('the_list_is_narrowed_to_archived_ones_in_the_address', async () => {
  const seen: (string | null)[] = [];
  hub.use(
    http.get(at('/experiments'), ({ request }) => {
      const archived = new URL(request.url).searchParams.get('archived');
      seen.push(archived);
      return page(archived ? [{ ...experiment, archived: true }] : [experiment]);
    }),
  );
  const app = open('/demo/demo/experiments');
  await userEvent.click(await screen.findByRole('radio', { name: 'Archived' }));
  await waitFor(() => expect(app.address()).toBe('/demo/demo/experiments?archived=only'));
  expect(await screen.findByText('archived')).toBeVisible();
  expect(seen).toContain('only');
});

test('pages_outside_of_a_workspace_keep_the_menu_of_the_last_one', async () => {
  localStorage.setItem('chaoshub-last-workspace', 'demo/demo');
  open('/account');
  expect(await screen.findByRole('navigation', { name: 'Workspace' })).toBeVisible();
});
