import type { Account } from '../../../model/account.ts';
import { allTopics } from '../../consent/records/consent.ts';
import { yesOrNo } from '../cells/yes-no.ts';
import { comparable } from '../columns/headers.ts';
import { type Mapping, timesIn } from '../columns/mapping.ts';
import { withoutFirstGuard } from '../csv/formulas.ts';
import { redactPersons } from '../names/file-name.ts';
import { shellWord } from '../names/shell-word.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import { mailchimpConsents, mailchimpNames } from './mailchimp.ts';
import { pastTimeProblem } from './past-time.ts';
import type { RowConsent } from './row-consent.ts';

/** The columns of all topics, such as `email marketing consent`. */
const stated = allTopics.map(({ channel, type }) => ({
  name: comparable(`${channel} ${type} consent`),
  channel,
  type,
}));

/** Shopify's flags. `no` means "never" or "no longer", so that it is ignored. */
const flags = [
  { name: 'accepts email marketing', channel: 'email' },
  { name: 'accepts sms marketing', channel: 'sms' },
] as const;

/** HubSpot's column by label and by name. It means that the person receives no mail. */
const optOuts: readonly string[] = ['unsubscribed from all email', 'hs email optout', 'portal unsubscribe'];

const SOURCE = 'consent source';
const BASIS = 'consent basis';

/** Whether a consent column has the time. */
export const isTime = (header: string): boolean => comparable(header).endsWith(' timestamp');

const isStated = (name: string): boolean =>
  name === SOURCE || name === BASIS || stated.some((one) => name === one.name || name === `${one.name} timestamp`);

/** Whether the file has columns about consent. */
export const hasConsentColumns = (headers: readonly string[]): boolean =>
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
  /** The latest time of a consent. A later one would win over every change until then. */
  readonly until?: string | undefined;
  readonly unproved?: Account['unprovedConsent'] | undefined;
}

interface Consents {
  readonly consents: readonly RowConsent[];
  readonly problems: readonly RowProblem[];
  /** Consents that are left out, while the rest of the row is imported. */
  readonly doubts?: readonly RowProblem[];
}

const noConsents: Consents = { consents: [], problems: [] };

/** Creates a reader of the consents in a row's cells. Most files have no such columns. */
export const consentReader = (file: File): ((cells: readonly string[]) => Consents) => {
  const columns = file.headers.map((header, i) => [comparable(header), header, i] as const);
  if (!columns.some(([name]) => says(name))) return () => noConsents;
  const { mapping = {}, readTime = timesIn(mapping), until } = file;
  const assumedAt = mapping.consent?.at === undefined ? undefined : new Date(mapping.consent.at);
  const rules: Rules = {
    ...file,
    topics: stated.filter(({ name }) => columns.some(([column]) => column.startsWith(name))),
    readTime,
    mapped: mapping.consent ?? {},
    assumedAt,
    assumedProblem: assumedAt && pastTimeProblem(assumedAt, until),
  };
  return (cells) =>
    toConsents(
      new Map(columns.map(([name, column, i]) => [name, { column, text: withoutFirstGuard(cells[i] ?? '').trim() }])),
      rules,
    );
};

interface Rules extends Pick<File, 'file' | 'until' | 'unproved'> {
  /** The topics that the file has columns of. */
  readonly topics: typeof stated;
  readonly readTime: ReturnType<typeof timesIn>;
  /** The defaults of the mapping. */
  readonly mapped: NonNullable<Mapping['consent']>;
  readonly assumedAt: Date | undefined;
  /** Why no consent can be of that time. */
  readonly assumedProblem: ReturnType<typeof pastTimeProblem>;
}

const says = (name: string): boolean =>
  isStated(name) || flags.some((flag) => flag.name === name) || optOuts.includes(name) || mailchimpNames.includes(name);

type CellsByName = ReadonlyMap<string, { readonly column: string; readonly text: string }>;

/** One row, with its problems. */
interface Source {
  readonly byName: CellsByName;
  readonly timeIn: (name: string) => Date | undefined;
  readonly problems: RowProblem[];
}

const toConsents = (byName: CellsByName, rules: Rules): Consents => {
  const problems: RowProblem[] = [];
  const timeIn = (name: string): Date | undefined => {
    const { text = '', column = name } = byName.get(name) ?? {};
    if (text === '') return undefined;
    const at = rules.readTime(name, text);
    const problem = at instanceof Date ? pastTimeProblem(at, rules.until) : at;
    if (problem) problems.push({ column, ...problem });
    return at instanceof Date && !problem ? at : undefined;
  };
  const source = { byName, timeIn, problems };
  const consents = statedIn(source, rules);
  consents.push(...flaggedIn(source, consents));
  if (consents.every(({ channel }) => channel !== 'email'))
    consents.push(...mailchimpConsents(byName, rules.file, timeIn));
  return withProof(withOptOuts(consents, source), source, rules);
};

