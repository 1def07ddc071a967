import type { Measured } from './run.ts';

const PANEL = { width: 360, height: 260, left: 50, top: 40 } as const;
const COLOURS = [
  '#4e79a7',
  '#f28e2b',
  '#e15759',
  '#76b7b2',
  '#59a14f',
  '#edc948',
  '#b07aa1',
  '#ff9da7',
  '#9c755f',
  '#bab0ac',
  '#2f4b7c',
];

/** docs/growth.svg: time and units by the number of events, both on logarithmic scales; a panel for each ground. */
export const chart = (measured: readonly Measured[]): string => {
  const operations = [...new Set(measured.map(({ operation }) => operation))];
  const grounds = [...new Set(measured.map(({ ground }) => ground))];
  const panels = grounds.flatMap((ground, column) =>
    (['ms', 'units'] as const).map((what, row) =>
      panel(
        measured.filter((one) => one.ground === ground),
        { what, title: `${what === 'ms' ? 'milliseconds' : 'units'}, ${ground}`, operations },
        `translate(${column * (PANEL.width + 80)} ${row * (PANEL.height + 80)})`,
      ),
    ),
  );
  const width = grounds.length * (PANEL.width + 80) + 230;
  const legend = operations.map(
    (operation, i) =>
      `<g transform="translate(${width - 220} ${PANEL.top + i * 22})"><rect width="14" height="4" y="-4" fill="${COLOURS[i]}"/><text x="20">${escaped(operation)}</text></g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${2 * (PANEL.height + 80)}" font-family="sans-serif" font-size="12">
<title>Time and units of each operation by the number of events</title>
<rect width="100%" height="100%" fill="#fff"/>
${panels.join('\n')}
${legend.join('\n')}
</svg>
`;
};

const panel = (
  all: readonly Measured[],
  {
    what,
    title,
    operations,
  }: { readonly what: 'ms' | 'units'; readonly title: string; readonly operations: readonly string[] },
  transform: string,
): string => {
  const { width, height, left, top } = PANEL;
  const sizes = [...new Set(all.map(({ events }) => events))];
  const x = scale(sizes, [left, left + width]);
  const powers = [0.1, 1, 10, 100, 1_000];
  const y = scale([0.1, 1_000], [top + height, top]);
  const lines = operations.map((operation, i) => {
    const points = all
      .filter((one) => one.operation === operation)
      .map((one) => [x(one.events), y(one[what])] as const);
    const dots = points.map(([cx, cy]) => `<circle cx="${round(cx)}" cy="${round(cy)}" r="3" fill="${COLOURS[i]}"/>`);
    const path = points.map((point) => point.map(round).join(',')).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${COLOURS[i]}" stroke-width="2"/>${dots.join('')}`;
  });
  const across = powers.map(
    (power) =>
      `<line x1="${left}" x2="${left + width}" y1="${y(power)}" y2="${y(power)}" stroke="#ddd"/><text x="${left - 8}" y="${y(power) + 4}" text-anchor="end">${power}</text>`,
  );
  const along = sizes.map(
    (size) =>
      `<text x="${round(x(size))}" y="${top + height + 18}" text-anchor="middle">${size.toLocaleString('en')} events</text>`,
  );
  return `<g transform="${transform}"><text x="${left}" y="${top - 14}" font-weight="bold">${title}</text>${[...across, ...along, ...lines].join('')}</g>`;
};

/** From a range of values, by their logarithms, to a range of pixels. */
const scale = (values: readonly number[], [from, to]: readonly [number, number]) => {
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  return (value: number): number => from + ((Math.log10(value) - low) / (high - low || 1)) * (to - from);
};
const round = (value: number): number => Math.round(value * 10) / 10;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
