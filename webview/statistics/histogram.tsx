import type { JSX } from 'preact';

/** The shape of a distribution, its highest bar as high as there is room; the figures stand in a table. */
export function Histogram({ shares }: { shares: readonly number[] }): JSX.Element {
  const most = Math.max(...shares);
  return (
    <svg class="histogram" viewBox="0 0 110 20" preserveAspectRatio="none" aria-hidden="true">
      {shares.map((share, bin) => {
        const height = most > 0 ? (share / most) * 19 : 0;
        const shown = share > 0 ? Math.max(height, 0.8) : 0;
        return <rect key={bin} x={bin * 5 + 0.4} y={20 - shown} width={4.2} height={shown} />;
      })}
      <line x1="0" y1="20" x2="110" y2="20" />
    </svg>
  );
}
