import type * as v from 'valibot';
import type { Problem } from '../../errors.ts';
import { MAX_REPORTED } from '../../validation/bounded-array.ts';
import { separateUnknown, type UnknownMember } from './separate-unknown.ts';
import { type Shape, shapeOf } from './shape.ts';
import { suggestMember } from './suggest.ts';

interface BodyRules {
  readonly body?: v.GenericSchema | undefined;
  readonly ignores?: { readonly members?: readonly string[] } | undefined;
}

interface CheckedMembers {
  /** The body without unknown members. */
  readonly known: unknown;
  readonly problems: readonly Problem[];
  /** Pointers to members that were accepted but are not stored. */
  readonly ignored: readonly string[];
}

/** Each schema's shape is computed once. */
const shapes = new WeakMap<v.GenericSchema, Shape>();

/** Rejects unknown members, unless the account or the route allows them. */
export const checkMembers = (
  { body: schema, ignores }: BodyRules,
  body: unknown,
  { ignoresUnknownMembers = false }: { readonly ignoresUnknownMembers?: boolean | undefined },
): CheckedMembers => {
  if (!schema) return { known: body, problems: [], ignored: [] };
  const shape = shapes.get(schema) ?? shapeOf(schema);
  shapes.set(schema, shape);
  const { known, unknown } = separateUnknown(body, shape, ignores?.members);
  const isAllowed = ({ isIgnored }: UnknownMember) => isIgnored || ignoresUnknownMembers;
  return {
    known,
    problems: unknown
      .filter((one) => !isAllowed(one))
      .slice(0, MAX_REPORTED)
      .map(unknownMemberProblem),
    ignored: unknown.filter(isAllowed).map((one) => one.pointer),
  };
};

const MAX_NAME = 100;

const unknownMemberProblem = ({ name, pointer, resource, within }: UnknownMember): Problem => {
  const shortName = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME).toWellFormed()}…` : name;
  const suggestion = suggestMember(name, within);
  const advice = [
    ...(suggestion === undefined ? [] : [`Did you mean \`${suggestion}\`?`]),
    ...(suggestion === undefined && within.members.get('properties')?.kind === 'anything'
      ? ['Put custom members into `properties`.']
      : []),
  ];
  const where = resource === undefined ? 'the request' : `the resource '${resource}'`;
  return {
    detail: [`'${shortName}' is not a valid field for ${where}.`, ...advice].join(' '),
    source: { pointer: pointer.length > MAX_POINTER ? `${pointer.slice(0, MAX_POINTER).toWellFormed()}…` : pointer },
  };
};

const MAX_POINTER = 1_000;

const MAX_LISTED = 20;
const MAX_HEADER = 2_000;

/** The header that lists what was ignored. It ends with `; more=<n>` if the list is cut. */
export const ignoredHeader = (ignored: readonly string[]): Readonly<Record<string, string>> => {
  if (ignored.length === 0) return {};
  const listed: string[] = [];
  let length = 0;
  for (const one of ignored.slice(0, MAX_LISTED).map(escapePointer)) {
    length += one.length + 2;
    if (length > MAX_HEADER) break;
    listed.push(one);
  }
  const more = ignored.length - listed.length;
  return { 'Tributary-Ignored': [listed.join(', '), ...(more > 0 ? [`more=${more}`] : [])].join('; ') };
};

/** Escapes a pointer for a header: headers are printable ASCII, and a comma would end the pointer. */
const escapePointer = (pointer: string): string =>
  encodeURI(pointer.toWellFormed()).replaceAll(',', '%2C').replaceAll(';', '%3B');
