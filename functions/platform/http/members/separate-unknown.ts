import { pointer } from '../../errors.ts';
import { MAX_REPORTED } from '../../validation/bounded-array.ts';
import type { ObjectShape, Shape } from './shape.ts';

/** A member that the schema does not know. */
export interface UnknownMember {
  readonly name: string;
  readonly pointer: string;
  /** The type of the enclosing JSON:API resource, if any. */
  readonly resource: string | undefined;
  readonly within: ObjectShape;
  /** Whether the route ignores this member. */
  readonly isIgnored: boolean;
}

export interface SeparatedMembers {
  /** The value without unknown members. */
  readonly known: unknown;
  /** In document order, and not many more than a response can report. */
  readonly unknown: readonly UnknownMember[];
}

/** A place in the body, as a linked list up to the root. */
interface Place {
  readonly step: string | number;
  readonly outer: Place | undefined;
}

const pathTo = (place: Place | undefined): (string | number)[] => (place ? [...pathTo(place.outer), place.step] : []);

/** Removes the members of a body that its schema does not know. */
export const separateUnknown = (
  body: unknown,
  shape: Shape,
  ignoredPointers: readonly string[] = [],
): SeparatedMembers => {
  const unknown: UnknownMember[] = [];
  const patterns = new Set(ignoredPointers);

  const report = (name: string, within: ObjectShape, { resource, place }: Location): void => {
    if (unknown.length > MAX_REPORTED) return;
    const path = [...pathTo(place), name];
    const pattern = pointer(path.map((step) => (typeof step === 'number' ? '*' : step)));
    unknown.push({ name, pointer: pointer(path), resource, within, isIgnored: patterns.has(pattern) });
  };

  const walkObject = (value: Members, shape: ObjectShape, { place, resource: outer }: Location): unknown => {
    const resource = shape.type ?? outer;
    const changedMembers = new Map<string, unknown>();
    let hasUnknown = false;
    for (const name of Object.keys(value)) {
      const member = shape.members.get(name);
      if (member === undefined) {
        if (!shape.isClosed) continue;
        hasUnknown = true;
        report(name, shape, { resource, place });
      } else if (member.kind !== 'anything') {
        const newValue = walk(value[name], member, { resource, place: { step: name, outer: place } });
        if (newValue !== value[name]) changedMembers.set(name, newValue);
      }
    }
    if (changedMembers.size === 0 && !hasUnknown) return value;
    // Copies the known members only: there may be many unknown ones.
    const names = shape.isClosed
      ? [...shape.members.keys()].filter((name) => Object.hasOwn(value, name))
      : Object.keys(value);
    return Object.fromEntries(
      names.map((name) => [name, changedMembers.has(name) ? changedMembers.get(name) : value[name]]),
    );
  };

  const walkList = (
    value: readonly unknown[],
    { item, maxItems }: ListShape,
    { resource, place }: Location,
  ): unknown => {
    // A list that is too long is rejected as a whole.
    if (value.length > maxItems || item.kind === 'anything') return value;
    const newElements = value.map((element, index) =>
      walk(element, item, { resource, place: { step: index, outer: place } }),
    );
    return newElements.some((element, index) => element !== value[index]) ? newElements : value;
  };

  const walk = (value: unknown, shape: Shape, location: Location): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    switch (shape.kind) {
      case 'anything':
        return value;
      case 'object':
        return isMembers(value) ? walkObject(value, shape, location) : value;
      case 'list':
        return Array.isArray(value) ? walkList(value, shape, location) : value;
      case 'choice': {
        const option = bestOption(value, shape.options);
        return option ? walk(value, option, location) : value;
      }
    }
  };

  return { known: walk(body, shape, { resource: undefined, place: undefined }), unknown };
};

interface Location {
  readonly resource: string | undefined;
  readonly place: Place | undefined;
}

type ListShape = Extract<Shape, { readonly kind: 'list' }>;
type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: object): value is Members => !Array.isArray(value);

/** Finds the shape that a value most likely has: the one with its type, or else with most of its members. */
const bestOption = (value: object, options: readonly Shape[]): Shape | undefined => {
  if (Array.isArray(value)) return options.find(({ kind }) => kind === 'list');
  const names = Object.keys(value).slice(0, 100);
  const objects = options.filter((option) => option.kind === 'object');
  const mismatches = ({ members, type }: ObjectShape): number =>
    names.filter((name) => !members.has(name)).length +
    (type !== undefined && 'type' in value && value.type !== type ? 1_000 : 0);
  return objects.toSorted((a, b) => mismatches(a) - mismatches(b))[0];
};
