import { kindOf } from '../columns/column-type.ts';
import { eventColumns } from '../columns/event-columns.ts';
import { candidatesOf, columnsBy, comparable, headerProblem } from '../columns/headers.ts';
import type { WithHeaders } from '../columns/report-columns.ts';
import type { Kind } from '../kind.ts';
import { tellConsent } from '../rows/consents.ts';
import { idleIn, type Mapping, type Misfit, mapped, typesIn } from './mapping.ts';

/** Why files with such headers can't be read by a mapping. */
export const misfitsOf = (kind: Kind, file: WithHeaders, mapping: Mapping): Misfit[] => {
  const { headers } = file;
  const called = mapped(file, mapping).headers;
  const placeOf = placesIn(headers, mapping);
  const twice = clashesIn(called, placeOf);
  const problem = twice.length > 0 ? undefined : headerProblem(called);
  return [
    ...(problem === undefined ? [] : [{ at: [], message: problem }]),
    ...idleIn(kind, mapping),
    ...repeatedIn(mapping),
    ...strangersIn(headers, called, mapping),
    ...twice,
    ...rivalsIn(kind, { called, mapping, placeOf }),
    ...ineffectiveIn(kind, called, mapping),
  ];
};

type PlaceOf = (column: number) => readonly string[] | undefined;

/** Where a mapping says what a column is called. */
const placesIn = (headers: readonly string[], { columns = {}, constants = {} }: Mapping): PlaceOf => {
  const names = new Map(Object.keys(columns).map((name) => [comparable(name), name]));
  const own = headers.map((header) => {
    const name = names.get(comparable(header));
    return name === undefined ? undefined : ['columns', name];
  });
  const all = [...own, ...Object.keys(constants).map((name) => ['constants', name])];
  return (column) => all[column];
};

/** What says one thing of one column twice. */
const repeatedIn = (mapping: Mapping): Misfit[] =>
  (['columns', 'types'] as const).flatMap((member) => {
    const seen = new Map<string, string>();
    return Object.keys(mapping[member] ?? {}).flatMap((name) => {
      const first = seen.get(comparable(name));
      if (first !== undefined)
        return [{ at: [member, name], message: `${quoted(first)} is the same column. Take one of the two out.` }];
      seen.set(comparable(name), name);
      return [];
    });
  });

/** A slip of the pen would pass unseen: columns that the mapping names and the file hasn't. */
const strangersIn = (headers: readonly string[], called: readonly string[], mapping: Mapping): Misfit[] => {
  const own = new Map(headers.map((header, column) => [comparable(header), column]));
  const names = new Set(called.map(comparable));
  const missing = (at: readonly string[], name: string, hint = 'Name one that it has, or take this out.'): Misfit[] => [
    { at, message: `The file has no column ${quoted(name)}. ${hint}` },
  ];
  const unknown = (at: readonly string[], name: string): Misfit[] => {
    if (names.has(comparable(name))) return [];
    const column = own.get(comparable(name));
    if (column === undefined) return missing(at, name);
    const now = called[column] ?? '';
    return missing(
      at,
      name,
      now === '' ? 'The mapping leaves it out.' : `The mapping calls it ${quoted(now)}: name that.`,
    );
  };
  return [
    ...Object.keys(mapping.columns ?? {}).flatMap((name) =>
      own.has(comparable(name)) ? [] : missing(['columns', name], name),
    ),
    ...Object.keys(mapping.types ?? {}).flatMap((name) => unknown(['types', name], name)),
    ...(mapping.group_by === undefined ? [] : unknown(['group_by'], mapping.group_by)),
    ...(mapping.items ?? []).flatMap((name, i) => unknown(['items', String(i)], name)),
  ];
};

/** Columns and constants that the mapping gives a name which another has. */
const clashesIn = (called: readonly string[], placeOf: PlaceOf): Misfit[] => {
  const columns = Map.groupBy(called.keys(), (column) => comparable(called[column] ?? ''));
  return [...columns].flatMap(([name, some]) =>
    name === '' || some.length < 2
      ? []
      : some.flatMap((column) =>
          at(placeOf(column), `Another column is called ${quoted(called[column] ?? '')} too. ${ONE_OF_THEM}`),
        ),
  );
};

const ONE_OF_THEM =
  'Call it something else, or leave one of them out: a column with null, a constant by taking it away.';

