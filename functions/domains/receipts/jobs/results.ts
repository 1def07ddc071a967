import { type Outcome, outcomes } from '../outcome.ts';

/** Where an event is stored: its profile, its time, and how its hash begins. */
export interface Place {
  readonly profileId: string;
  readonly time: string;
  readonly hash: string;
}

export interface Result {
  readonly outcome: Outcome;
  readonly place?: Place | undefined;
  /** What else the entry of a call about people concerns. */
  readonly others?: readonly Other[] | undefined;
}

/** A further profile, and what was asked for it. */
export type Other = Pick<Place, 'profileId' | 'hash'>;

/** Enough to find an event among those of one person and millisecond. A whole hash would be most of the item. */
const HASH_LENGTH = 4;
const SEPARATOR = ',';

/** Loaded on first use: single events need none. */
const zlib = () => process.getBuiltinModule('node:zlib');

/**
 * Packs results into a text: a line for each, with its outcome, profile, time and hash. A profile or a time that is that
 * of the line before is left out. Further profiles follow, with what was asked for each. A hundred events of different people take about two and a half kilobytes.
 */
export const packResults = (results: readonly Result[]): string => {
  let before = { profileId: '', time: 0 };
  const lines = results.map(({ outcome, place, others = [] }) => {
    const code = outcomes.indexOf(outcome);
    if (!place) return String(code);
    const time = Date.parse(place.time);
    const profileId = place.profileId === before.profileId ? '' : place.profileId;
    const line = [code, profileId, (time - before.time).toString(36), place.hash.slice(0, HASH_LENGTH)];
    before = { profileId: place.profileId, time };
    return [...line, ...others.flatMap((one) => [one.profileId, one.hash])].join(SEPARATOR);
  });
  return zlib().deflateRawSync(lines.join('\n')).toString('base64');
};

export const unpackResults = (packed: string): Result[] => {
  const text = zlib().inflateRawSync(Buffer.from(packed, 'base64')).toString();
  let before = { profileId: '', time: 0 };
  return text.split('\n').map((line): Result => {
    const [code, profileId = '', difference, hash, ...more] = line.split(SEPARATOR);
    const outcome = outcomes[Number(code)] ?? 'stored';
    if (difference === undefined || hash === undefined) return { outcome };
    before = { profileId: profileId || before.profileId, time: before.time + Number.parseInt(difference, 36) };
    const place = { profileId: before.profileId, time: new Date(before.time).toISOString(), hash };
    return { outcome, place, ...(more.length > 0 && { others: othersIn(more) }) };
  });
};

const othersIn = (texts: readonly string[]): Other[] =>
  texts.flatMap((hash, i) => (i % 2 === 1 ? [{ profileId: texts[i - 1] ?? '', hash }] : []));
