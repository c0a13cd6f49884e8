/** What a benchmark is: figures, and curves of how they grow, that share what they are measured on. */
import { Figure } from './ratio';

export type Line = { readonly label: string; readonly points: ReadonlyArray<readonly [x: number, y: number]> };

/** How something grows; `x` is drawn by its logarithm. */
export type Curve = {
  /** Of the figure that it belongs to. */
  readonly id: string;
  readonly title: string;
  readonly x: string;
  /** With its unit. */
  readonly y: string;
  readonly measure: () => Promise<ReadonlyArray<Line>>;
};

export type Drawn = Omit<Curve, 'measure'> & { readonly lines: ReadonlyArray<Line> };

export type Subject = {
  /** Of the figures that it gives. */
  readonly ids: ReadonlyArray<string>;
  /** Makes what they are measured on. */
  readonly begin: () => Promise<Begun>;
};

export type Begun = {
  readonly figures: ReadonlyArray<Figure>;
  readonly curves?: ReadonlyArray<Curve>;
  /** Takes it all away again. */
  readonly end: () => Promise<void>;
};

/** A part of full size, for trying the suite out: BENCH_SCALE=0.01. At least 10. */
export const scaled = (size: number): number => Math.max(10, Math.round(size * SCALE));

export const SCALE = Number(process.env['BENCH_SCALE'] ?? 1);
