import type { DateOrders } from '../columns/date-order.ts';
import { type Mapping, mapped } from '../columns/mapping.ts';
import type { WithHeaders } from '../columns/report-columns.ts';
import { namesPerson } from '../names/file-name.ts';
import { nameIn, nameOf } from '../names/keys.ts';
import type { FileReader } from '../rows/parsed-row.ts';
import type { FileRules } from '../rows/rules.ts';
import { importKinds } from './kinds.ts';
import type { Kind } from './names.ts';

interface Source {
  readonly kind: Kind;
  readonly key: string;
  readonly startedAt?: string | undefined;
}

interface Layout extends WithHeaders {
  readonly mapping?: Mapping | undefined;
  readonly dates?: DateOrders | undefined;
}

/** Creates the reader of a file's rows, with the rules of the account. */
export const readerFor = (
  { kind, key, startedAt }: Source,
  { mapping = {}, dates, ...file }: Layout,
  rules?: FileRules,
): FileReader => {
  const name = nameOf(key);
  const title = namesPerson(name) ? '' : nameIn(key);
  const options = { file: name, title, mapping, dates, rules, until: startedAt };
  return importKinds[kind].read(mapped(file, mapping).headers, options);
};
