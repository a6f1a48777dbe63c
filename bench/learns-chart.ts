/** Draws held-out loss over steps, the base and then its tuning, a line a level; readable on light and dark ground. */

export interface Point {
  /** Steps of both trainings together. */
  step: number;
  /** By level. */
  losses: Readonly<Record<string, number>>;
}

const [WIDTH, HEIGHT] = [720, 300];
const EDGE = { left: 46, right: 150, top: 16, bottom: 34 };
/** Middle tones, and dashes beside them. */
const LINES = [
  { colour: '#3b82f6', dash: '' },
  { colour: '#d97706', dash: '7 4' },
  { colour: '#16a34a', dash: '2 4' },
];
const INK = '#8b8b8b';

/** `tunedFrom`: the step at which tuning begins. */
export function chart(points: readonly Point[], levels: readonly string[], tunedFrom: number): string {
  const last = Math.max(...points.map(({ step }) => step));
  const most = Math.ceil(Math.max(...points.flatMap(({ losses }) => Object.values(losses))));
  const x = (step: number) => EDGE.left + (step / last) * (WIDTH - EDGE.left - EDGE.right);
  const y = (loss: number) => HEIGHT - EDGE.bottom - (loss / most) * (HEIGHT - EDGE.top - EDGE.bottom);
  const text = (at: [number, number], words: string | number, anchor = 'start', colour = INK) =>
    `<text x="${at[0]}" y="${at[1]}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;
  const rule = (from: [number, number], to: [number, number]) =>
    `<path d="M${from} L${to}" stroke="${INK}" stroke-opacity="0.35"/>`;
  const right = WIDTH - EDGE.right;
  const grid = Array.from({ length: most + 1 }, (_, loss) => [
    rule([EDGE.left, y(loss)], [right, y(loss)]),
    text([EDGE.left - 8, y(loss) + 4], loss, 'end'),
  ]);
  const steps = Array.from({ length: Math.floor(last / 50) + 1 }, (_, at) =>
    text([x(at * 50), HEIGHT - EDGE.bottom + 18], at * 50, 'middle'),
  );
  const ends = levels
    .map((level, at) => ({ level, at, y: y(points.at(-1)!.losses[level]!) }))
    .sort((a, b) => a.y - b.y);
  ends.forEach((end, at) => {
    if (at > 0) end.y = Math.max(end.y, ends[at - 1]!.y + 15);
  });
  const drawn = levels.map((level, at) => {
    const { colour, dash } = LINES[at]!;
    const path = points.map(({ step, losses }) => `${x(step).toFixed(1)},${y(losses[level]!).toFixed(1)}`);
    return `<path d="M${path.join(' L')}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    '<title>Held-out loss per target token: a base model, then its tuning</title>',
    ...grid.flat(),
    ...steps,
    rule([x(tunedFrom), EDGE.top], [x(tunedFrom), HEIGHT - EDGE.bottom]),
    text([x(tunedFrom) - 6, EDGE.top + 10], 'base', 'end'),
    text([x(tunedFrom) + 6, EDGE.top + 10], 'tuned'),
    ...drawn,
    ...ends.map((end) =>
      text([right + 8, end.y + 4], end.level.replaceAll('_', ' '), 'start', LINES[end.at]!.colour),
    ),
    '</svg>',
    '',
  ].join('\n');
}
