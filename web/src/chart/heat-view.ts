import { HeatPainter } from './heat-painter.ts';
import { LOOK_BEYOND, LOOK_DOWN, LOOK_RETIRED, lookOf } from './heat.ts';
import { heatOf } from '../fleet/heat-scale.ts';
import { DOWN, orderHosts, RETIRED } from '../fleet/host-order.ts';
import type { HeatShape } from './heat-painter.ts';
import type { HostFigures } from '../fleet/host-figures.ts';
import type { HostSort } from '../fleet/host-order.ts';

/** The first figures are on the canvas: how long a page takes to be of use is read from this mark. */
const HEAT_DRAWN = 'heat-drawn';

interface Following {
  readonly sort: HostSort;
  readonly shown: Uint8Array | null;
  /** Told when another number of hosts is shown: the canvas may need another size. */
  readonly onCount: (count: number) => void;
}

/**
 * A heat map's moving part: follows figures, orders their hosts and paints what changed, once a frame at most
 * and nowhere else.
 */
export class HeatView {
  /** Indexes of the hosts, by place. */
  order: Uint32Array = new Uint32Array();
  #resting = false;
  #figures: HostFigures;
  #following: Following | undefined;
  #membership = -1;
  #looks = new Uint8Array();
  #painter: HeatPainter | undefined;
  #canvas: HTMLCanvasElement | undefined;
  #shape: HeatShape | undefined;
  #frame = 0;
  #drawn = false;

  constructor(figures: HostFigures) {
    this.#figures = figures;
  }

  /** Until the answer is called. */
  follow(figures: HostFigures, following: Following): () => void {
    this.#figures = figures;
    this.#following = following;
    this.#membership = -1;
    this.#soon();
    const off = figures.watch(() => this.#soon());
    return () => {
      off();
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
    };
  }

  /** While somebody points at it places stay as they are. */
  rest(resting: boolean): void {
    this.#resting = resting;
  }

  show(canvas: HTMLCanvasElement, shape: HeatShape): void {
    if (canvas !== this.#canvas) {
      this.#canvas = canvas;
      this.#painter = new HeatPainter(canvas);
    }
    this.#shape = shape;
    this.#soon();
  }

  #soon(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint(): void {
    const figures = this.#figures;
    const following = this.#following;
    if (!following) return;
    const sameHosts = this.#membership === figures.membership;
    if (!this.#resting || !sameHosts) {
      const before = this.order.length;
      this.order = orderHosts(figures, following.sort, following.shown);
      this.#membership = figures.membership;
      if (this.order.length !== before || !sameHosts) following.onCount(this.order.length);
    }
    if (!this.#painter || !this.#shape) return;
    this.#look();
    this.#painter.paint(this.#looks, this.#shape);
    if (!this.#drawn && this.#looks.some((look) => look <= LOOK_BEYOND)) {
      this.#drawn = true;
      performance.mark(HEAT_DRAWN);
    }
  }

  #look(): void {
    const { order } = this;
    const { values, marks, scale } = this.#figures;
    if (this.#looks.length !== order.length) this.#looks = new Uint8Array(order.length);
    for (let place = 0; place < order.length; place += 1) {
      const host = order[place] ?? 0;
      const mark = marks[host];
      this.#looks[place] =
        mark === DOWN
          ? LOOK_DOWN
          : mark === RETIRED
            ? LOOK_RETIRED
            : lookOf(heatOf(values[host] ?? Number.NaN, scale));
    }
  }
}
