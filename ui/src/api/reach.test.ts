import { HttpResponse, http } from 'msw';
import { expect, test, vi } from 'vitest';
import { hub } from '../../test/hub';
import { answers, whenReachable } from './reach';

const livez = 'http://localhost:3000/livez';

test('a_hub_that_says_no_still_answers_and_one_that_is_away_does_not', async () => {
  hub.use(http.get(livez, () => new HttpResponse(null, { status: 503 })));
  expect(await answers()).toBe(true);
  hub.use(http.get(livez, () => HttpResponse.error()));
  expect(await answers()).toBe(false);
});

test('a_part_of_the_page_is_waited_for_while_the_hub_is_away', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 500 });
  let asked = 0;
  hub.use(http.get(livez, () => (++asked < 3 ? HttpResponse.error() : HttpResponse.text('ok'))));
  const load = vi.fn().mockRejectedValueOnce(new Error('not fetched')).mockResolvedValue('the part');
  await expect(whenReachable(load)).resolves.toBe('the part');
  expect(load).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});

test('a_part_that_an_answering_hub_does_not_have_is_not_waited_for', async () => {
  hub.use(http.get(livez, () => HttpResponse.text('ok')));
  await expect(whenReachable(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
});
