import {
  IconActivity,
  IconBroadcast,
  IconFlask,
  IconGauge,
  IconPuzzle,
  IconTextCaption,
  type TablerIcon,
} from '@tabler/icons-react';
import { type ComponentType, lazy } from 'react';
import type { JsonObject } from '~/api/contract';
import { whenReachable } from '~/api/reach';
import { ActivityWidget } from './activity';
import { ExperimentsWidget } from './experiments';
import { LiveRunWidget } from './live-run';
import { RunStatusWidget } from './run-status';

/** What a kind's renderer is given: the value exactly as the hub sends it, and where its links lead. */
export interface WidgetProps {
  value: JsonObject;
  workspace: string;
}

interface Kind {
  icon: TablerIcon;
  Render: ComponentType<WidgetProps>;
  /** Drawn to the card's edge, as tables and lists are. */
  flush?: boolean;
}

const TextWidget = lazy(() =>
  whenReachable(() => import('./text')).then((module) => ({ default: module.TextWidget })),
);

const KINDS: Record<string, Kind> = {
  text: { icon: IconTextCaption, Render: TextWidget },
  'run-status': { icon: IconGauge, Render: RunStatusWidget },
  'live-run': { icon: IconBroadcast, Render: LiveRunWidget },
  activity: { icon: IconActivity, Render: ActivityWidget, flush: true },
  experiments: { icon: IconFlask, Render: ExperimentsWidget, flush: true },
};

const UNKNOWN: Kind = {
  icon: IconPuzzle,
  Render: () => (
    <p style={{ margin: 0, color: 'var(--dim)' }}>
      This page is older than the hub and does not know this kind. Load it again.
    </p>
  ),
};

export function kindOf(kind: string): Kind {
  return KINDS[kind] ?? UNKNOWN;
}
