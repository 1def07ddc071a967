import { isExport } from '../columns/export-columns.ts';
import { timeNames } from '../columns/header-names.ts';
import { candidatesOf, columnNameOf, columnsBy, identifying, type Part, partsIn } from '../columns/headers.ts';
import type { Mapping } from '../columns/mapping.ts';
import { groupedBy, ordersIn } from './orders.ts';

const PERSON = 'Person//';
const persons: ReadonlyMap<string, Part> = new Map([
  ['id', 'external_id'],
  ['phone', 'phone_number'],
]);

export type EventColumns = ReturnType<typeof eventColumns>;

/** Where an events file may tell each thing: of several columns the first is meant. */
export const eventColumns = (headers: readonly string[], mapping: Mapping) => {
  const orders = groupedBy(headers, mapping) ?? (isExport(headers) ? undefined : ordersIn(headers));
  const columnsOf = columnsBy(headers);
  const { people, personal } = personColumns(headers);
  const parts = partsIn(people);
  return {
    orders,
    time: columnsOf(...timeNames),
    id: columnsOf('$event id', 'event id', 'unique id', ...(orders?.id ?? [])),
    value: columnsOf('$value', 'value', ...(orders?.total ?? [])),
    currency: columnsOf('$value currency', 'value currency', ...(orders ? ['currency', 'order currency'] : [])),
    metric: columnsOf('metric', 'metric name'),
    service: columnsOf('$service'),
    group: orders ? columnsOf(...orders.group) : [],
    people,
    /** What each of the columns that are read says of the person. */
    parts,
    identifierCount: [...parts.values()].filter((part) => identifying.has(part)).length,
    /** Of the person, by the property that it is. */
    personal,
  } as const;
};

/** `Person//Email`, or `Email` and its kin where no column is written that way. */
const personColumns = (headers: readonly string[]) => {
  const inner = headers.map((header) =>
    columnNameOf(header).toLowerCase().startsWith(PERSON.toLowerCase())
      ? columnNameOf(columnNameOf(header).slice(PERSON.length))
      : undefined,
  );
  if (inner.every((name) => name === undefined)) {
    const people = new Map([...candidatesOf(headers)].filter(([part]) => identifying.has(part)));
    return { people, personal: new Map<number, string>() };
  }
  const people = new Map(candidatesOf(inner.map((name) => name ?? '')));
  for (const [column, name = ''] of inner.entries()) {
    const part = persons.get(name.toLowerCase());
    if (part) people.set(part, [...new Set([...(people.get(part) ?? []), column])]);
  }
  const meant = new Set([...people.values()].map(([column]) => column));
  const personal = new Map(
    inner.flatMap((name, column): [number, string][] =>
      name === undefined || meant.has(column) ? [] : [[column, name]],
    ),
  );
  return { people, personal };
};
