// Where widgets stand on a hub: twelve columns, rows as many as needed. Numbers only, no drawing.

export const COLUMNS = 12;
export const ROW_PX = 40; // from one row to the next, the gap included
export const GAP_PX = 14;
const LEAST = { w: 2, h: 2 };

export interface Spot {
  id: string;
  x: number;
  y: number;
  w: number;
  h: number;
}

/** The layout with one widget moved or resized: it gets its wish, and what is in its way moves down, then all float up. */
export function arranged(spots: Spot[], wish: Spot): Spot[] {
  const wished = within(wish);
  const others = spots.filter((spot) => spot.id !== wish.id);
  return packed([wished, ...others.sort(byPlace)], wished.id);
}

/** A layout without overlaps or holes above, whatever came in. */
export function settled(spots: Spot[]): Spot[] {
  return packed(spots.map(within).sort(byPlace), null);
}

/** Where a new widget goes: under everything. */
export function below(spots: Spot[]): number {
  return spots.reduce((most, spot) => Math.max(most, spot.y + spot.h), 0);
}

/** What the arrow keys do: move, or with `resize` change the size. */
export function nudged(spot: Spot, key: string, resize: boolean): Spot | null {
  const step: Record<string, [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  const by = step[key];
  if (!by) return null;
  const [dx, dy] = by;
  return resize ? { ...spot, w: spot.w + dx, h: spot.h + dy } : { ...spot, x: spot.x + dx, y: spot.y + dy };
}

function within(spot: Spot): Spot {
  const w = Math.min(COLUMNS, Math.max(LEAST.w, Math.round(spot.w)));
  const h = Math.max(LEAST.h, Math.round(spot.h));
  const x = Math.min(COLUMNS - w, Math.max(0, Math.round(spot.x)));
  return { ...spot, x, y: Math.max(0, Math.round(spot.y)), w, h };
}

function packed(spots: Spot[], fixed: string | null): Spot[] {
  // First push down whatever collides, the wished one standing still.
  const placed: Spot[] = [];
  for (const spot of spots) {
    let y = spot.y;
    for (;;) {
      const hit = placed.find((other) => overlap({ ...spot, y }, other));
      if (!hit) break;
      y = hit.y + hit.h;
    }
    placed.push({ ...spot, y });
  }
  // Then let each float up as far as nothing is above it.
  const floated: Spot[] = [];
  for (const spot of placed.sort((a, b) => byPlace(a, b) || (a.id === fixed ? -1 : 1))) {
    let y = spot.y;
    while (y > 0 && !floated.some((other) => overlap({ ...spot, y: y - 1 }, other))) y--;
    floated.push({ ...spot, y });
  }
  return floated;
}

function overlap(a: Spot, b: Spot): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function byPlace(a: Spot, b: Spot): number {
  return a.y - b.y || a.x - b.x;
}
