import { QueryClient } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { eventLog, merge, throughOf } from '~/api/event-log';
import { keys } from '~/api/keys';
import { eventOf, experiment, me, run, summaryOf } from '../../test/hub';
import { apply, catchUp } from './apply';
import { parseMessage } from './message';

function looking() {
  const client = new QueryClient();
  client.setQueryData(keys.me, me);
  const asked = vi.spyOn(client, 'invalidateQueries').mockResolvedValue();
  return { client, asked };
}

const events = (...numbers: number[]) => ({
  kind: 'events' as const,
  topic: 'run:run_1',
  run: 'run_1',
  events: numbers.map((number) => eventOf(number, 'activity.started', 'method')),
});

test('events_of_the_stream_go_straight_into_what_the_page_reads', () => {
  const { client, asked } = looking();
  client.setQueryData(keys.events('run_1'), merge(eventLog(), events(1).events));
  apply(client, events(2));
  expect(throughOf(client.getQueryData(keys.events('run_1')) ?? eventLog())).toBe(2);
  expect(asked).not.toHaveBeenCalled();
});

test('a_gap_is_filled_by_asking', () => {
  const { client, asked } = looking();
  client.setQueryData(keys.events('run_1'), merge(eventLog(), events(1).events));
  apply(client, events(3));
  expect(asked).toHaveBeenCalledWith({ queryKey: keys.events('run_1') });
});

test('a_repeated_message_changes_nothing', () => {
  const { client, asked } = looking();
  const log = merge(eventLog(), events(1, 2).events);
  client.setQueryData(keys.events('run_1'), log);
  apply(client, events(1, 2));
  expect(client.getQueryData(keys.events('run_1'))).toBe(log);
  expect(asked).not.toHaveBeenCalled();
});

test('resync_asks_for_everything_anew', () => {
  const { client, asked } = looking();
  apply(client, { kind: 'resync' });
  expect(asked).toHaveBeenCalledOnce();
});

test('a_new_run_stands_first_in_the_lists_that_it_fits', () => {
  const { client } = looking();
  const listOf = (filter: object) => ({
    pages: [{ items: [summaryOf(run)], next: null }],
    pageParams: [''],
    filter,
  });
  client.setQueryData(keys.runs('demo/demo'), listOf({}));
  client.setQueryData(keys.runs('demo/demo', { verdict: 'passed' }), listOf({}));
  client.setQueryData(keys.runs('other/one'), listOf({}));
  const started = { ...summaryOf(run), id: 'run_2', number: 43, state: 'running' as const, verdict: null };
  apply(client, { kind: 'run', topic: 'workspace:ws_1', run: started });
  const first = (key: readonly unknown[]) =>
    client.getQueryData<{ pages: { items: { id: string }[] }[] }>(key)?.pages[0]?.items.map((one) => one.id);
  expect(first(keys.runs('demo/demo'))).toEqual(['run_2', 'run_1']);
  expect(first(keys.runs('demo/demo', { verdict: 'passed' }))).toEqual(['run_1']);
  expect(first(keys.runs('other/one'))).toEqual(['run_1']);
});

test('a_run_that_no_longer_fits_leaves_the_list', () => {
  const { client } = looking();
  const key = keys.runs('demo/demo', { verdict: 'lost' });
  const lost = { ...summaryOf(run), verdict: 'lost' as const };
  client.setQueryData(key, { pages: [{ items: [lost], next: null }], pageParams: [''] });
  apply(client, { kind: 'run', topic: 'workspace:ws_1', run: summaryOf(run) });
  expect(client.getQueryData(key)).toMatchObject({ pages: [{ items: [] }] });
});

test('a_run_that_ends_is_read_whole_for_its_reasons', () => {
  const { client, asked } = looking();
  client.setQueryData(keys.run('run_1'), { ...run, state: 'running', verdict: null });
  apply(client, { kind: 'run', topic: 'run:run_1', run: summaryOf(run) });
  expect(client.getQueryData(keys.run('run_1'))).toMatchObject({ state: 'ended', verdict: 'deviated' });
  expect(asked).toHaveBeenCalledWith({ queryKey: keys.run('run_1'), exact: true });
});

