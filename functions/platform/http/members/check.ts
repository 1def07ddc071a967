import type * as v from 'valibot';
import type { Problem } from '../../errors.ts';
import { MAX_REPORTED } from '../../validation/bounded-array.ts';
import { separateUnknown, type Unknown } from './separate.ts';
import { type Shape, shapeOf } from './shape.ts';
import { suggestMember } from './suggest.ts';

interface BodyRules {
  readonly body?: v.GenericSchema | undefined;
  readonly ignores?: { readonly members?: readonly string[] } | undefined;
}

interface Checked {
  /** The body without members that are unknown. */
  readonly known: unknown;
  readonly problems: readonly Problem[];
  /** Pointers to those that were taken though nothing is kept of them. */
  readonly ignored: readonly string[];
}

/** Each schema is looked at once. */
const shapes = new WeakMap<v.GenericSchema, Shape>();

/** Members that nobody knows are mistakes, unless the account or the route lets them pass. */
export const checkMembers = (
  { body: schema, ignores }: BodyRules,
  body: unknown,
  { ignoresUnknownMembers = false }: { readonly ignoresUnknownMembers?: boolean | undefined },
): Checked => {
  if (!schema) return { known: body, problems: [], ignored: [] };
  const shape = shapes.get(schema) ?? shapeOf(schema);
  shapes.set(schema, shape);
  const { known, unknown } = separateUnknown(body, shape, ignores?.members);
  const isPassed = ({ isTolerated }: Unknown) => isTolerated || ignoresUnknownMembers;
  return {
    known,
    problems: unknown
      .filter((one) => !isPassed(one))
      .slice(0, MAX_REPORTED)
      .map(problemOf),
    ignored: unknown.filter(isPassed).map((one) => one.pointer),
  };
};

const MAX_NAME = 100;

const problemOf = ({ name, pointer, resource, within }: Unknown): Problem => {
  const short = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME).toWellFormed()}…` : name;
  const meant = suggestMember(name, within);
  const advice = [
    ...(meant === undefined ? [] : [`Did you mean \`${meant}\`?`]),
    ...(meant === undefined && within.members.get('properties')?.kind === 'anything'
      ? ['Put what is your own into `properties`.']
      : []),
  ];
  const where = resource === undefined ? 'the request' : `the resource '${resource}'`;
  return {
    detail: [`'${short}' is not a valid field for ${where}.`, ...advice].join(' '),
    source: { pointer: pointer.length > MAX_POINTER ? `${pointer.slice(0, MAX_POINTER).toWellFormed()}…` : pointer },
  };
};

const MAX_POINTER = 1_000;

const MAX_LISTED = 20;
const MAX_HEADER = 2_000;

/** The header that tells what was ignored; `; more=<n>` where there is no room for all. */
export const ignoredHeader = (ignored: readonly string[]): Readonly<Record<string, string>> => {
  if (ignored.length === 0) return {};
  const listed: string[] = [];
  let length = 0;
  for (const one of ignored.slice(0, MAX_LISTED).map(escaped)) {
    length += one.length + 2;
    if (length > MAX_HEADER) break;
    listed.push(one);
  }
  const more = ignored.length - listed.length;
  return { 'Tributary-Ignored': [listed.join(', '), ...(more > 0 ? [`more=${more}`] : [])].join('; ') };
};

/** A header has printable ASCII alone, and a comma would end the pointer. */
const escaped = (pointer: string): string =>
  encodeURI(pointer.toWellFormed()).replaceAll(',', '%2C').replaceAll(';', '%3B');
