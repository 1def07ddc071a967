import type { Problem } from '../../errors.ts';
import { MAX_REPORTED } from '../../validation/bounded-array.ts';

/** Entries of a body of which a wrong one keeps no other from being applied: the handler tells of them. */
export interface Entries {
  /** The pointer to their list. Unknown members of an entry are then its own problem. */
  readonly list?: string;
  /** What is wrong with them in a body that is refused for something else, which may lack any part. */
  readonly problems: (body: unknown) => readonly Problem[];
}

type ByPlace = ReadonlyMap<number, readonly Problem[]>;

interface Sorted {
  readonly ofBody: readonly Problem[];
  readonly ofEntries: ByPlace;
}

/** Tells the problems of entries from those of the body around them. */
export const sortByEntry = (problems: readonly Problem[], list: string | undefined): Sorted => {
  // There may be more than are reported: no entry is applied of which a member may have been left out.
  if (list === undefined || problems.length >= MAX_REPORTED) return { ofBody: problems, ofEntries: new Map() };
  const ofBody: Problem[] = [];
  const ofEntries = new Map<number, Problem[]>();
  for (const problem of problems) {
    const place = placeIn(problem.source?.pointer ?? '', list);
    if (place === undefined) ofBody.push(problem);
    else ofEntries.set(place, [...(ofEntries.get(place) ?? []), problem]);
  }
  return { ofBody, ofEntries };
};

const placeIn = (pointer: string, list: string): number | undefined => {
  const [step = ''] = pointer.startsWith(`${list}/`) ? pointer.slice(list.length + 1).split('/') : [];
  return /^\d+$/.test(step) ? Number(step) : undefined;
};

/** By the parsed body: the unknown members of its entries. */
const unknownMembers = new WeakMap<object, ByPlace>();

export const noteUnknownMembers = (body: unknown, ofEntries: ByPlace): void => {
  if (ofEntries.size > 0 && typeof body === 'object' && body !== null) unknownMembers.set(body, ofEntries);
};

/** The problems of unknown members in an entry of a parsed body, by its place in the list. */
export const unknownMembersOf = (body: object, place: number): readonly Problem[] =>
  unknownMembers.get(body)?.get(place) ?? [];
