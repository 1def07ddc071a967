import * as v from 'valibot';
import { parseIsoTime } from '../../../platform/iso-time.ts';
import { ExactNumber } from '../../../platform/json/exact-number.ts';
import { numberIn } from '../../../platform/json/read-number.ts';
import { Text } from '../../../platform/validation/text.ts';

/** An id of a vendor, as text: some have more digits than a double. */
export const Id = v.pipe(
  v.union([v.pipe(Text, v.nonEmpty()), v.number(), v.instance(ExactNumber)], 'An id is a text or a number.'),
  v.transform((id) => (id instanceof ExactNumber ? id.text : String(id))),
);

/** An amount of money, as a number or as its text. */
export const Amount = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }): number => {
    const amount = numberIn(value);
    if (amount !== undefined) return amount;
    addIssue({ message: 'An amount is a number such as 9.99, or its text.' });
    return NEVER;
  }),
);

export const Time = v.pipe(
  v.string(),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }): Date => {
    const time = parseIsoTime(value);
    if (time) return time;
    addIssue({ message: 'Not a time in ISO 8601, such as 2026-07-15T10:00:00+02:00.' });
    return NEVER;
  }),
);

/** Vendors send null or an empty text for what they do not know. */
export const optionalText = v.pipe(
  v.nullish(v.union([Text, v.number()])),
  v.transform((text) => (text === null || text === undefined || text === '' ? undefined : String(text))),
);
export const optionalTime = v.nullish(Time);
export const optionalAmount = v.nullish(Amount);
export const optionalId = v.nullish(Id);

/** The members that have a value. */
export const present = <Members extends Readonly<Record<string, unknown>>>(members: Members): Present<Members> =>
  // `fromEntries` loses the names.
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  ) as Present<Members>;

type Present<Members> = { readonly [Name in keyof Members]?: NonNullable<Members[Name]> };
