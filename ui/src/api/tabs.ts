// What one tab does to the session concerns all tabs of the browser: they share its cookies.

type Word = { say: 'in'; account: string } | { say: 'out' };

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('chaoshub-session') : null;

/** Says to the other tabs that somebody is signed in now, or nobody any more. */
export function tellTabs(word: Word): void {
  channel?.postMessage(word);
}

/** Hears what the other tabs say; answers the way to stop. */
export function hearTabs(listener: (word: Word) => void): () => void {
  const hear = (event: MessageEvent<Word>) => listener(event.data);
  channel?.addEventListener('message', hear);
  return () => channel?.removeEventListener('message', hear);
}
