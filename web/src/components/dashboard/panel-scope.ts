import type { Chosen } from '../../fleet/dashboard.ts';
import type { EventView } from '../../../../src/contract/api.ts';
import type { RangeControl } from '../range-choice.tsx';

/** What the head of the dashboard has chosen, for each of its panels. */
export interface PanelScope {
  /** The dashboard's name: files and crosshairs of one are its own. */
  readonly dashboard: string;
  readonly chosen: Chosen;
  readonly control: RangeControl;
  /** Drawn over the graphs. */
  readonly events: readonly EventView[];
  /** Words with the chosen names in place of `$cluster` and `$host`. */
  readonly words: (text: string) => string;
}

/** Of a panel's body, in pixels. */
export const BODY_PX = { small: 96, normal: 220, tall: 380 } as const;