test('a_widget_keeps_its_place_and_changes_its_data', () => {
  const { client } = looking();
  const data = { state: 'ready', as_of: '2026-11-20T10:00:00Z', value: { runs: [] } } as const;
  client.setQueryData(keys.hub('hub_1'), { id: 'hub_1', widgets: [{ id: 'wid_1', x: 3, data: null }] });
  apply(client, {
    kind: 'widget',
    topic: 'hub:hub_1',
    widget: 'wid_1',
    data: { ...data, value: { runs: [] } },
  });
  expect(client.getQueryData(keys.hub('hub_1'))).toMatchObject({
    widgets: [{ x: 3, data: { state: 'ready' } }],
  });
});

test('a_topic_that_begins_to_flow_catches_up_with_what_was_missed', () => {
  const { client, asked } = looking();
  catchUp(client, ['run:run_1']);
  expect(asked).toHaveBeenCalledWith({ queryKey: keys.run('run_1') });
});

test('what_may_not_be_heard_is_asked_for_so_that_the_page_says_it_is_gone', () => {
  const { client, asked } = looking();
  apply(client, { kind: 'refused', topic: 'run:run_1', code: 'not-found' });
  expect(asked).toHaveBeenCalledWith({ queryKey: keys.run('run_1') });
  apply(client, { kind: 'refused', topic: 'workspace:ws_1', code: 'not-found' });
  expect(asked).toHaveBeenLastCalledWith({ queryKey: keys.me });
});

test('a_message_that_nobody_knows_is_left_alone', () => {
  expect(parseMessage('weather', '{}')).toBeNull();
  expect(parseMessage('run', 'not json')).toBeNull();
  expect(parseMessage('resync', '')).toEqual({ kind: 'resync' });
});

test('what_is_being_changed_is_not_read_meanwhile_whatever_the_stream_says', async () => {
  const { client } = looking();
  vi.restoreAllMocks();
  client.setQueryData(keys.hub('hub_1'), {});
  client.setQueryData(keys.hub('hub_2'), {});
  let done = () => {};
  const held = new Promise<void>((resolve) => {
    done = resolve;
  });
  const change = client
    .getMutationCache()
    .build(client, { mutationKey: keys.hub('hub_1'), mutationFn: () => held });
  const changed = change.execute(undefined);
  const stale = (hub: string) => client.getQueryState(keys.hub(hub))?.isInvalidated;
  catchUp(client, ['hub:hub_1', 'hub:hub_2']);
  apply(client, { kind: 'hub', topic: 'hub:hub_1', hub: 'hub_1' });
  apply(client, { kind: 'resync' });
  expect([stale('hub_1'), stale('hub_2')]).toEqual([false, true]);
  done();
  await changed;
  catchUp(client, ['hub:hub_1']);
  expect(stale('hub_1')).toBe(true);
});

test('an_experiment_that_was_made_outside_is_asked_for_even_when_its_run_comes_behind_it', () => {
  const client = new QueryClient();
  client.setQueryData(keys.me, me);
  const key = keys.experiments('demo/demo');
  client.setQueryData(key, { items: [experiment], next: null });
  apply(client, { kind: 'experiment', topic: 'workspace:ws_1', experiment: 'exp_9' });
  for (const experiment_id of ['exp_9', experiment.id])
    apply(client, { kind: 'run', topic: 'workspace:ws_1', run: { ...summaryOf(run), experiment_id } });
  expect(client.getQueryState(key)?.isInvalidated).toBe(true);
});

test('a_run_stands_in_the_strip_of_the_page_of_its_experiment', () => {
  const { client } = looking();
  client.setQueryData(keys.experiment('exp_1'), { ...experiment, last_runs: [] });
  apply(client, { kind: 'run', topic: 'workspace:ws_1', run: summaryOf(run) });
  expect(client.getQueryData(keys.experiment('exp_1'))).toMatchObject({ last_runs: [{ id: 'run_1' }] });
});
