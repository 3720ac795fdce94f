import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';
import { open } from './app';
import { at, hub, me, page, problem, run } from './hub';

const uploaded = {
  ...run,
  id: 'run_9',
  number: 9,
  origin: 'upload' as const,
  experiment_id: null,
  version: null,
};
const file = new File(['{"run": [], "weight": NaN}'], 'journal.json', { type: 'application/json' });

function answering(status: number) {
  const bodies: string[] = [];
  hub.use(
    http.post(at('/journals'), async ({ request }) => {
      expect(new URL(request.url).searchParams.get('workspace')).toBe('demo/demo');
      expect(request.headers.get('content-type')).toBe('application/json');
      bodies.push(await request.text());
      return HttpResponse.json(uploaded, { status });
    }),
    http.get(at('/runs/run_9'), () => HttpResponse.json(uploaded)),
    http.get(at('/runs/run_9/events'), () => page([])),
    http.get(at('/runs/run_9/journal'), () => HttpResponse.text('{"run": []}')),
  );
  return bodies;
}

async function choose() {
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Upload journal' }));
  await user.upload(await screen.findByLabelText('Journal'), file);
}

test('a_journal_goes_up_as_the_bytes_it_is_and_leads_to_its_run', async () => {
  const bodies = answering(201);
  const app = open('/demo/demo/runs');
  await choose();
  await waitFor(() => expect(app.address()).toBe('/demo/demo/runs/run_9'));
  expect(bodies).toEqual(['{"run": [], "weight": NaN}']);
  expect(screen.queryByText('This journal was already here')).not.toBeInTheDocument();
});

test('a_journal_that_was_here_before_leads_to_the_same_run_and_says_so', async () => {
  answering(200);
  const app = open('/demo/demo/runs');
  await choose();
  await waitFor(() => expect(app.address()).toBe('/demo/demo/runs/run_9'));
  expect(await screen.findByText('This journal was already here')).toBeVisible();
});

test.each([
  [413, 'body-too-large', 'the body is larger than this hub accepts'],
  [422, 'invalid-journal', 'this JSON is not a journal'],
])('a_journal_refused_with_%i_says_why_and_stays_on_the_list', async (status, code, detail) => {
  hub.use(http.post(at('/journals'), () => problem(status, code, code.replaceAll('-', ' '), detail)));
  const app = open('/demo/demo/runs');
  await choose();
  const said = (await screen.findByText('journal.json was not taken')).closest(
    '[role="alert"]',
  ) as HTMLElement;
  expect(said).toHaveTextContent(new RegExp(detail, 'i'));
  expect(within(said).getByText('req_7')).toBeVisible();
  expect(app.address()).toBe('/demo/demo/runs');
});

test('who_may_not_bring_runs_in_is_not_offered_to', async () => {
  const viewer = { ...me.workspaces[0], role: 'viewer' as const, scopes: ['run:read', 'experiment:read'] };
  hub.use(http.get(at('/me'), () => HttpResponse.json({ ...me, workspaces: [viewer] })));
  open('/demo/demo/runs');
  await screen.findAllByText(/Checkout/);
  expect(screen.queryByRole('button', { name: 'Upload journal' })).not.toBeInTheDocument();
});

test('run_again_starts_what_ran_but_not_the_moment_it_appears', async () => {
  const bodies: unknown[] = [];
  const old = { ...run, version: 2, manifest: { parameters: { base: '60' }, rollback_strategy: 'never' } };
  hub.use(
    http.get(at('/runs/run_1'), () => HttpResponse.json(old)),
    http.post(at('/runs'), async ({ request }) => {
      bodies.push(await request.json());
      return problem(409, 'experiment-held', 'experiment held');
    }),
  );
  open('/demo/demo/runs/run_1');
  const user = userEvent.setup();
  const again = await screen.findByRole('button', { name: 'Run again' });
  await user.click(again); // deaf while it is new, for clicks that were meant for what stood there before
  await waitFor(() => expect(again).not.toHaveAttribute('aria-disabled'), { timeout: 3000 });
  expect(bodies).toEqual([]);
  await user.click(again);
  await screen.findByRole('heading', { name: 'Experiment held' });
  const same = {
    overlap: 'refuse',
    experiment: 'exp_1',
    version: 2,
    parameters: { base: '60' },
    rollback_strategy: 'never',
  };
  await waitFor(() => expect(bodies).toEqual([same]));
});

test('run_again_offers_the_newest_version_beside_it', async () => {
  const versions: unknown[] = [];
  hub.use(
    http.get(at('/runs/run_1'), () => HttpResponse.json({ ...run, version: 2 })),
    http.post(at('/runs'), async ({ request }) => {
      versions.push(((await request.json()) as { version: number }).version);
      return problem(409, 'experiment-held', 'experiment held');
    }),
  );
  open('/demo/demo/runs/run_1');
  const user = userEvent.setup();
  const another = await screen.findByRole('button', { name: 'Run another version' });
  await waitFor(() => expect(another).toBeEnabled(), { timeout: 3000 });
  await user.click(another);
  await user.click(await screen.findByRole('menuitem', { name: 'Run version 3, the newest' }));
  await waitFor(() => expect(versions).toEqual([3]));
});

test('a_start_beside_a_live_run_asks_first', async () => {
  const bodies: { overlap?: string }[] = [];
  hub.use(
    http.post(at('/runs'), async ({ request }) => {
      const body = (await request.json()) as { overlap?: string };
      bodies.push(body);
      const live = { id: 'run_9', number: 9, title: 'Checkout', started_by: 'ada', same_experiment: true };
      return body.overlap === 'refuse'
        ? HttpResponse.json(
            { code: 'run-in-progress', title: 'run in progress', extra: { runs: [live] } },
            { status: 409 },
          )
        : HttpResponse.json({ ...run, id: 'run_1' }, { status: 202 });
    }),
  );
  const app = open('/demo/demo/experiments/exp_1');
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Run' }));
  await screen.findByRole('heading', { name: 'Run 9 of this experiment is live' });
  expect(screen.getByRole('link', { name: 'Watch run 9' })).toHaveAttribute('href', '/demo/demo/runs/run_9');
  await user.click(screen.getByRole('button', { name: 'Run anyway' }));
  await waitFor(() => expect(app.address()).toBe('/demo/demo/runs/run_1'));
  expect(bodies.map((body) => body.overlap)).toEqual(['refuse', 'allow']);
});
