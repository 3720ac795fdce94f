import { afterEach, expect, test, vi } from 'vitest';
import { followLinks } from './links';

afterEach(() => {
  document.body.innerHTML = '';
});

function click(html: string, init: MouseEventInit = {}) {
  document.body.innerHTML = html;
  const go = vi.fn();
  const stop = followLinks(document, { go, prepare: () => {} });
  // What we leave to the browser must not really be followed here.
  document.body.addEventListener('click', (event) => setTimeout(() => event.preventDefault()), {
    once: true,
  });
  document
    .querySelector('a')
    ?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ...init }));
  stop();
  return go;
}

test('a_plain_click_on_our_own_address_moves_within_the_page', () => {
  expect(click('<a href="/demo/demo/runs?state=ended"><b>Runs</b></a>')).toHaveBeenCalledWith(
    '/demo/demo/runs?state=ended',
  );
});

test.each([
  '<a href="/api/v1/runs/run_1/journal">',
  '<a href="/demo" target="_blank">',
  '<a href="/demo" download>',
  '<a href="https://chaostoolkit.org/">',
  '<a href="#main">',
])('%s_is_left_to_the_browser', (html) => {
  expect(click(html)).not.toHaveBeenCalled();
});

test('a_click_for_a_new_tab_is_left_to_the_browser', () => {
  expect(click('<a href="/demo/demo">', { ctrlKey: true })).not.toHaveBeenCalled();
});
