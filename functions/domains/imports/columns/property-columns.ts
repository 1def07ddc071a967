import { type Properties, setMember } from '../../../model/properties.ts';
import { parseExact } from '../../../platform/json/parse-exact.ts';
import { cellReader, type Reading } from '../cells/column-type.ts';
import { toValue } from '../cells/values.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import { type DateOrders, orderOfColumn } from './date-order.ts';
import { exportColumns, hasFurtherProperties } from './export-columns.ts';
import { comparable } from './headers.ts';
import { type Mapping, typesIn } from './mapping.ts';

export interface PropertyColumn {
  readonly column: number;
  /** The name of the property. */
  readonly name: string;
}

interface File {
  readonly headers: readonly string[];
  readonly mapping: Mapping;
  readonly dates?: DateOrders | undefined;
}

interface Read {
  readonly properties: Properties;
  readonly problems: readonly RowProblem[];
}

const none: readonly RowProblem[] = [];

/** Reads cells as properties, by the type of the mapping or as detected. Blank cells are left out. */
export const propertyColumns = (columns: readonly PropertyColumn[], { headers, mapping, dates = [] }: File) => {
  const types = typesIn(mapping);
  const orderOf = orderOfColumn(mapping.dates, dates);
  const readers = columns.map(({ column, name }) => {
    const header = headers[column] ?? '';
    const type = types.get(comparable(header));
    const isFurther = hasFurtherProperties(header);
    return { column, name, header, isFurther, ...(type && { read: cellReader(type, orderOf(comparable(header))) }) };
  });
  return (textOf: (column: number) => string): Read => {
    let problems = none;
    const properties: Record<string, unknown> = {};
    for (const { column, name, header, isFurther, read } of readers) {
      const text = textOf(column);
      if (isFurther) {
        const further = furtherIn(text);
        for (const [key, value] of Object.entries(further ?? {})) setMember(properties, key, value);
        if (!further) problems = [...problems, { column: header, code: 'invalid_property', message: NO_OBJECT }];
        continue;
      }
      const reading = read ? (text.trim() === '' ? undefined : read(text.trim())) : looked(text);
      if (reading === undefined) continue;
      if ('value' in reading) setMember(properties, name, reading.value);
      else problems = [...problems, { column: header, code: reading.code ?? 'invalid_type', message: reading.message }];
    }
    return { properties, problems };
  };
};

const looked = (text: string): Reading | undefined => {
  const value = toValue(text);
  return value === undefined ? undefined : { value };
};

const NO_OBJECT = `${exportColumns.properties} has further properties as a JSON object, such as {"Color": "red"}.`;

const furtherIn = (text: string): object | undefined => {
  if (text.trim() === '') return {};
  try {
    const value: unknown = parseExact(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
