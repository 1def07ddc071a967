import { type Outcome, outcomes } from '../outcome.ts';

/** What is counted. `replaced`: a public event, by an event with a key that has its `unique_id`. */
export const countedOutcomes = [...outcomes, 'replaced'] as const;
export type CountedOutcome = Outcome | 'replaced';

export interface Label {
  readonly source: string;
  /** Empty for what was rejected before its metric was known. */
  readonly metricId: string;
  readonly outcome: CountedOutcome;
}

/** A change that was counted: its id, and how many events it stands for. */
export interface Contribution extends Label {
  readonly id: string;
  readonly count: number;
}

/** Of base64. Two of 100,000 changes with one label in one hour have the same id with a probability of 0.1 %. */
export const ID_LENGTH = 7;

const NO_METRIC = '-';
const SOURCE = '@';

/**
 * Packs contributions into a text: a line for each source, and below it a line for each metric and outcome, with the
 * ids, and the counts if they are not all 1.
 */
export const packContributions = (all: readonly Contribution[]): string =>
  [...Map.groupBy(all, ({ source }) => source)]
    .flatMap(([source, ofSource]) => [SOURCE + source, ...linesOf(ofSource)])
    .join('\n');

const linesOf = (ofSource: readonly Contribution[]): string[] => {
  const labels = Map.groupBy(
    ofSource,
    ({ metricId, outcome }) => `${metricId || NO_METRIC} ${countedOutcomes.indexOf(outcome)}`,
  );
  return [...labels].map(([label, some]) => {
    const ids = some.map(({ id }) => id).join('');
    const isSingle = some.every(({ count }) => count === 1);
    return `${label} ${ids}${isSingle ? '' : ` ${some.map(({ count }) => count).join()}`}`;
  });
};

export const unpackContributions = (packed: string): Contribution[] => {
  let source = '';
  return packed.split('\n').flatMap((line) => {
    if (line.startsWith(SOURCE)) {
      source = line.slice(SOURCE.length);
      return [];
    }
    return contributionsOf(line, source);
  });
};

const contributionsOf = (line: string, source: string): Contribution[] => {
  const [metric = '', code, ids = '', counts] = line.split(' ');
  const outcome = countedOutcomes[Number(code)];
  if (!outcome) return [];
  const each = counts?.split(',');
  const metricId = metric === NO_METRIC ? '' : metric;
  return Array.from({ length: ids.length / ID_LENGTH }, (_, i) => ({
    source,
    metricId,
    outcome,
    id: ids.slice(i * ID_LENGTH, (i + 1) * ID_LENGTH),
    count: Number(each?.[i] ?? 1),
  }));
};
