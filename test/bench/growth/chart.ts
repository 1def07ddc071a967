import type { Measured } from './measure.ts';
import { groups } from './operation.ts';

const PANEL = { width: 230, height: 200, left: 50, top: 60 } as const;
const GAP = { x: 75, y: 110 } as const;
const LEGEND = 360;
const POWERS = [0.1, 1, 10, 100, 1_000];
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
  '#8cd17d',
  '#d37295',
  '#000',
  '#b6992d',
  '#499894',
  '#79706e',
  '#fabfd2',
];

interface Shown {
  readonly what: 'ms' | 'units';
  readonly title: string;
  readonly operations: readonly string[];
  readonly at: readonly [x: number, y: number];
}

/** docs/growth.svg: time and units by the number of events, both on logarithmic scales; a row of panels for each group. */
export const chart = (measured: readonly Measured[]): string => {
  const grounds = [...new Set(measured.map(({ ground }) => ground))];
  const columns = grounds.flatMap((ground) => (['ms', 'units'] as const).map((what) => ({ ground, what })));
  const rows = groups.map((group, row) => {
    const own = measured.filter((one) => one.group === group);
    const operations = [...new Set(own.map(({ operation }) => operation))];
    const y = row * (PANEL.height + GAP.y);
    const panels = columns.map(({ ground, what }, column) => {
      const title = `${group}, ${ground}: ${what === 'ms' ? 'milliseconds' : 'units'}`;
      const at = [column * (PANEL.width + GAP.x), y] as const;
      return panel(
        own.filter((one) => one.ground === ground),
        { what, title, operations, at },
      );
    });
    return [...panels, legend(operations, [columns.length * (PANEL.width + GAP.x), y])].join('\n');
  });
  const width = columns.length * (PANEL.width + GAP.x) + LEGEND;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${groups.length * (PANEL.height + GAP.y)}" font-family="sans-serif" font-size="12">
<title>Time and units of each operation by the number of events</title>
<rect width="100%" height="100%" fill="#fff"/>
${rows.join('\n')}
</svg>
`;
};

const legend = (operations: readonly string[], [x, y]: readonly [number, number]): string =>
  operations
    .map(
      (operation, i) =>
        `<g transform="translate(${x} ${y + PANEL.top + i * 16})"><rect width="14" height="4" y="-4" fill="${COLOURS[i]}"/><text x="20">${escaped(operation)}</text></g>`,
    )
    .join('');

const panel = (all: readonly Measured[], { what, title, operations, at }: Shown): string => {
  const { width, height, left, top } = PANEL;
  const sizes = [...new Set(all.map(({ events }) => events))];
  const x = scale(sizes, [left, left + width]);
  const y = scale([0.1, 1_000], [top + height, top]);
  const lines = operations.map((operation, i) => {
    const points = all
      .filter((one) => one.operation === operation)
      .map((one) => [x(one.events), y(one[what])] as const);
    const dots = points.map(([cx, cy]) => `<circle cx="${round(cx)}" cy="${round(cy)}" r="3" fill="${COLOURS[i]}"/>`);
    const path = points.map((point) => point.map(round).join(',')).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${COLOURS[i]}" stroke-width="2"/>${dots.join('')}`;
  });
  const across = POWERS.map(
    (power) =>
      `<line x1="${left}" x2="${left + width}" y1="${y(power)}" y2="${y(power)}" stroke="#ddd"/><text x="${left - 8}" y="${y(power) + 4}" text-anchor="end">${power}</text>`,
  );
  const along = sizes.map(
    (size) =>
      `<text x="${round(x(size))}" y="${top + height + 18}" text-anchor="middle">${size.toLocaleString('en')}</text>`,
  );
  return `<g transform="translate(${at.join(' ')})"><text x="${left}" y="${top - 14}" font-weight="bold">${title}</text>${[...across, ...along, ...lines].join('')}</g>`;
};

/** From a range of values, by their logarithms, to a range of pixels. */
const scale = (values: readonly number[], [from, to]: readonly [number, number]) => {
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  return (value: number): number => from + ((Math.log10(value) - low) / (high - low || 1)) * (to - from);
};
const round = (value: number): number => Math.round(value * 10) / 10;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
