// Who is signed in to the pretend hub, and what it says of accounts, tokens and members.
import type { Ask } from './ask';
import { account, iso, newId, scopes, workspace } from './world';

let signedIn = true;

/** Answers everything of somebody who is not signed in. */
export function answerSession({ path, url, request, body, send, problem }: Ask) {
  if (path === '/auth/options')
    return send(200, {
      setup_required: url.searchParams.has('setup') || request.headers.referer?.includes('setup') === true,
      providers: [
        { name: 'github', title: 'GitHub' },
        { name: 'keycloak', title: 'Our Keycloak' },
      ],
      sign_up: 'invitation',
    });
  if (path === '/auth/invitation')
    return send(200, {
      organization: 'demo',
      workspace: 'payments',
      title: 'Payments',
      role: 'editor',
      by: 'marc',
      expires_at: iso(-5e5),
    });
  if (path === '/auth/sign-in') {
    if (body.includes('wrong'))
      return problem(401, 'wrong-credentials', 'Name or password is wrong', 'Try again.');
    signedIn = true;
    return send(200, me());
  }
  if (path === '/auth/sign-out') {
    signedIn = false;
    return send(204);
  }
  if (!signedIn)
    return problem(401, path === '/auth/renew' ? 'session-ended' : 'not-signed-in', 'Sign in first');
  if (path === '/auth/renew' || path === '/me') return send(200, me());
}

export function answerPeople({ is, send, page, empty }: Ask) {
  if (is('GET', /^\/tokens$/))
    return page(
      empty
        ? []
        : [
            {
              id: newId('tok'),
              name: 'nightly pipeline',
              workspace_id: workspace.id,
              account: 'sylvie',
              scopes: ['run:ingest', 'run:read'],
              created_at: iso(8e5),
              expires_at: iso(-5e6),
              last_used_at: iso(3000),
              hint: 'chp_ab12…',
            },
          ],
    );
  if (is('POST', /^\/tokens$/))
    return send(201, {
      token: {
        id: newId('tok'),
        name: 'my laptop',
        workspace_id: workspace.id,
        account: 'sylvie',
        scopes: ['run:ingest'],
        created_at: iso(0),
        expires_at: null,
        last_used_at: null,
        hint: 'chp_9Qx2…',
      },
      secret: 'chp_9Qx2mV7cT1rYw8KpLs4NdEuGzHjB6aFo',
    });
  if (is('GET', /^\/workspaces\/[\w-]+\/members$/))
    return page([
      { account, role: 'owner', given_on: 'organization', since: iso(9e6) },
      {
        account: { ...account, id: newId('acc'), name: 'marc', admin: false },
        role: 'editor',
        given_on: 'workspace',
        since: iso(4e6),
      },
      {
        account: { ...account, id: newId('acc'), name: 'pipeline', admin: false },
        role: 'operator',
        given_on: 'workspace',
        since: iso(1e6),
      },
    ]);
  if (is('GET', /^\/workspaces\/[\w-]+\/invitations$/)) return page([]);
  if (is('GET', /^\/auth\/sessions$/))
    return send(200, [
      {
        id: newId('sin'),
        browser: 'Firefox on Linux',
        created_at: iso(8e4),
        seen_at: iso(60),
        current: true,
      },
      { id: newId('sin'), browser: 'Safari on iOS', created_at: iso(9e5), seen_at: iso(7e4), current: false },
    ]);
  if (is('GET', /^\/auth\/identities$/))
    return send(200, {
      password: true,
      identities: [
        {
          id: newId('idn'),
          provider: 'github',
          title: 'GitHub',
          label: 'sylvie',
          created_at: iso(9e6),
          used_at: iso(8e4),
        },
      ],
    });
  if (is('PUT', /^\/auth\/password$/)) return send(204);
  if (is('GET', /^\/organizations$/))
    return page([{ id: newId('org'), name: 'demo', title: 'Demo', role: 'owner' }]);
}

function me() {
  const membership = (name: string, title: string, id: string) => ({
    workspace: { ...workspace, id, name, title },
    role: 'owner',
    scopes,
  });
  return {
    account,
    workspaces: [
      membership('payments', 'Payments', workspace.id),
      membership('fresh', 'Fresh start', `${workspace.id.slice(0, -1)}2`),
    ],
  };
}
