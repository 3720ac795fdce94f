import { HttpResponse, http } from 'msw';
import { expect, test, vi } from 'vitest';
import { at, hub, me, problem } from '../../test/hub';
import { onSignedOut } from './claim';
import { answerOf, api } from './client';
import { ApiProblem } from './problem';

function expiring() {
  let fresh = false;
  const renewals = vi.fn();
  hub.use(
    http.get(at('/me'), () => (fresh ? HttpResponse.json(me) : problem(401, 'claim-expired'))),
    http.post(at('/auth/renew'), () => {
      renewals();
      fresh = true;
      return HttpResponse.json(me);
    }),
  );
  return renewals;
}

test('an_expired_claim_is_renewed_once_for_all_who_ask_at_the_same_time', async () => {
  const renewals = expiring();
  const answers = await Promise.all([1, 2, 3].map(() => answerOf(api.GET('/api/v1/me'))));
  expect(answers.map((answer) => answer.account.name)).toEqual(['sylvie', 'sylvie', 'sylvie']);
  expect(renewals).toHaveBeenCalledTimes(1);
});

test('a_body_is_sent_again_after_the_renewal', async () => {
  let fresh = false;
  const bodies: unknown[] = [];
  hub.use(
    http.post(at('/hubs'), async ({ request }) => {
      bodies.push(await request.json());
      return fresh ? HttpResponse.json({ id: 'hub_1' }, { status: 201 }) : problem(401, 'claim-expired');
    }),
    http.post(at('/auth/renew'), () => {
      fresh = true;
      return HttpResponse.json(me);
    }),
  );
  await answerOf(api.POST('/api/v1/hubs', { body: { workspace: 'demo/demo', title: 'Wall' } }));
  expect(bodies).toEqual([
    { workspace: 'demo/demo', title: 'Wall' },
    { workspace: 'demo/demo', title: 'Wall' },
  ]);
});

test('an_ended_session_says_so_and_leads_to_signing_in', async () => {
  const signedOut = vi.fn();
  onSignedOut(signedOut);
  hub.use(
    http.get(at('/me'), () => problem(401, 'not-signed-in')),
    http.post(at('/auth/renew'), () => problem(401, 'session-ended')),
  );
  await expect(answerOf(api.GET('/api/v1/me'))).rejects.toMatchObject({ status: 401, code: 'not-signed-in' });
  expect(signedOut).toHaveBeenCalledTimes(1);
});

test('a_wrong_password_is_not_mistaken_for_an_expired_claim', async () => {
  hub.use(http.post(at('/auth/sign-in'), () => problem(401, 'wrong-password', 'Wrong')));
  const call = answerOf(api.POST('/api/v1/auth/sign-in', { body: { name: 'a', password: 'b' } }));
  await expect(call).rejects.toMatchObject({ code: 'wrong-password' });
});

test('a_problem_keeps_its_reference_and_what_is_wrong_line_by_line', async () => {
  const problems = [{ path: '/method', line: 3, severity: 'error', message: 'is missing' }];
  hub.use(
    http.get(at('/me'), () =>
      HttpResponse.json(
        {
          title: 'Invalid',
          status: 422,
          code: 'invalid',
          detail: 'd',
          instance: 'req_9',
          extra: { problems },
        },
        { status: 422 },
      ),
    ),
  );
  const failure = await answerOf(api.GET('/api/v1/me')).catch((cause: unknown) => cause);
  expect(failure).toBeInstanceOf(ApiProblem);
  expect(failure).toMatchObject({ status: 422, instance: 'req_9', problems });
});

test('an_unreachable_hub_is_a_problem_too', async () => {
  hub.use(http.get(at('/me'), () => HttpResponse.error()));
  await expect(answerOf(api.GET('/api/v1/me'))).rejects.toMatchObject({ status: 0, code: 'unreachable' });
});
