import { type SuppressionReason, suppressionReasons } from '../../consent/records/suppression.ts';
import type { ProfileInput } from '../../profiles/records/profile.ts';
import { yesOrNo } from '../cells/yes-no.ts';
import { comparable } from '../columns/headers.ts';
import type { timesIn } from '../columns/mapping.ts';
import { withoutFirstGuard } from '../csv/formulas.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import { pastTimeProblem } from './past-time.ts';

/** An address that another system has suppressed, with the reason. */
export interface RowSuppression {
  readonly email: string;
  readonly reason: SuppressionReason;
  /** The time of the suppression. Absent if the file does not have it. */
  readonly at?: Date;
}

/** The names of reasons in Klaviyo and in files made for it. */
const reasons: ReadonlyMap<string, SuppressionReason> = new Map(
  Object.entries({
    'hard bounce': 'HARD_BOUNCE',
    'hard bounced': 'HARD_BOUNCE',
    'soft bounce': 'HARD_BOUNCE',
    'soft bounced': 'HARD_BOUNCE',
    bounce: 'HARD_BOUNCE',
    bounced: 'HARD_BOUNCE',
    cleaned: 'HARD_BOUNCE',
    invalid: 'INVALID_EMAIL',
    'invalid email': 'INVALID_EMAIL',
    'spam complaint': 'SPAM_COMPLAINT',
    'spam complaints': 'SPAM_COMPLAINT',
    'marked as spam': 'SPAM_COMPLAINT',
    spam: 'SPAM_COMPLAINT',
    complaint: 'SPAM_COMPLAINT',
    unsubscribe: 'UNSUBSCRIBE',
    unsubscribed: 'UNSUBSCRIBE',
    'user suppressed': 'USER_SUPPRESSED',
    'manually suppressed': 'USER_SUPPRESSED',
    'manual suppression': 'USER_SUPPRESSED',
    manual: 'USER_SUPPRESSED',
    suppressed: 'USER_SUPPRESSED',
  }),
);

type Meaning = (text: string) => readonly SuppressionReason[] | undefined;

/** A list of reasons: `["SPAM_COMPLAINT"]`, `Hard bounce; Unsubscribed`. */
const listed: Meaning = (text) => {
  const words = text
    .replaceAll(/[[\]"']/g, '')
    .split(/[,;|]/)
    .map(comparable)
    .filter((word) => word !== '');
  const found = words.map((word) => reasons.get(word));
  return found.every((reason) => reason !== undefined) ? found : undefined;
};

/** A flag. */
const flag =
  (reason: SuppressionReason): Meaning =>
  (text) => {
    const answer = yesOrNo(text);
    return answer === undefined ? undefined : answer ? [reason] : [];
  };

/** Any text: HubSpot exports the reply of the mail server. */
const anything =
  (reason: SuppressionReason): Meaning =>
  (text) =>
    text === '' ? [] : [reason];

/** `TRUE` or the reason of the bounce: any text but a no. */
const unlessNo =
  (reason: SuppressionReason): Meaning =>
  (text) =>
    yesOrNo(text) === false ? [] : [reason];

const klaviyos = ['email suppressions', 'email suppression', 'email suppression reason'];
const meanings: ReadonlyMap<string, Meaning> = new Map(
  Object.entries({
    ...Object.fromEntries(klaviyos.map((name) => [name, listed])),
    // HubSpot's columns, by label and by name.
    'email hard bounce reason': anything('HARD_BOUNCE'),
    'hs email hard bounce reason': anything('HARD_BOUNCE'),
    'hs email hard bounce reason enum': anything('HARD_BOUNCE'),
    'invalid email address': flag('INVALID_EMAIL'),
    'hs email bad address': flag('INVALID_EMAIL'),
    'email address quarantined': flag('USER_SUPPRESSED'),
    'hs email quarantined': flag('USER_SUPPRESSED'),
    // Its file of unsubscribes and bounces (knowledge.hubspot.com).
    'portal bounce': unlessNo('HARD_BOUNCE'),
    'global bounce': unlessNo('HARD_BOUNCE'),
    'portal spam report': flag('SPAM_COMPLAINT'),
  }),
);

/** Mailchimp's file of bounced contacts: all its rows are suppressed. */
const CLEANED = 'clean time';

interface How {
  readonly readTime: ReturnType<typeof timesIn>;
  /** The latest time of a suppression. */
  readonly until?: string | undefined;
}

interface Suppressions {
  readonly suppressions: readonly RowSuppression[];
  readonly problems: readonly RowProblem[];
}

const noSuppressions: Suppressions = { suppressions: [], problems: [] };

/** Creates a reader of suppressed addresses, from the columns of other systems' exports. */
export const suppressionReader = (headers: readonly string[], { readTime, until }: How) => {
  const columns = headers.map((column, i) => ({ name: comparable(column), column, i }));
  const telling = columns.flatMap(({ name, ...at }) => {
    const meaning: Meaning | undefined = name === CLEANED ? () => ['HARD_BOUNCE'] : meanings.get(name);
    const time = name === CLEANED ? at.i : columns.find((one) => one.name === `${name} timestamp`)?.i;
    return meaning ? [{ ...at, meaning, time }] : [];
  });
  if (telling.length === 0) return (): Suppressions => noSuppressions;

  return (cells: readonly string[], { identifiers: { email } }: Pick<ProfileInput, 'identifiers'>): Suppressions => {
    const textAt = (i: number): string => withoutFirstGuard(cells[i] ?? '').trim();
    const suppressions: RowSuppression[] = [];
    const problems: RowProblem[] = [];
    for (const { column, i, meaning, time } of telling) {
      const found = meaning(textAt(i));
      if (found === undefined) problems.push({ column, ...unknown(textAt(i)) });
      if (found === undefined || found.length === 0) continue;
      if (typeof email !== 'string') {
        problems.push({
          column,
          code: 'invalid_suppression',
          message: 'The row has a suppression, but no e-mail address. Add the column Email.',
        });
        continue;
      }
      const header = headers[time ?? i] ?? '';
      const times = time === undefined ? [] : timesOf(textAt(time), found.length);
      for (const [n, reason] of found.entries()) {
        const text = times[n] ?? '';
        const since = text === '' ? undefined : readTime(comparable(header), text);
        const problem = since instanceof Date ? pastTimeProblem(since, until) : since;
        if (problem) problems.push({ column: header, ...problem });
        else suppressions.push({ email, reason, ...(since instanceof Date && { at: since }) });
      }
    }
    return { suppressions, problems };
  };
};

/** The time of each reason: one for all, or a list as long as that of the reasons. */
const timesOf = (text: string, count: number): readonly string[] =>
  text.startsWith('[') ? text.replaceAll(/[[\]"\s]/g, '').split(',') : Array<string>(count).fill(text);

const unknown = (text: string): Pick<RowProblem, 'code' | 'message'> => ({
  code: 'invalid_suppression',
  message: `'${text.slice(0, 100)}' is not a known reason. Write ${suppressionReasons.join(', ')}, or leave it blank.`,
});
