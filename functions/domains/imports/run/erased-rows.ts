import type { Alias } from '../../../model/identity.ts';
import type { Context } from '../../accounts/context.ts';
import { erasedError, filterErased } from '../../erased/actions.ts';
import { identifiersIn } from '../../profiles/records/profile.ts';
import { addressesIn } from '../names/addresses.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import type { Unit } from '../rows/units.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'> & Partial<Pick<Context, 'accountSettings'>>;

/** The identifiers in a unit, also if it can't be imported: those that could be read, and addresses in its text. */
const namedIn = ({ parsed, rows }: Unit): Alias[] => [
  ...(parsed ? identifiersIn(parsed.input.identifiers) : []),
  ...rows.flatMap(({ text }) => addressesIn(text).map((value) => ({ kind: 'email' as const, value }))),
];

/**
 * The failed units that name an erased person. They fail as `erased` instead, so that their text is not kept. Reads
 * nothing if the account has erased nobody.
 */
export const aboutErased = async (
  units: readonly Unit[],
  context: Deps,
): Promise<ReadonlyMap<Unit, readonly RowProblem[]>> => {
  const named = units.flatMap((unit) => namedIn(unit).map((one) => ({ ...one, unit })));
  const erased = await filterErased(named, context);
  return new Map(
    erased.map(({ unit, ...one }) => [
      unit,
      erasedError([one]).problems.map(({ detail }) => ({ code: 'erased', message: detail })),
    ]),
  );
};
