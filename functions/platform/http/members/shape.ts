import * as v from 'valibot';

/** The members that a schema allows, as far as it names them. */
export type Shape =
  | ({
      readonly kind: 'object';
      readonly members: ReadonlyMap<string, Shape>;
      readonly isClosed: boolean;
    } & ResourceType)
  | { readonly kind: 'list'; readonly item: Shape; readonly maxItems: number }
  | { readonly kind: 'choice'; readonly options: readonly Shape[] }
  | { readonly kind: 'anything' };

interface ResourceType {
  /** The JSON:API type in the schema. */
  readonly type: string | undefined;
}

export type ObjectShape = Extract<Shape, { readonly kind: 'object' }>;

type Schema = v.GenericSchema;
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && 'kind' in value;
const InnerSchema = v.custom<Schema>(isSchema);

/** The parts of valibot's schemas that contain other schemas. */
const Node = v.object({
  type: v.string(),
  entries: v.optional(v.record(v.string(), InnerSchema)),
  wrapped: v.optional(InnerSchema),
  item: v.optional(InnerSchema),
  options: v.optional(v.array(v.unknown())),
  literal: v.optional(v.unknown()),
  pipe: v.optional(v.array(v.unknown())),
});

const nodeOf = (schema: Schema) => v.parse(Node, { ...schema });

/** Objects in requests are closed, unless `v.looseObject` allows any member. */
export const shapeOf = (schema: Schema): Shape => {
  const { type, entries, wrapped, item, options = [], pipe = [] } = nodeOf(schema);
  if (wrapped) return shapeOf(wrapped);
  if (entries) {
    const members = new Map(Object.entries(entries).map(([name, one]) => [name, shapeOf(one)]));
    return { kind: 'object', members, isClosed: type !== 'loose_object', type: literalOf(entries.type) };
  }
  if (item) return { kind: 'list', item: shapeOf(item), maxItems: maxLengthOf(pipe) };
  const choices = options
    .filter(isSchema)
    .map(shapeOf)
    .filter(({ kind }) => kind !== 'anything');
  return choices.length > 0 ? { kind: 'choice', options: choices } : { kind: 'anything' };
};

const literalOf = (schema: Schema | undefined): string | undefined => {
  const literal = schema && nodeOf(schema).literal;
  return typeof literal === 'string' ? literal : undefined;
};

const MaxLength = v.object({ type: v.literal('max_length'), requirement: v.number() });

/** The longest list that the schema allows. */
const maxLengthOf = (pipe: readonly unknown[]): number =>
  Math.min(
    ...pipe.flatMap((action) => {
      const result = v.safeParse(MaxLength, action);
      return result.success ? [result.output.requirement] : [];
    }),
    Number.POSITIVE_INFINITY,
  );
