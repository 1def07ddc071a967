import type { Problem } from '../../errors.ts';
import { MAX_REPORTED } from '../../validation/bounded-array.ts';

/**
 * A list whose entries are applied independently: a wrong entry does not prevent the others. The handler reports it.
 */
export interface Entries {
  /** The JSON pointer to the list. An unknown member is then a problem of its entry. */
  readonly list?: string;
  /**
   * Finds the problems of entries in a body that is rejected for another reason. Any part of the body can be missing.
   */
  readonly problems: (body: unknown) => readonly Problem[];
}

type ProblemsByIndex = ReadonlyMap<number, readonly Problem[]>;

interface SortedProblems {
  readonly bodyProblems: readonly Problem[];
  readonly entryProblems: ProblemsByIndex;
}

/** Separates the problems of entries from those of the rest of the body. */
export const sortByEntry = (problems: readonly Problem[], list: string | undefined): SortedProblems => {
  // The list of problems may be cut. Reject the whole body, since entries with unreported problems must not be applied.
  if (list === undefined || problems.length >= MAX_REPORTED)
    return { bodyProblems: problems, entryProblems: new Map() };
  const bodyProblems: Problem[] = [];
  const entryProblems = new Map<number, Problem[]>();
  for (const problem of problems) {
    const index = indexIn(problem.source?.pointer ?? '', list);
    if (index === undefined) bodyProblems.push(problem);
    else entryProblems.set(index, [...(entryProblems.get(index) ?? []), problem]);
  }
  return { bodyProblems, entryProblems };
};

const indexIn = (pointer: string, list: string): number | undefined => {
  const [segment = ''] = pointer.startsWith(`${list}/`) ? pointer.slice(list.length + 1).split('/') : [];
  return /^\d+$/.test(segment) ? Number(segment) : undefined;
};

/** The unknown members of entries, by the parsed body. */
const unknownMembersByBody = new WeakMap<object, ProblemsByIndex>();

export const storeUnknownMembers = (body: unknown, entryProblems: ProblemsByIndex): void => {
  if (entryProblems.size > 0 && typeof body === 'object' && body !== null)
    unknownMembersByBody.set(body, entryProblems);
};

/** The problems of unknown members in one entry of a parsed body. */
export const unknownMembersOf = (body: object, index: number): readonly Problem[] =>
  unknownMembersByBody.get(body)?.get(index) ?? [];
