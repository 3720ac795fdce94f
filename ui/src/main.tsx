import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import './ui/tokens.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { keepClaimFresh, onSignedOut } from './api/claim';
import type { Me } from './api/contract';
import { keys } from './api/keys';
import { asProblem } from './api/problem';
import { hearTabs, tellTabs } from './api/tabs';
import { followLinks } from './app/links';
import { checkedNext } from './app/next';
import { LiveProvider } from './live/provider';
import { paths } from './paths';
import { makeRouter } from './routes';
import { theme, variables } from './ui/theme';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000, // the stream keeps things fresher than any clock
      retry: (failures, cause) =>
        failures < 2 && (asProblem(cause).status === 0 || asProblem(cause).status >= 500),
    },
  },
});
const router = makeRouter(client);

/** Leads to the sign-in page, and back here afterwards. Pages that are for anybody stay. */
function leave() {
  const { href, pathname } = router.state.location;
  if (pathname === '/sign-in' || pathname === '/invitation') return;
  router.history.push(paths.signIn(href));
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.signInOptions[0] });
}

onSignedOut(() => {
  leave();
  tellTabs({ say: 'out' });
});
hearTabs((word) => {
  const { pathname, search } = router.state.location;
  const known = client.getQueryData<Me>(keys.me)?.account.id;
  if (word.say === 'out') leave();
  else if (pathname === '/sign-in') router.history.push(checkedNext(search.next));
  else if (known && known !== word.account) location.reload(); // these pages are of somebody else
});
keepClaimFresh();
followLinks(document, {
  go: (href) => router.history.push(href),
  prepare: (href) => {
    const { pathname, search } = new URL(href, location.origin);
    void router.preloadRoute({ to: pathname, search: router.options.parseSearch?.(search) }).catch(() => {});
  },
});

const place = document.getElementById('root');
if (!place) throw new Error('the page has no place to draw in');
createRoot(place).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <Notifications position="bottom-right" limit={4} />
      <QueryClientProvider client={client}>
        <LiveProvider>
          <RouterProvider router={router} />
        </LiveProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
