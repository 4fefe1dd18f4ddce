/** A small line of values over time, for the shape only; the figures stand beside it and in its label. */
import type { ReactNode } from 'react';

export interface SparklineProps {
  /** Oldest first, at a steady pace. */
  readonly values: readonly number[];
  /** How many values fill the width; a shorter line begins further right. */
  readonly slots: number;
  /** Says what is drawn and its extremes: "Jobs waiting in the last hour: now 4, highest 12". */
  readonly label: string;
}

const width = 240;
const height = 36;

/** Room above the highest point for half of the stroke. */
const headroom = 2;

export function Sparkline({ values, slots, label }: SparklineProps): ReactNode {
  const shown = values.slice(-slots);
  const highest = Math.max(...shown, 0);
  const step = width / Math.max(1, slots - 1);
  const left = width - (shown.length - 1) * step;
  const points = shown.map((value, index) => {
    const y = highest === 0 ? height : height - (value / highest) * (height - headroom);
    return `${(left + index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {points.length > 1 && (
        <polygon
          className="area"
          points={`${left.toFixed(1)},${height} ${points.join(' ')} ${width},${height}`}
        />
      )}
      <line className="ground" x1="0" y1={height} x2={width} y2={height} />
      {points.length > 1 && <polyline className="line" points={points.join(' ')} />}
    </svg>
  );
}
