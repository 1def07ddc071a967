import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Mapping } from '../../../functions/domains/imports/columns/mapping.ts';
import { encodings } from '../../../functions/domains/imports/csv/encodings.ts';

/** What can be said of a file on the command line, without a mapping beside it. */
export interface MappingOptions {
  readonly consentBasis?: string;
  readonly consentSource?: string;
  readonly consentedAt?: string;
  readonly country?: string;
  readonly dates?: NonNullable<Mapping['dates']>;
  readonly encoding?: NonNullable<Mapping['encoding']>;
  readonly headerRow?: number;
  readonly map?: Readonly<Record<string, string>>;
}

export const addMappingOptions = (command: Command): Command =>
  command
    .option('--consent-basis <text>', 'why the people in it may be written to, such as "the checkout"')
    .option('--consent-source <text>', 'where they consented')
    .option('--consented-at <time>', 'when they did, such as 2026-05-01T10:00:00Z')
    .option('--country <code>', 'where its local phone numbers are from, if no column says so')
    .addOption(new Option('--dates <order>', 'how 05/06/2026 is meant').choices(['month-first', 'day-first']))
    .addOption(
      new Option('--encoding <name>', 'how it is written, where that is not recognized').choices([...encodings]),
    )
    .option('--header-row <number>', 'which row is the header, where a title stands above it', rowNumber)
    .option('--map <header=field>', 'what a column is: "Kundennummer=External ID"; may be repeated', pair);

const rowNumber = (text: string): number => {
  const row = Number(text);
  if (!Number.isInteger(row) || row < 1) throw new InvalidArgumentError('it is the number of a row');
  return row;
};

const pair = (text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
  const at = text.lastIndexOf('=');
  const [header, field] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 1 || header === '' || field === '') throw new InvalidArgumentError('write it as "Header=Field"');
  return { ...before, [header]: field };
};

/** The mapping with what the options say; they hold over it. Undefined where neither says anything. */
export const withOptions = (
  mapping: Mapping | undefined,
  {
    consentBasis: basis,
    consentSource: source,
    consentedAt: at,
    country,
    dates,
    encoding,
    headerRow,
    map,
  }: MappingOptions,
): Mapping | undefined => {
  const consent = { ...(basis && { basis }), ...(source && { source }), ...(at && { at }) };
  const said: Mapping = {
    ...(Object.keys(consent).length > 0 && { consent: { ...mapping?.consent, ...consent } }),
    ...(country && { constants: { ...mapping?.constants, Country: country } }),
    ...(dates && { dates }),
    ...(encoding && { encoding }),
    ...(headerRow !== undefined && { header_row: headerRow }),
    ...(map && { columns: { ...mapping?.columns, ...map } }),
  };
  return mapping === undefined && Object.keys(said).length === 0 ? undefined : { ...mapping, ...said };
};
