// A pretend hub inside the development server: `npm run pretend`. It keeps nothing.
import type { Plugin } from 'vite';
import { askOf } from './ask';
import { answerExperiments } from './experiments';
import { answerHubs } from './hubs';
import { stream } from './live';
import { answerPeople, answerSession } from './people';
import { answerRuns } from './runs';

export function pretendHub(): Plugin {
  return {
    name: 'pretend-hub',
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const url = new URL(request.url ?? '/', 'http://pretend');
        if (!url.pathname.startsWith('/api/')) return next();
        const ask = await askOf(request, response, url);
        for (const answer of [answerSession, answerExperiments, answerRuns, answerHubs, answerPeople]) {
          answer(ask);
          if (response.headersSent) return;
        }
        if (ask.path === '/stream') return stream(request, response);
        if (request.method !== 'GET') return ask.send(200, {});
        ask.problem(404, 'not-found', 'There is nothing here');
      });
    },
  };
}
