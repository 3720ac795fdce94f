import type { Page } from './contract';

const MOST = 200; // what the hub gives at a time

interface Piece {
  limit: number;
  after?: string;
}

/** A list from its beginning to its end, for pages that show all of it. */
export async function wholeOf<T>(read: (piece: Piece) => Promise<Page<T>>): Promise<Page<T>> {
  const items: T[] = [];
  for (let piece: Piece = { limit: MOST }; ; ) {
    const { items: more, next } = await read(piece);
    items.push(...more);
    if (!next) return { items, next: null };
    piece = { limit: MOST, after: next };
  }
}