/** The consents that columns state as text. */
const statedIn = ({ byName, timeIn, problems }: Source, { topics }: Pick<Rules, 'topics'>): RowConsent[] =>
  topics.flatMap(({ name, channel, type }): RowConsent[] => {
    const { text = '', column = name } = byName.get(name) ?? {};
    const at = timeIn(`${name} timestamp`);
    const to = statusIn(text);
    if (to === undefined) {
      const message = `'${text}' is not one of Subscribed, Unsubscribed, Never subscribed.`;
      problems.push({ column, code: 'invalid_consent', message });
    }
    if (to === undefined || to === 'none') return [];
    return [{ channel, type, to, column, ...(at && { at }) }];
  });

/** The consents of channels without a stated consent. */
const flaggedIn = ({ byName, problems }: Source, before: readonly RowConsent[]): RowConsent[] =>
  flags.flatMap(({ name, channel }): RowConsent[] => {
    const cell = byName.get(name);
    if (!cell) return [];
    const answer = yesOrNo(cell.text);
    if (answer === undefined) problems.push(neither(cell));
    const isStated = before.some((one) => one.channel === channel && one.type === 'marketing');
    if (!answer || isStated) return [];
    return [{ channel, type: 'marketing', to: 'SUBSCRIBED', isWeak: true, column: cell.column }];
  });

/** An opt-out wins over an opt-in of the same row. */
const withOptOuts = (before: readonly RowConsent[], { byName, problems }: Source): readonly RowConsent[] => {
  let consents = before;
  for (const cell of optOuts.flatMap((name) => byName.get(name) ?? [])) {
    const answer = yesOrNo(cell.text);
    if (answer === undefined) problems.push(neither(cell));
    if (!answer) continue;
    const found = consents.find(({ channel, type }) => channel === 'email' && type === 'marketing');
    if (found?.to === 'UNSUBSCRIBED') continue;
    const optOut = { channel: 'email', type: 'marketing', to: 'UNSUBSCRIBED', column: cell.column } as const;
    consents = [...consents.filter((one) => one !== found), optOut];
  }
  return consents;
};

/** Adds the source, the basis and the assumed time. An opt-in with neither time nor basis is a problem, or left out. */
const withProof = (consents: readonly RowConsent[], { byName, problems }: Source, rules: Rules): Consents => {
  const { file, unproved, mapped, assumedAt, assumedProblem } = rules;
  const source = byName.get(SOURCE)?.text || mapped.source;
  const basis = byName.get(BASIS)?.text || mapped.basis;
  const doubts: RowProblem[] = [];
  const proved = consents.flatMap((consent): RowConsent[] => {
    const { to, at = assumedAt, column } = consent;
    if (!consent.at && assumedProblem) problems.push({ column, ...assumedProblem });
    // A time that can't be read is a problem already.
    if (to === 'SUBSCRIBED' && !at && basis === undefined && problems.length === 0) {
      const message = unprovedMessage(file, unproved);
      (unproved === 'import_profile' ? doubts : problems).push({ column, code: 'unproved_consent', message });
      if (unproved === 'import_profile') return [];
    }
    return [
      {
        ...consent,
        ...(at && { at }),
        ...(source !== undefined && { source }),
        ...(basis !== undefined && { basis }),
      },
    ];
  });
  return { consents: proved, problems, doubts };
};

const neither = ({ column, text }: { readonly column: string; readonly text: string }): RowProblem => ({
  column,
  code: 'invalid_consent',
  message: `'${text.slice(0, 100)}' is neither yes nor no. Write yes, no, TRUE or FALSE.`,
});

const unprovedMessage = (file: string, unproved: File['unproved']): string =>
  [
    'The row has neither the time nor the legal basis of the consent.',
    ...(unproved === 'import_profile' ? ['The profile is imported without the consent.'] : []),
    `If one legal basis holds for the whole file, import it with ${commandWithBasis(file)}, or with a mapping of {"consent": {"basis": "…"}}. If not, add a column Consent Basis, or one with the time.`,
  ].join(' ');

/** The command to type, with the file's name unless it names a person. */
export const commandWithBasis = (file: string): string =>
  `npm run admin -- imports drop ${shellWord(redactPersons(file))} --as profiles --consent-basis "…"`;

const statusIn = (text: string): RowConsent['to'] | 'none' | undefined => {
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
