import { groupWithOwners } from '../../profiles/group-by-person.ts';
import type { IdentifierOwner } from '../../profiles/records/resolve.ts';
import type { ParsedRow } from '../rows/parsed-row.ts';
import { type Deps, numberOf, type ParsedUnit } from './application.ts';

/** Consecutive rows with the same effect, which is applied once. */
type RowGroup<Parsed extends ParsedRow> = readonly [ParsedUnit<Parsed>, ...ParsedUnit<Parsed>[]];

export interface NumberedRow<Parsed extends ParsedRow> {
  readonly row: Parsed;
  readonly number: number;
  /** The owners of its identifiers, if they have just been read. */
  readonly named?: readonly IdentifierOwner[] | undefined;
}

interface Pass<Parsed extends ParsedRow> {
  readonly groups: readonly RowGroup<Parsed>[];
  /** The first row of each group. */
  readonly rows: readonly NumberedRow<Parsed>[];
}

/**
 * Splits units into passes: the first pass has the first rows of each person, the second the next rows, and so on. The
 * owners that are read to group people serve the first pass.
 */
export const passesOf = async <Parsed extends ParsedRow>(
  units: readonly ParsedUnit<Parsed>[],
  deps: Deps,
  isAlike: (row: Parsed, other: Parsed) => boolean = () => false,
): Promise<readonly Pass<Parsed>[]> => {
  const { groups: people, namedOf } = await groupWithOwners(units, ({ parsed }) => parsed.input, deps);
  const groupsByPerson = people.map((person) => groupsIn(person, isAlike));
  const count = groupsByPerson.reduce((most, groups) => Math.max(most, groups.length), 0);
  return Array.from({ length: count }, (_, pass) => {
    const groups = groupsByPerson.flatMap((own): RowGroup<Parsed>[] => (own[pass] ? [own[pass]] : []));
    return {
      groups,
      rows: groups.map(([unit]) =>
        pass > 0 ? toNumberedRow(unit) : { ...toNumberedRow(unit), named: namedOf.get(unit) },
      ),
    };
  });
};

export const toNumberedRow = <Parsed extends ParsedRow>(unit: ParsedUnit<Parsed>): NumberedRow<Parsed> => ({
  row: unit.parsed,
  number: numberOf(unit),
});

const groupsIn = <Parsed extends ParsedRow>(
  person: readonly ParsedUnit<Parsed>[],
  isAlike: (row: Parsed, other: Parsed) => boolean,
): RowGroup<Parsed>[] => {
  const groups: [ParsedUnit<Parsed>, ...ParsedUnit<Parsed>[]][] = [];
  for (const unit of person) {
    const last = groups.at(-1);
    if (last && isAlike(last[0].parsed, unit.parsed)) last.push(unit);
    else groups.push([unit]);
  }
  return groups;
};

/** Pairs each unit with the answer to its group. */
export const withAnswers = <Parsed extends ParsedRow, Answer>(
  groups: readonly RowGroup<Parsed>[],
  answers: readonly Answer[],
): (readonly [ParsedUnit<Parsed>, Answer])[] =>
  groups.flatMap((group, i): (readonly [ParsedUnit<Parsed>, Answer])[] => {
    const answer = answers[i];
    return answer === undefined ? [] : group.map((unit) => [unit, answer] as const);
  });
