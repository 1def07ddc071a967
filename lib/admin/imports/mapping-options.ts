import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Mapping } from '../../../functions/domains/imports/columns/mapping.ts';
import { encodings } from '../../../functions/domains/imports/csv/encodings.ts';

/** Options that stand for members of a mapping file. */
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
    .option('--consent-basis <text>', 'why its people may be contacted, such as "the checkout"')
    .option('--consent-source <text>', 'where its people consented')
    .option('--consented-at <time>', 'when its people consented, such as 2026-05-01T10:00:00Z')
    .option('--country <code>', 'the country of phone numbers without a country code, if no column has it')
    .addOption(new Option('--dates <order>', 'how to read 05/06/2026').choices(['month-first', 'day-first']))
    .addOption(new Option('--encoding <name>', 'the encoding of the file (default: detected)').choices([...encodings]))
    .option('--header-row <number>', 'the row of the header, if a title is above it', rowNumber)
    .option('--map <header=field>', 'the field of a column: "Kundennummer=External ID" (repeatable)', pair);

const rowNumber = (text: string): number => {
  const row = Number(text);
  if (!Number.isInteger(row) || row < 1) throw new InvalidArgumentError('Write the number of a row.');
  return row;
};

const pair = (text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
  const at = text.lastIndexOf('=');
  const [header, field] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 1 || header === '' || field === '') throw new InvalidArgumentError('Write "Header=Field".');
  return { ...before, [header]: field };
};

/** Merges the options into a mapping. Options win. Returns undefined if there are neither. */
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
  const fromOptions: Mapping = {
    ...(Object.keys(consent).length > 0 && { consent: { ...mapping?.consent, ...consent } }),
    ...(country && { constants: { ...mapping?.constants, Country: country } }),
    ...(dates && { dates }),
    ...(encoding && { encoding }),
    ...(headerRow !== undefined && { header_row: headerRow }),
    ...(map && { columns: { ...mapping?.columns, ...map } }),
  };
  return mapping === undefined && Object.keys(fromOptions).length === 0 ? undefined : { ...mapping, ...fromOptions };
};
