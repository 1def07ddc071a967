import { comparable, headerProblem } from '../columns/headers.ts';
import { type Mapping, mapped } from '../columns/mapping.ts';
import { errorsAt, type MappingError, quoted } from '../columns/mapping-error.ts';
import type { WithHeaders } from '../columns/report-columns.ts';
import { importKinds } from '../kinds/kinds.ts';
import type { Kind } from '../kinds/names.ts';
import { readerFor } from '../kinds/reader.ts';
import { unusedMembers } from './parse.ts';

/** The errors of a mapping for a file with these headers. */
const mappingErrors = (kind: Kind, file: WithHeaders, mapping: Mapping): readonly MappingError[] => {
  const { headers } = file;
  const { fields, findUnused } = importKinds[kind];
  const called = mapped(file, mapping).headers;
  const placeOf = placesIn(headers, mapping);
  const clashes = clashesIn(called, placeOf);
  const problem = clashes.length > 0 ? undefined : headerProblem(called);
  return [
    ...(problem === undefined ? [] : [{ at: [], message: problem }]),
    ...unusedMembers(kind, mapping),
    ...repeatsIn(mapping),
    ...missingColumns(headers, called, mapping),
    ...clashes,
    ...conflictsIn(fields(called, mapping), { called, placeOf }),
    ...findUnused(called, mapping),
  ];
};

type PlaceOf = (column: number) => readonly string[] | undefined;

/** Finds the place of a mapping that names a column. */
const placesIn = (headers: readonly string[], { columns = {}, constants = {} }: Mapping): PlaceOf => {
  const names = new Map(Object.keys(columns).map((name) => [comparable(name), name]));
  const own = headers.map((header) => {
    const name = names.get(comparable(header));
    return name === undefined ? undefined : ['columns', name];
  });
  const all = [...own, ...Object.keys(constants).map((name) => ['constants', name])];
  return (column) => all[column];
};

/** Finds members that repeat a column. */
const repeatsIn = (mapping: Mapping): MappingError[] =>
  (['columns', 'types'] as const).flatMap((member) => {
    const seen = new Map<string, string>();
    return Object.keys(mapping[member] ?? {}).flatMap((name) => {
      const first = seen.get(comparable(name));
      if (first !== undefined)
        return [{ at: [member, name], message: `${quoted(first)} is the same column. Remove one of the two.` }];
      seen.set(comparable(name), name);
      return [];
    });
  });

/** Finds columns of the mapping that the file does not have, since a typo would go unnoticed. */
const missingColumns = (headers: readonly string[], called: readonly string[], mapping: Mapping): MappingError[] => {
  const own = new Map(headers.map((header, column) => [comparable(header), column]));
  const names = new Set(called.map(comparable));
  const missing = (
    at: readonly string[],
    name: string,
    hint = 'Name one of its columns, or remove this.',
  ): MappingError[] => [{ at, message: `The file has no column ${quoted(name)}. ${hint}` }];
  const unknown = (at: readonly string[], name: string): MappingError[] => {
    if (names.has(comparable(name))) return [];
    const column = own.get(comparable(name));
    if (column === undefined) return missing(at, name);
    const now = called[column] ?? '';
    return missing(
      at,
      name,
      now === '' ? 'The mapping leaves it out.' : `The mapping renames it to ${quoted(now)}: use that name.`,
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

/** Finds columns and constants whose name another column has. */
const clashesIn = (called: readonly string[], placeOf: PlaceOf): MappingError[] => {
  const columns = Map.groupBy(called.keys(), (column) => comparable(called[column] ?? ''));
  return [...columns].flatMap(([name, some]) =>
    name === '' || some.length < 2
      ? []
      : some.flatMap((column) =>
          errorsAt(placeOf(column), `Another column has the name ${quoted(called[column] ?? '')} too. ${ONE_OF_THEM}`),
        ),
  );
};

const ONE_OF_THEM = 'Rename it, or remove one of them: set a column to null, or delete a constant.';

interface Called {
  readonly called: readonly string[];
  readonly placeOf: PlaceOf;
}

/**
 * Finds fields with several columns of which the mapping names some. A column named by the mapping wins over others of
 * the file, but constants must not conflict with a column.
 */
const conflictsIn = (
  fields: ReadonlyMap<string, readonly number[]>,
  { called, placeOf }: Called,
): readonly MappingError[] =>
  [...fields].flatMap(([field, columns]) => {
    const named = columns.filter((column) => placeOf(column));
    const [one, ...more] = named;
    const isPlain = more.length === 0 && one === columns[0] && one !== undefined && placeOf(one)?.[0] === 'columns';
    if (columns.length < 2 || isPlain) return [];
    return named.flatMap((column) => {
      const others = columns.filter((other) => other !== column).map((other) => quoted(called[other] ?? ''));
      return errorsAt(
        placeOf(column),
        `${field.replaceAll('_', ' ')} is also read from ${others.join(', ')}. ${ONE_OF_THEM}`,
      );
    });
  });

const MAX_REPORTED = 20;

/** Joins errors to one text, with their places in the mapping. */
export const errorText = (errors: readonly MappingError[]): string => {
  const reported = errors
    .slice(0, MAX_REPORTED)
    .map(({ at: place, message }) => (place.length === 0 ? message : `${place.join('.').slice(0, 200)}: ${message}`));
  const more = errors.length - reported.length;
  return [...reported, ...(more > 0 ? [`${more} more problems like these.`] : [])].join(' ');
};

interface Layout extends WithHeaders {
  readonly mapping?: Mapping | undefined;
}

/** Returns all reasons why rows with these headers and this mapping cannot be imported. */
export const layoutErrors = (
  job: { readonly kind: Kind; readonly key: string },
  layout: Layout,
): readonly MappingError[] => [
  ...mappingErrors(job.kind, layout, layout.mapping ?? {}),
  ...readerFor(job, layout).errors,
];
