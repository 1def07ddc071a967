import type { Account } from '../../../model/account.ts';
import { comparable } from '../columns/headers.ts';
import { yesOrNo } from '../columns/yes-no.ts';
import { withoutFirstGuard } from '../csv/formulas.ts';
import { withoutPersons } from '../file-name.ts';
import { type Mapping, timesIn } from '../mappings/mapping.ts';
import { shellWord } from '../shell-word.ts';
import { pastTimeProblem } from './past-time.ts';
import type { RowProblem } from './row.ts';

/** What a row says of a consent. */
export interface SaidConsent {
  readonly channel: 'email' | 'sms';
  readonly type: 'marketing' | 'transactional';
  readonly to: 'SUBSCRIBED' | 'UNSUBSCRIBED';
  /** When it was given or withdrawn; absent where the file doesn't tell. */
  readonly at?: Date;
  /** Said by a flag that exports keep though somebody opted out elsewhere: it does not undo an opt-out. */
  readonly isWeak?: boolean;
  /** Where it was given, and why it may be used. */
  readonly source?: string;
  readonly basis?: string;
  readonly column: string;
}

const stated = [
  { name: 'email marketing consent', channel: 'email', type: 'marketing' },
  { name: 'sms marketing consent', channel: 'sms', type: 'marketing' },
  { name: 'sms transactional consent', channel: 'sms', type: 'transactional' },
] as const;

/** Shopify's flags. `no` stands for "never" as well as for "no longer", so it says nothing. */
const flags = [
  { name: 'accepts email marketing', channel: 'email' },
  { name: 'accepts sms marketing', channel: 'sms' },
] as const;

/** HubSpot's, by its label and by its name: nothing is sent to whoever opted out there. */
const optOuts: readonly string[] = ['unsubscribed from all email', 'hs email optout', 'portal unsubscribe'];

const SOURCE = 'consent source';
const BASIS = 'consent basis';

/** Of a column that is consent: whether it says when. */
export const isTime = (header: string): boolean => comparable(header).endsWith(' timestamp');

const isStated = (name: string): boolean =>
  name === SOURCE || name === BASIS || stated.some((one) => name === one.name || name === `${one.name} timestamp`);

/** Whether any column says who consented. */
export const tellConsent = (headers: readonly string[]): boolean =>
  headers.map(comparable).some((name) => says(name) && name !== SOURCE && name !== BASIS);

/** Columns that are consent and nothing else. */
export const consentColumns = (headers: readonly string[]): ReadonlySet<number> =>
  new Set(headers.flatMap((header, column) => (isStated(comparable(header)) ? [column] : [])));

interface File {
  readonly headers: readonly string[];
  /** What the file is called. */
  readonly file: string;
  readonly mapping?: Mapping;
  readonly readTime?: ReturnType<typeof timesIn>;
  /** Nobody consents later than this: it would hold against whatever is said until then. */
  readonly until?: string | undefined;
  readonly unproved?: Account['unprovedConsent'] | undefined;
}

interface Consents {
  readonly consents: readonly SaidConsent[];
  readonly problems: readonly RowProblem[];
  /** What is left out, while the rest of the row is imported. */
  readonly doubts?: readonly RowProblem[];
}

const nothing: Consents = { consents: [], problems: [] };

/** Reads what the rows of a file say of consent, by their cells: most files have no column for that. */
export const consentReader = (file: File): ((cells: readonly string[]) => Consents) => {
  const columns = file.headers.map((header, i) => [comparable(header), header, i] as const);
  if (!columns.some(([name]) => says(name))) return () => nothing;
  return (cells) =>
    toConsents(
      new Map(columns.map(([name, column, i]) => [name, { column, text: withoutFirstGuard(cells[i] ?? '').trim() }])),
      file,
    );
};

const says = (name: string): boolean =>
  isStated(name) || flags.some((flag) => flag.name === name) || optOuts.includes(name) || mailchimpNames.includes(name);

