import { createHash, hash } from 'node:crypto';
import { decodeTime, encodeTime } from 'ulid';
import { ExactNumber } from '../../../platform/json/exact-number.ts';
import type { Content, Event } from './event.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const HASH_LENGTH = 16;
const TIME_LENGTH = 10;

/** 80 bits of SHA-256, in the alphabet of ULIDs. Collisions are practically impossible. */
export const hashOf = (...parts: readonly string[]): string => {
  const bytes = hash('sha256', JSON.stringify(parts), 'binary');
  let text = '';
  for (let at = 0; at < HASH_LENGTH; at++) text += ALPHABET[bytes.charCodeAt(at) & 31];
  return text;
};

type EventPosition = Pick<Event, 'profileId' | 'hash'> & { readonly time: string };

/**
 * The public id contains the key: the profile id, and a ULID of time and hash. So an event is read by its id without an
 * index. The id has no account: the key always uses that of the caller.
 */
export const eventIdOf = ({ profileId, time, hash }: EventPosition): string =>
  `${profileId}${encodeTime(Date.parse(time), TIME_LENGTH)}${hash}`;

const EVENT_ID = /^([0-9A-Za-z_-]{1,64})([0-7][0-9A-HJKMNP-TV-Z]{9})([0-9A-HJKMNP-TV-Z]{16})$/;

export const parseEventId = (id: string): EventPosition | undefined => {
  const [, profileId, time, hash] = EVENT_ID.exec(id) ?? [];
  if (profileId === undefined || time === undefined || hash === undefined) return undefined;
  return { profileId, time: new Date(decodeTime(time + hash)).toISOString(), hash };
};

/** A UUID (version 7) of the time and the hash, for clients that need one. */
export const uuidOf = ({ time, hash }: Pick<Event, 'time' | 'hash'>): string => {
  const ms = Date.parse(time).toString(16).padStart(12, '0');
  const bits = createHash('sha256').update(hash).digest('hex');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${bits.slice(0, 3)}-8${bits.slice(3, 6)}-${bits.slice(6, 18)}`;
};

/** The content as text, independent of the order of its members. */
export const contentText = ({ properties, value, valueCurrency }: Content): string =>
  JSON.stringify([sortMembers(properties), value ?? null, valueCurrency ?? null]);

const sortMembers = (given: unknown): unknown => {
  if (Array.isArray(given)) return given.map(sortMembers);
  if (typeof given !== 'object' || given === null || given instanceof ExactNumber) return given;
  const members = Object.entries(given).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sortMembers(member)]));
};
