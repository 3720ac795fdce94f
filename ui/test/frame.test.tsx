import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { apply } from '~/live/apply';
import { open } from './app';
import { at, hub, me, page, problem, run } from './hub';

const [first] = me.workspaces;
const second = {
  ...first,
  role: 'viewer',
  workspace: { ...first?.workspace, id: 'ws_2', organization: 'other', name: 'place', title: 'Other place' },
};

test('a_key_that_is_pressed_before_what_it_opens_has_come_is_not_lost', async () => {
  open('/demo/demo/runs');
  await screen.findByRole('link', { name: 'Skip to the page' });
  await userEvent.keyboard('{Control>}k{/Control}');
  expect(await screen.findByRole('textbox', { name: 'Search or run a command' })).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
});

test('every_workspace_can_be_reached_from_the_top_bar_by_keyboard', async () => {
  hub.use(http.get(at('/me'), () => HttpResponse.json({ ...me, workspaces: [first, second] })));
  open('/demo/demo/runs');
  expect(await screen.findByText('Run 42')).toBeVisible();
  const bar = screen.getByRole('banner');
  const switcher = within(bar).getByRole('button', { name: /Change the workspace/ });
  expect(switcher).toHaveAccessibleName(/Demo/);
  const user = userEvent.setup();
  switcher.focus();
  await user.keyboard('{Enter}');
  const other = await screen.findByRole('menuitem', { name: /Other place/ });
  expect(other).toHaveAttribute('href', '/other/place');
  expect(screen.getByRole('menuitem', { name: /^Demo/ })).toHaveAttribute('aria-current', 'true');
  const results = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
  expect(
    results.violations.map((one) => `${one.id}: ${one.nodes[0]?.failureSummary}: ${one.nodes[0]?.html}`),
  ).toEqual([]);
});

test('enter_on_a_button_is_the_buttons_where_runs_are_listed', async () => {
  open('/demo/demo/runs');
  expect(await screen.findByText('Run 42')).toBeVisible();
  screen.getByRole('button', { name: /My menu/ }).focus();
  await userEvent.keyboard('{Enter}');
  expect(await screen.findByRole('menuitem', { name: 'Sign out' })).toBeVisible();
});

test('a_run_that_may_not_be_seen_any_more_leaves_the_page', async () => {
  const app = open('/demo/demo/runs/run_1');
  await screen.findByRole('region', { name: 'Verdict' });
  hub.use(http.get(at('/runs/run_1'), () => problem(404, 'not-found', 'Not found', 'There is no such run')));
  act(() => apply(app.client, { kind: 'refused', topic: 'run:run_1', code: 'not-found' }));
  expect(await screen.findByText(/There is no such run/)).toBeVisible();
  expect(screen.queryByRole('region', { name: 'Verdict' })).not.toBeInTheDocument();
});

test('a_run_that_cannot_be_read_for_a_moment_stays_on_the_page', async () => {
  const app = open('/demo/demo/runs/run_1');
  await screen.findByRole('region', { name: 'Verdict' });
  let asked = 0;
  hub.use(
    http.get(at('/runs/run_1'), () => {
      asked += 1;
      return problem(503, 'database-unavailable');
    }),
  );
  act(() => apply(app.client, { kind: 'resync' }));
  await waitFor(() => expect(asked).toBeGreaterThan(0));
  await waitFor(() => expect(app.client.isFetching()).toBe(0));
  expect(screen.getByRole('region', { name: 'Verdict' })).toBeVisible();
});

test('who_loses_a_workspace_is_told_that_there_is_no_such_page', async () => {
  const app = open('/demo/demo/runs');
  expect(await screen.findByText('Run 42')).toBeVisible();
  hub.use(http.get(at('/me'), () => HttpResponse.json({ ...me, workspaces: [] })));
  act(() => apply(app.client, { kind: 'refused', topic: 'workspace:ws_1', code: 'not-found' }));
  expect(await screen.findByRole('heading', { name: 'There is no such page' })).toBeVisible();
  expect(screen.queryByText('Run 42')).not.toBeInTheDocument();
});

test('the_address_opens_and_closes_the_form_for_a_new_token', async () => {
  hub.use(http.get(at('/tokens'), () => page([])));
  const app = open('/demo/demo/tokens');
  await screen.findByText('No tokens yet');
  await act(() => app.router.navigate({ href: '/demo/demo/tokens?new=yes' })); // as the palette does
  expect(await screen.findByRole('dialog', { name: 'New token' })).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await waitFor(() => expect(app.address()).toBe('/demo/demo/tokens'));
  expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
});

