import * as v from 'valibot';

/** What a schema says of the members of a value, as far as it names them. */
export type Shape =
  | ({ readonly kind: 'object'; readonly members: ReadonlyMap<string, Shape>; readonly isClosed: boolean } & OfObject)
  | { readonly kind: 'list'; readonly item: Shape; readonly most: number }
  | { readonly kind: 'choice'; readonly options: readonly Shape[] }
  | { readonly kind: 'anything' };

interface OfObject {
  /** The JSON:API type that it has by its schema. */
  readonly type: string | undefined;
}

export type ObjectShape = Extract<Shape, { readonly kind: 'object' }>;

type Schema = v.GenericSchema;
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && 'kind' in value;
const Inner = v.custom<Schema>(isSchema);

/** The parts of valibot's schemas that hold others. */
const Node = v.object({
  type: v.string(),
  entries: v.optional(v.record(v.string(), Inner)),
  wrapped: v.optional(Inner),
  item: v.optional(Inner),
  options: v.optional(v.array(v.unknown())),
  literal: v.optional(v.unknown()),
  pipe: v.optional(v.array(v.unknown())),
});

const nodeOf = (schema: Schema) => v.parse(Node, { ...schema });

/** Objects of a request are closed, unless they say by `v.looseObject` that anything may stand in them. */
export const shapeOf = (schema: Schema): Shape => {
  const { type, entries, wrapped, item, options = [], pipe = [] } = nodeOf(schema);
  if (wrapped) return shapeOf(wrapped);
  if (entries) {
    const members = new Map(Object.entries(entries).map(([name, one]) => [name, shapeOf(one)]));
    return { kind: 'object', members, isClosed: type !== 'loose_object', type: literalIn(entries.type) };
  }
  if (item) return { kind: 'list', item: shapeOf(item), most: mostIn(pipe) };
  const choices = options
    .filter(isSchema)
    .map(shapeOf)
    .filter(({ kind }) => kind !== 'anything');
  return choices.length > 0 ? { kind: 'choice', options: choices } : { kind: 'anything' };
};

const literalIn = (schema: Schema | undefined): string | undefined => {
  const literal = schema && nodeOf(schema).literal;
  return typeof literal === 'string' ? literal : undefined;
};

const MaxLength = v.object({ type: v.literal('max_length'), requirement: v.number() });

/** A longer list is refused whole. */
const mostIn = (pipe: readonly unknown[]): number =>
  Math.min(
    ...pipe.flatMap((action) => {
      const read = v.safeParse(MaxLength, action);
      return read.success ? [read.output.requirement] : [];
    }),
    Number.POSITIVE_INFINITY,
  );
