import type { Destination } from './destination.ts';
import type { MovedRecord, Source, Unit } from './records.ts';
import { type Counts, noCounts, type State } from './state.ts';

/** How much is imported at once. A killed migration sends this much again, which changes nothing. */
const CHUNK = 5_000;
/** How many records of a unit are compared in the end. */
const SAMPLE = 20;

export interface Progress {
  readonly unit: Unit;
  readonly number: number;
  readonly of: number;
  readonly counts: Counts;
  /** Of this unit. */
  readonly secondsLeft?: number | undefined;
}

interface Migration {
  readonly source: Source;
  readonly destination: Destination;
  readonly chunk?: number;
  readonly save: (state: State) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly now?: () => number;
}

/** Moves each unit, chunk by chunk. The state is saved after each: the next run continues there. */
export const migrate = async (
  begun: State,
  { source, destination, chunk = CHUNK, save, onProgress, now = Date.now }: Migration,
): Promise<State> => {
  let state = begun;
  const units = await source.units();
  for (const [i, unit] of units.entries()) {
    if (state.done.includes(unit.id)) continue;
    const from = state.at?.unit === unit.id ? state.at.next : undefined;
    if (from === undefined) state = { ...state, units: { ...state.units, [unit.id]: noCounts } };
    const startedAt = now();
    let pending: MovedRecord[] = [];
    let firstFraction: number | undefined;
    for await (const { records, next, fraction } of source.read(unit, from)) {
      pending.push(...records);
      firstFraction ??= fraction;
      if (next !== undefined && pending.length < chunk) continue;
      const sent = await destination.send(pending, fileNameOf(unit));
      const { at: _, ...rest } = state;
      state = {
        ...rest,
        ...(next === undefined ? { done: [...state.done, unit.id] } : { at: { unit: unit.id, next } }),
        units: { ...state.units, [unit.id]: sum(state.units[unit.id] ?? noCounts, sent.counts) },
        failedImports: [...state.failedImports, ...sent.failedImports],
        sample: sampled(state.sample, pending),
      };
      save(state);
      pending = [];
      const secondsLeft = leftOf({ elapsedMs: now() - startedAt, from: firstFraction, at: fraction });
      onProgress({ unit, number: i + 1, of: units.length, counts: state.units[unit.id] ?? noCounts, secondsLeft });
    }
  }
  return state;
};

/** The name is in the evidence of each consent. */
const fileNameOf = ({ id }: Unit): string => `migrated-${id.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 100)}`;

const sum = (a: Counts, b: Counts): Counts => ({
  read: a.read + b.read,
  stored: a.stored + b.stored,
  failed: a.failed + b.failed,
  leftOut: a.leftOut + b.leftOut,
});

/** Takes a few records of each chunk at random, up to a limit for each kind. */
const sampled = (before: State['sample'], records: readonly MovedRecord[]): State['sample'] => {
  const all = [...before];
  for (const kind of ['profiles', 'events', 'catalog'] as const) {
    const own = records.filter((one) => one.kind === kind);
    const count = Math.min(SAMPLE, own.length);
    const from = Math.floor(Math.random() * (own.length - count + 1));
    for (const one of own.slice(from, from + count)) {
      const same = all.filter((other) => other.kind === kind);
      const oldest = same[0];
      if (same.length >= SAMPLE * 5 && oldest) all.splice(all.indexOf(oldest), 1);
      all.push({ kind, record: { ...one.record } });
    }
  }
  return all;
};

/** By the times of the records: their position between the first one and now. */
const leftOf = ({
  elapsedMs,
  from = 0,
  at,
}: {
  readonly elapsedMs: number;
  readonly from: number | undefined;
  readonly at: number | undefined;
}): number | undefined => {
  if (at === undefined || !(at > from) || at > 1) return undefined;
  return Math.round((elapsedMs * (1 - at)) / (at - from) / 1_000);
};
