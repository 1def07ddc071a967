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
}

/** Enough to find an event among those of one person and millisecond. A whole hash would be most of the item. */
const HASH_LENGTH = 4;
const SEPARATOR = ',';

/** Loaded on first use: single events need none. */
const zlib = () => process.getBuiltinModule('node:zlib');

/**
 * Packs results into a text: a line for each, with its outcome, profile, time and hash. A profile or a time that is that
 * of the line before is left out. A hundred events of different people take about two and a half kilobytes.
 */
export const packResults = (results: readonly Result[]): string => {
  let before = { profileId: '', time: 0 };
  const lines = results.map(({ outcome, place }) => {
    const code = outcomes.indexOf(outcome);
    if (!place) return String(code);
    const time = Date.parse(place.time);
    const profileId = place.profileId === before.profileId ? '' : place.profileId;
    const line = [code, profileId, (time - before.time).toString(36), place.hash.slice(0, HASH_LENGTH)];
    before = { profileId: place.profileId, time };
    return line.join(SEPARATOR);
  });
  return zlib().deflateRawSync(lines.join('\n')).toString('base64');
};

export const unpackResults = (packed: string): Result[] => {
  const text = zlib().inflateRawSync(Buffer.from(packed, 'base64')).toString();
  let before = { profileId: '', time: 0 };
  return text.split('\n').map((line): Result => {
    const [code, profileId = '', difference, hash] = line.split(SEPARATOR);
    const outcome = outcomes[Number(code)] ?? 'stored';
    if (difference === undefined || hash === undefined) return { outcome };
    before = { profileId: profileId || before.profileId, time: before.time + Number.parseInt(difference, 36) };
    return { outcome, place: { profileId: before.profileId, time: new Date(before.time).toISOString(), hash } };
  });
};
