import { frameRates, SECONDS } from '../state/history.js';

const SIZE = { width: 300, height: 56 } as const;

/** The frame rate of the last minute, with the latest value on the right. */
export function RateChart() {
  const rates = frameRates.value;
  const most = Math.max(30, ...rates);
  const points = rates.map((rate, index) => {
    const x = SIZE.width * (1 - (rates.length - 1 - index) / (SECONDS - 1));
    const y = SIZE.height - 2 - ((SIZE.height - 4) * rate) / most;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg
      class="chart"
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <polyline points={points.join(' ')} />
    </svg>
  );
}
