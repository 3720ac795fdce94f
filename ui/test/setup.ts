import '@testing-library/jest-dom/vitest';
import { notifications } from '@mantine/notifications';
import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { hub } from './hub';

document.documentElement.lang = 'en';
configure({ asyncUtilTimeout: 10_000 }); // a deadline, not a wait; machines differ

// What a browser has and the pretend one has not.
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView = () => {};
window.scrollTo = () => {};

beforeAll(() => hub.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  cleanup();
  notifications.clean();
  hub.resetHandlers();
  localStorage.clear();
});
afterAll(() => hub.close());
