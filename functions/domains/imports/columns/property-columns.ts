import { type Properties, setMember } from '../../../model/properties.ts';
import { cellReader, type Reading } from '../cells/column-type.ts';
import { toValue } from '../cells/values.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import { type DateOrders, orderOfColumn } from './date-order.ts';
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
    return { column, name, header, ...(type && { read: cellReader(type, orderOf(comparable(header))) }) };
  });
  return (textOf: (column: number) => string): Read => {
    let problems = none;
    const properties: Record<string, unknown> = {};
    for (const { column, name, header, read } of readers) {
      const text = textOf(column);
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