interface Called {
  readonly called: readonly string[];
  readonly mapping: Mapping;
  readonly placeOf: PlaceOf;
}

/**
 * One thing told by several columns of which the mapping names some: only what it calls a column may stand above what
 * the file has besides, and no constant may stand for what a column says.
 */
const rivalsIn = (kind: Kind, { called, mapping, placeOf }: Called): Misfit[] =>
  [...fieldsOf(kind, called, mapping)].flatMap(([field, columns]) => {
    const named = columns.filter((column) => placeOf(column));
    const [one, ...more] = named;
    const isPlain = more.length === 0 && one === columns[0] && one !== undefined && placeOf(one)?.[0] === 'columns';
    if (columns.length < 2 || isPlain) return [];
    return named.flatMap((column) => {
      const others = columns.filter((other) => other !== column).map((other) => quoted(called[other] ?? ''));
      return at(placeOf(column), `${field.replaceAll('_', ' ')} is what ${others.join(', ')} says too. ${ONE_OF_THEM}`);
    });
  });

const fieldsOf = (kind: Kind, headers: readonly string[], mapping: Mapping): Map<string, readonly number[]> => {
  if (kind === 'profiles') return new Map(candidatesOf(headers));
  const { time, id, value, currency, metric, people } = eventColumns(headers, mapping);
  return new Map<string, readonly number[]>([
    ['the time', time],
    ['the id of the event', id],
    ['the value', value],
    ['the currency', currency],
    ['the metric', metric],
    ...people,
  ]);
};

/** What a mapping says for nothing: another part of it says that of every row, or no row asks. */
const ineffectiveIn = (kind: Kind, called: readonly string[], mapping: Mapping): Misfit[] => {
  const { constants = {}, consent, metric, items, group_by } = mapping;
  const filled = Object.keys(constants).filter((name) => constants[name]?.trim() !== '');
  const overruled = (place: readonly string[], value: unknown, ...names: readonly string[]): Misfit[] => {
    const [column] = columnsBy(filled)(...names);
    return value === undefined || column === undefined
      ? []
      : at(place, `The constant ${quoted(filled[column] ?? '')} says that of every row. Take one of the two out.`);
  };
  if (kind === 'events')
    return [
      ...overruled(['metric'], metric, 'metric', 'metric name'),
      ...(items && group_by === undefined ? [{ at: ['items'], message: LINES_OF_WHAT }] : []),
    ];
  return [
    ...(consent && !tellConsent(called) ? [{ at: ['consent'], message: OF_NOBODY }] : []),
    ...overruled(['consent', 'source'], consent?.source, 'consent source'),
    ...overruled(['consent', 'basis'], consent?.basis, 'consent basis'),
  ];
};

const LINES_OF_WHAT = 'There is no group_by, so nothing says which lines are one event. Name its column.';
const OF_NOBODY =
  "No column says who consented, so it holds for nobody. Call one 'Email Marketing Consent', or give every row such a constant, or take this out.";

/** What is wrong with types of columns that are always of one: `usual` says by column which. */
export const typeMisfits = (
  headers: readonly string[],
  mapping: Mapping,
  usual: ReadonlyMap<number | undefined, 'string' | 'number' | 'date'>,
): Misfit[] => {
  const types = typesIn(mapping);
  const names = new Map(Object.keys(mapping.types ?? {}).map((name) => [comparable(name), name]));
  return headers.flatMap((header, column) => {
    const [type, kind, name] = [types.get(comparable(header)), usual.get(column), names.get(comparable(header))];
    if (type === undefined || kind === undefined || name === undefined || kindOf(type) === kind) return [];
    return [{ at: ['types', name], message: `${quoted(header)} is always a ${kind}. Take its type out.` }];
  });
};

const at = (place: readonly string[] | undefined, message: string): Misfit[] => (place ? [{ at: place, message }] : []);

const quoted = (name: string): string => `'${name.trim().slice(0, 100)}'`;

const MAX_TOLD = 20;

/** As one text, with where in the mapping it is. */
export const misfitText = (misfits: readonly Misfit[]): string => {
  const told = misfits
    .slice(0, MAX_TOLD)
    .map(({ at: place, message }) => (place.length === 0 ? message : `${place.join('.').slice(0, 200)}: ${message}`));
  const more = misfits.length - told.length;
  return [...told, ...(more > 0 ? [`${more} more problems like these.`] : [])].join(' ');
};
