import { pointer } from '../../errors.ts';
import { MAX_REPORTED } from '../../validation/bounded-array.ts';
import type { ObjectShape, Shape } from './shape.ts';

/** A member that a schema has no place for. */
export interface Unknown {
  readonly name: string;
  readonly pointer: string;
  /** The JSON:API type around it; none beside the data. */
  readonly resource: string | undefined;
  readonly within: ObjectShape;
  /** Its route ignores it. */
  readonly isTolerated: boolean;
}

export interface Separated {
  /** The value without them. */
  readonly known: unknown;
  /** In their order, and not many more than an answer can report. */
  readonly unknown: readonly Unknown[];
}

/** A place in the body, as a list that ends at the whole. */
interface Place {
  readonly step: string | number;
  readonly outer: Place | undefined;
}

const pathTo = (place: Place | undefined): (string | number)[] => (place ? [...pathTo(place.outer), place.step] : []);

/** Takes the members out of a body that its schema has no place for. */
export const separateUnknown = (body: unknown, shape: Shape, tolerated: readonly string[] = []): Separated => {
  const unknown: Unknown[] = [];
  const patterns = new Set(tolerated);

  const report = (name: string, within: ObjectShape, { resource, place }: Around): void => {
    if (unknown.length > MAX_REPORTED) return;
    const path = [...pathTo(place), name];
    const pattern = pointer(path.map((step) => (typeof step === 'number' ? '*' : step)));
    unknown.push({ name, pointer: pointer(path), resource, within, isTolerated: patterns.has(pattern) });
  };

  const inObject = (value: Members, of: ObjectShape, { place, resource: outer }: Around): unknown => {
    const resource = of.type ?? outer;
    const changed = new Map<string, unknown>();
    let hasUnknown = false;
    for (const name of Object.keys(value)) {
      const member = of.members.get(name);
      if (member === undefined) {
        if (!of.isClosed) continue;
        hasUnknown = true;
        report(name, of, { resource, place });
      } else if (member.kind !== 'anything') {
        const inner = walk(value[name], member, { resource, place: { step: name, outer: place } });
        if (inner !== value[name]) changed.set(name, inner);
      }
    }
    if (changed.size === 0 && !hasUnknown) return value;
    // Of many unknown members none is copied.
    const names = of.isClosed
      ? [...of.members.keys()].filter((name) => Object.hasOwn(value, name))
      : Object.keys(value);
    return Object.fromEntries(names.map((name) => [name, changed.has(name) ? changed.get(name) : value[name]]));
  };

  const inList = (value: readonly unknown[], { item, most }: ListShape, { resource, place }: Around): unknown => {
    // A list that is too long is refused whole.
    if (value.length > most || item.kind === 'anything') return value;
    const kept = value.map((element, index) => walk(element, item, { resource, place: { step: index, outer: place } }));
    return kept.some((element, index) => element !== value[index]) ? kept : value;
  };

  const walk = (value: unknown, of: Shape, around: Around): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    switch (of.kind) {
      case 'anything':
        return value;
      case 'object':
        return isMembers(value) ? inObject(value, of, around) : value;
      case 'list':
        return Array.isArray(value) ? inList(value, of, around) : value;
      case 'choice': {
        const option = bestOption(value, of.options);
        return option ? walk(value, option, around) : value;
      }
    }
  };

  return { known: walk(body, shape, { resource: undefined, place: undefined }), unknown };
};

interface Around {
  readonly resource: string | undefined;
  readonly place: Place | undefined;
}

type ListShape = Extract<Shape, { readonly kind: 'list' }>;
type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: object): value is Members => !Array.isArray(value);

/** Of several shapes the one that a value probably has: with its type, else with most of its members. */
const bestOption = (value: object, options: readonly Shape[]): Shape | undefined => {
  if (Array.isArray(value)) return options.find(({ kind }) => kind === 'list');
  const names = Object.keys(value).slice(0, 100);
  const objects = options.filter((option) => option.kind === 'object');
  const missing = ({ members, type }: ObjectShape): number =>
    names.filter((name) => !members.has(name)).length +
    (type !== undefined && 'type' in value && value.type !== type ? 1_000 : 0);
  return objects.toSorted((a, b) => missing(a) - missing(b))[0];
};
