import type { Table } from '../../../platform/table/table.ts';
import { put } from '../../../platform/table/write.ts';
import { hourOfDate, hoursFrom } from './hours.ts';
import { type TotalsState, totalsStates } from './store.ts';

export const findState = async (account: string, { table }: { readonly table: Table }) =>
  (await table.getMany(totalsStates, [{ account }]))[0];

/** The state of an account, which is made if this is the first time. */
export const ensureState = async (
  account: string,
  { table, now }: { readonly table: Table; readonly now: () => Date },
): Promise<TotalsState> => {
  const stored = await findState(account, { table });
  if (stored) return stored;
  const at = now();
  const made = { account, startedAt: at.toISOString(), foldedUntil: hourOfDate(at), version: 0 };
  const written = await table.write(put(totalsStates, made, 'absent'));
  if (written.done) return made;
  return written.existing ? totalsStates.fromItem(written.existing) : made;
};

/** Changes a state. Returns it, or undefined if another run has changed it. */
export const changeState = async (
  state: TotalsState,
  changes: Partial<Pick<TotalsState, 'foldedUntil' | 'place' | 'completeAt'>>,
  { table }: { readonly table: Table },
): Promise<TotalsState | undefined> => {
  const changed = { ...state, ...changes, version: state.version + 1 };
  const isSame = { attribute: 'version', is: '=', value: state.version } as const;
  return (await table.write(put(totalsStates, changed, isSame))).done ? changed : undefined;
};

/** A part is written within the hour that it names, or in the one before or after: clocks differ. */
const OPEN_HOURS = 3;

/** The hours whose contributions may be in no totals of hours yet. */
export const openHours = ({ foldedUntil }: Pick<TotalsState, 'foldedUntil'>): string[] =>
  hoursFrom(foldedUntil, OPEN_HOURS);