test('an_organization_is_made_once_though_its_first_workspace_is_refused', async () => {
  const made: string[] = [];
  hub.use(
    http.get(at('/me'), () => HttpResponse.json({ ...me, workspaces: [] })),
    http.get(at('/organizations'), () => page(made.map((name) => ({ id: name, name })))),
    http.post(at('/organizations'), async ({ request }) => {
      const { name } = (await request.json()) as { name: string };
      if (made.includes(name)) return problem(409, 'name-taken');
      made.push(name);
      return HttpResponse.json({ id: name, name }, { status: 201 });
    }),
    http.post(at('/workspaces'), async ({ request }) => {
      const { name } = (await request.json()) as { name: string };
      return problem(409, 'name-taken', `The name ${name} is taken`);
    }),
  );
  open('/');
  const user = userEvent.setup();
  await user.type(await screen.findByRole('combobox', { name: /^Organization/ }), 'acme');
  await user.type(screen.getByLabelText(/^Title/), 'What now?');
  const create = screen.getByRole('button', { name: 'Create the workspace' });
  await user.click(create);
  expect(await screen.findByText(/The name what-now is taken/)).toBeVisible();
  await user.click(create);
  await waitFor(() => expect(create).not.toHaveAttribute('data-loading'));
  expect(await screen.findByText(/The name what-now is taken/)).toBeVisible();
  expect(made).toEqual(['acme']);
});

test('a_list_that_comes_in_pieces_is_shown_whole', async () => {
  const hubOf = (n: number) => ({
    id: `hub_${n}`,
    workspace_id: 'ws_1',
    title: `Hub number ${n}`,
    description: '',
    is_default: n === 1,
    updated_at: '2026-11-20T10:00:00Z',
  });
  hub.use(
    http.get(at('/hubs'), ({ request }) => {
      const after = new URL(request.url).searchParams.get('after');
      return HttpResponse.json(
        after === 'one' ? { items: [hubOf(2)], next: null } : { items: [hubOf(1)], next: 'one' },
      );
    }),
  );
  open('/demo/demo/hubs');
  expect(await screen.findByRole('link', { name: 'Hub number 2' })).toBeVisible();
  expect(screen.getByRole('link', { name: 'Hub number 1' })).toBeVisible();
});

test('after_the_end_nothing_that_starts_a_run_stands_where_stop_was', async () => {
  const live = { ...run, state: 'running' as const, verdict: null, ended_at: null, can_stop: true };
  const started: unknown[] = [];
  hub.use(
    http.get(at('/runs'), () => page([live])),
    http.get(at('/runs/run_1'), () => HttpResponse.json(live)),
    http.post(at('/runs'), async ({ request }) => {
      started.push(await request.json());
      return problem(409, 'experiment-archived', 'experiment archived');
    }),
  );
  const app = open('/demo/demo/runs/run_1');
  const strip = await screen.findByRole('complementary', { name: 'Running now' });
  expect(within(strip).getByRole('button', { name: /^Stop/ })).toBeVisible();
  await within(screen.getByRole('main')).findByRole('button', { name: 'Stop' });

  hub.use(http.get(at('/runs/run_1'), () => HttpResponse.json(run)));
  act(() => apply(app.client, { kind: 'run', topic: 'run:run_1', run }));
  const after = await screen.findByRole('complementary', { name: 'Just ended' });
  expect(after).toHaveTextContent('Checkout survives ended: Deviated. View');
  expect(within(after).queryByRole('button')).not.toBeInTheDocument();

  const again = await screen.findByRole('button', { name: 'Run again' });
  const place = within(screen.getByRole('main')).getByRole('button', { name: 'Ended' });
  expect(place).toBeDisabled();
  expect(again.compareDocumentPosition(place)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  await userEvent.click(again); // meant for Stop, and late
  await waitFor(() => expect(again).not.toHaveAttribute('aria-disabled'), { timeout: 3000 });
  expect(started).toEqual([]);
});

test('stop_in_the_strip_does_not_change_to_another_run_under_the_pointer', async () => {
  const live = { ...run, state: 'running' as const, verdict: null, ended_at: null, can_stop: true };
  hub.use(http.get(at('/runs'), () => page([live])));
  const app = open('/demo/demo/experiments');
  const strip = await screen.findByRole('complementary', { name: 'Running now' });
  const other = { ...live, id: 'run_2', number: 43, title: 'Another one' };
  act(() => apply(app.client, { kind: 'run', topic: 'workspace:ws_1', run: other }));
  expect(await within(strip).findByText('and 1 more')).toBeVisible();
  expect(within(strip).getByRole('button')).toHaveAccessibleName('Stop Checkout survives');
  act(() => apply(app.client, { kind: 'run', topic: 'workspace:ws_1', run }));
  expect(await screen.findByRole('complementary', { name: 'Just ended' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Stop Another one' })).not.toBeInTheDocument();
});
