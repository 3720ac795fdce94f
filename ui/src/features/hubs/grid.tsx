import { ActionIcon, Tooltip } from '@mantine/core';
import { IconAdjustments, IconGripVertical, IconTrash } from '@tabler/icons-react';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { Widget, WidgetPlace } from '~/api/contract';
import { arranged, COLUMNS, GAP_PX, nudged, ROW_PX, type Spot, settled } from './arrange';
import css from './hub.module.css';
import { WidgetCard } from './widget-card';

interface Props {
  widgets: Widget[];
  workspace: string;
  editing: boolean;
  onArrange: (layout: WidgetPlace[]) => void;
  onConfigure: (widget: Widget) => void;
  onRemove: (widget: Widget) => void;
}

interface Held {
  spot: Spot;
  resize: boolean;
  fromX: number;
  fromY: number;
}

/** The widgets in their places. In edit mode each is moved and resized by pointer, or by arrow keys on its handles. */
export function Grid({ widgets, workspace, editing, onArrange, onConfigure, onRemove }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const held = useRef<Held | null>(null);
  const [shift, setShift] = useState<Spot[] | null>(null);
  const [said, setSaid] = useState('');
  const stored = settled(widgets.map(({ id, x, y, w, h }) => ({ id, x, y, w, h })));
  // The order of the page stays that of the stored layout while one drags: a node that moves in it loses the pointer.
  const spots = inReadingOrder(stored).map((spot) => shift?.find((one) => one.id === spot.id) ?? spot);
  const commit = (next: Spot[]) => onArrange(next.map(({ id, ...place }) => ({ widget: id, ...place })));

  const hold = (spot: Spot, resize: boolean) => (event: PointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = { spot, resize, fromX: event.clientX, fromY: event.clientY };
    setShift(stored);
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    const now = held.current;
    if (!now || !box.current) return;
    const column = (box.current.clientWidth + GAP_PX) / COLUMNS;
    const dx = Math.round((event.clientX - now.fromX) / column);
    const dy = Math.round((event.clientY - now.fromY) / ROW_PX);
    const { spot } = now;
    const wish = now.resize
      ? { ...spot, w: spot.w + dx, h: spot.h + dy }
      : { ...spot, x: spot.x + dx, y: spot.y + dy };
    setShift(arranged(stored, wish));
  };
  const drop = () => {
    if (held.current && shift) commit(shift);
    held.current = null;
    setShift(null);
  };
  const nudge = (spot: Spot, resize: boolean, title: string) => (event: KeyboardEvent) => {
    const wish = nudged(spot, event.key, resize || event.shiftKey);
    if (!wish) return;
    event.preventDefault();
    const next = arranged(stored, wish);
    const now = next.find((one) => one.id === spot.id) ?? wish;
    setSaid(`${title}: column ${now.x + 1}, row ${now.y + 1}, ${now.w} wide, ${now.h} high`);
    commit(next);
  };

  const byId = new Map(widgets.map((widget) => [widget.id, widget]));
  return (
    <>
      <div ref={box} className={css.grid} data-editing={editing || undefined}>
        {spots.map((spot) => {
          const widget = byId.get(spot.id);
          if (!widget) return null;
          const tools = editing && (
            <>
              <Tooltip label="Configure">
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Configure ${widget.title}`}
                  onClick={() => onConfigure(widget)}
                >
                  <IconAdjustments size={17} />
                </ActionIcon>
              </Tooltip>
              <Tooltip label="Remove">
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove ${widget.title}`}
                  onClick={() => onRemove(widget)}
                >
                  <IconTrash size={17} />
                </ActionIcon>
              </Tooltip>
              <Tooltip label="Drag, or move with the arrow keys; with Shift they resize">
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  className={css.handle}
                  aria-label={`Move ${widget.title}`}
                  onPointerDown={hold(spot, false)}
                  onPointerMove={drag}
                  onPointerUp={drop}
                  onPointerCancel={drop}
                  onLostPointerCapture={drop}
                  onKeyDown={nudge(spot, false, widget.title)}
                >
                  <IconGripVertical size={17} />
                </ActionIcon>
              </Tooltip>
            </>
          );
          return (
            <div
              key={spot.id}
              className={css.spot}
              data-held={held.current?.spot.id === spot.id || undefined}
              style={{
                gridColumn: `${spot.x + 1} / span ${spot.w}`,
                gridRow: `${spot.y + 1} / span ${spot.h}`,
              }}
            >
              <WidgetCard widget={widget} workspace={workspace} tools={tools} />
              {editing && (
                <button
                  type="button"
                  className={css.corner}
                  aria-label={`Resize ${widget.title}, arrow keys`}
                  onPointerDown={hold(spot, true)}
                  onPointerMove={drag}
                  onPointerUp={drop}
                  onPointerCancel={drop}
                  onLostPointerCapture={drop}
                  onKeyDown={nudge(spot, true, widget.title)}
                />
              )}
            </div>
          );
        })}
      </div>
      <span className="unseen" aria-live="polite">
        {said}
      </span>
    </>
  );
}

function inReadingOrder(spots: Spot[]): Spot[] {
  return spots.toSorted((a, b) => a.y - b.y || a.x - b.x);
}