const toConsents = (
  byName: ReadonlyMap<string, { readonly column: string; readonly text: string }>,
  { file, mapping = {}, readTime = timesIn(mapping), until, unproved }: File,
): Consents => {
  const problems: RowProblem[] = [];
  const timeIn = (name: string): Date | undefined => {
    const { text = '', column = name } = byName.get(name) ?? {};
    if (text === '') return undefined;
    const at = readTime(name, text);
    const problem = at instanceof Date ? pastTimeProblem(at, until) : at;
    if (problem) problems.push({ column, ...problem });
    return at instanceof Date && !problem ? at : undefined;
  };

  const consents = stated.flatMap(({ name, channel, type }): SaidConsent[] => {
    const { text = '', column = name } = byName.get(name) ?? {};
    const at = timeIn(`${name} timestamp`);
    const to = statusIn(text);
    if (to === undefined) {
      problems.push({
        column,
        code: 'invalid_consent',
        message: `'${text}' is not one of Subscribed, Unsubscribed, Never subscribed.`,
      });
    }
    if (to === undefined || to === 'none') return [];
    return [{ channel, type, to, column, ...(at && { at }) }];
  });
  for (const { name, channel } of flags) {
    const said = byName.get(name);
    const isKnown = consents.some((one) => one.channel === channel && one.type === 'marketing');
    const answer = said && yesOrNo(said.text);
    if (said && answer === undefined) problems.push(neither(said));
    if (said && answer && !isKnown) {
      consents.push({ channel, type: 'marketing', to: 'SUBSCRIBED', isWeak: true, column: said.column });
    }
  }
  if (consents.every(({ channel }) => channel !== 'email')) consents.push(...mailchimp(byName, file, timeIn));
  for (const said of optOuts.flatMap((name) => byName.get(name) ?? [])) {
    const answer = yesOrNo(said.text);
    if (answer === undefined) problems.push(neither(said));
    if (!answer) continue;
    const known = consents.findIndex((one) => one.channel === 'email' && one.type === 'marketing');
    if (consents[known]?.to === 'UNSUBSCRIBED') continue;
    // Of an opt-in and an opt-out in one row the opt-out holds.
    if (known >= 0) consents.splice(known, 1);
    consents.push({ channel: 'email', type: 'marketing', to: 'UNSUBSCRIBED', column: said.column });
  }
  const textOf = (name: string) => byName.get(name)?.text || undefined;
  const source = textOf(SOURCE) ?? mapping.consent?.source;
  const basis = textOf(BASIS) ?? mapping.consent?.basis;
  const since = mapping.consent?.at;
  const proved = consents.map((one) => ({
    ...one,
    ...(!one.at && since !== undefined && { at: new Date(since) }),
    ...(source !== undefined && { source }),
    ...(basis !== undefined && { basis }),
  }));
  const doubts: RowProblem[] = [];
  const told = proved.filter(({ to, at, column }) => {
    const problem = at && pastTimeProblem(at, until);
    if (problem) problems.push({ column, ...problem });
    // A time that can't be read is a problem already.
    if (to !== 'SUBSCRIBED' || at || basis !== undefined || problems.length > 0) return true;
    const message = unprovedMessage(file, unproved);
    (unproved === 'import_profile' ? doubts : problems).push({ column, code: 'unproved_consent', message });
    return unproved !== 'import_profile';
  });
  return { consents: told, problems, doubts };
};

const neither = ({ column, text }: { readonly column: string; readonly text: string }): RowProblem => ({
  column,
  code: 'invalid_consent',
  message: `'${text.slice(0, 100)}' is neither yes nor no. Write yes, no, TRUE or FALSE.`,
});

const unprovedMessage = (file: string, unproved: File['unproved']): string =>
  [
    'Nothing says when or on what grounds this person subscribed.',
    ...(unproved === 'import_profile' ? ['The profile is imported without.'] : []),
    `If one reason holds for the whole file, drop it with ${commandWithBasis(file)}, or put a mapping beside it that says {"consent": {"basis": "…"}}. Else add a column Consent Basis, or one with the time.`,
  ].join(' ');

/** What to type, with the name of the file unless that names a person. */
export const commandWithBasis = (file: string): string =>
  `npm run admin -- imports drop ${shellWord(withoutPersons(file))} --as profiles --consent-basis "…"`;

const statusIn = (text: string): SaidConsent['to'] | 'none' | undefined => {
  switch (comparable(text)) {
    case 'subscribed':
      return 'SUBSCRIBED';
    case 'unsubscribed':
      return 'UNSUBSCRIBED';
    case 'never subscribed':
    case '':
      return 'none';
    default:
      return undefined;
  }
};

/** Columns by which Mailchimp's exports are known. */
const mailchimpNames: readonly string[] = ['leid', 'optin time'];

/** As Mailchimp names its exports of subscribed contacts, of an audience or a segment, also when a browser saves another. */
const SUBSCRIBED_EXPORT = /^subscribed_[a-z_]+_export_[0-9a-z]+( ?\(\d+\))?(\.|$)/i;

/**
 * Mailchimp exports one file for each state: what OPTIN_TIME means is only certain in those of subscribed contacts.
 * Who unsubscribed is in a file of its own, also where the time is blank.
 */
const mailchimp = (
  byName: ReadonlyMap<string, unknown>,
  fileName: string,
  timeIn: (name: string) => Date | undefined,
): SaidConsent[] => {
  if (!mailchimpNames.some((name) => byName.has(name))) return [];
  const said = { channel: 'email', type: 'marketing' } as const;
  if (byName.has('unsub time')) {
    const at = timeIn('unsub time');
    return [{ ...said, to: 'UNSUBSCRIBED', column: 'UNSUB_TIME', ...(at && { at }) }];
  }
  if (byName.has('clean time') || !SUBSCRIBED_EXPORT.test(fileName)) return [];
  const at = timeIn('confirm time') ?? timeIn('optin time');
  return at ? [{ ...said, to: 'SUBSCRIBED', at, column: 'CONFIRM_TIME' }] : [];
};
