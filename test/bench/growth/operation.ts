import type { startWorld } from './world.ts';

export type Running = Awaited<ReturnType<typeof startWorld>>;

/** The world that is asked: how many events it holds, and people of it. */
export interface Ground {
  readonly events: number;
  readonly profileId: string;
  /** Fifty different people, that one first. */
  readonly known: readonly string[];
  /** Whose fifty events are: of that one alone, or each of another person. */
  readonly owners: readonly string[];
}

/** How many rows or people are in what has many. */
export const MANY = 50;

export const groups = ['events', 'profiles', 'consent', 'lists', 'files'] as const;

export interface Operation {
  readonly name: string;
  /** What has to be so before each run, and is not measured; `run` is given what it says. */
  readonly prepare?: (world: Running, ground: Ground, round: number) => Promise<string | undefined>;
  readonly run: (world: Running, ground: Ground, round: number, prepared: string) => Promise<unknown>;
  /** @default 25 */
  readonly runs?: number;
}

export const equals = (field: string, value: string): string => filter(`equals(${field},"${value}")`);
export const filter = (text: string): string => `filter=${encodeURIComponent(text)}`;
export const page = `page[size]=${MANY}`;

/** The list that nearly everybody is on. */
export const CLUB = 'club';
