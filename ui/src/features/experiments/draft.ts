// What was dropped or duplicated on one page and is to be edited on the next; kept only until it is taken.

export interface Draft {
  text: string;
  format: 'json' | 'yaml';
}

let draft: Draft | null = null;

export function rememberDraft(next: Draft): void {
  draft = next;
}

export function takeDraft(): Draft | null {
  const taken = draft;
  draft = null;
  return taken;
}

/** JSON begins with a brace; everything else that people write by hand is YAML. */
export function formatOf(text: string): 'json' | 'yaml' {
  return /^\s*[{[]/.test(text) ? 'json' : 'yaml';
}

export const MOST_BYTES = 2 * 1024 * 1024; // what the hub takes as one experiment
