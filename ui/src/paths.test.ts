import { expect, test } from 'vitest';
import { paths } from './paths';

test('every_address_is_made_here_and_looks_like_this', () => {
  expect({
    root: paths.root(),
    signIn: paths.signIn(),
    signInNext: paths.signIn('/demo/demo/runs?state=ended'),
    account: paths.account(),
    home: paths.home('demo/demo'),
    newWorkspace: paths.newWorkspace(),
    hubs: paths.hubs('demo/demo'),
    newHub: paths.hubs('demo/demo', true),
    hub: paths.hub('demo/demo', 'hub_1'),
    editedHub: paths.hub('demo/demo', 'hub_1', true),
    experiments: paths.experiments('demo/demo', 'slow provider'),
    newExperiment: paths.newExperiment('demo/demo'),
    overview: paths.experiment('demo/demo', 'exp_1', 'overview'),
    edit: paths.experiment('demo/demo', 'exp_1', 'edit'),
    version: paths.version('demo/demo', 'exp_1', 2),
    runs: paths.runs('demo/demo'),
    failedRuns: paths.runs('demo/demo', { verdict: 'failed', state: undefined }),
    run: paths.run('demo/demo', 'run_1'),
    startingRun: paths.startingRun('demo/demo', 'k1', 'exp_1'),
    tokens: paths.tokens('demo/demo'),
    newToken: paths.tokens('demo/demo', true),
    members: paths.members('demo/demo'),
  }).toMatchInlineSnapshot(`
    {
      "account": "/account",
      "edit": "/demo/demo/experiments/exp_1?tab=edit",
      "editedHub": "/demo/demo/hubs/hub_1?edit=true",
      "experiments": "/demo/demo/experiments?q=slow+provider",
      "failedRuns": "/demo/demo/runs?verdict=failed",
      "home": "/demo/demo",
      "hub": "/demo/demo/hubs/hub_1",
      "hubs": "/demo/demo/hubs",
      "members": "/demo/demo/members",
      "newExperiment": "/demo/demo/experiments/new",
      "newHub": "/demo/demo/hubs?new=yes",
      "newToken": "/demo/demo/tokens?new=yes",
      "newWorkspace": "/?new=workspace",
      "overview": "/demo/demo/experiments/exp_1",
      "root": "/",
      "run": "/demo/demo/runs/run_1",
      "runs": "/demo/demo/runs",
      "signIn": "/sign-in",
      "signInNext": "/sign-in?next=%2Fdemo%2Fdemo%2Fruns%3Fstate%3Dended",
      "startingRun": "/demo/demo/runs/starting/k1?experiment=exp_1",
      "tokens": "/demo/demo/tokens",
      "version": "/demo/demo/experiments/exp_1?tab=versions&version=2",
    }
  `);
});

test('a_name_never_breaks_out_of_its_segment', () => {
  expect(paths.home('a?b/c#d')).toBe('/a%3Fb/c%23d');
});
