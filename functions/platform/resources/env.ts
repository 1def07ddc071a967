import * as v from 'valibot';
import { Common } from './common.ts';
import { type Resources, resources } from './resources.ts';

type SchemaOf<Declared> = Declared extends { readonly env: infer E extends v.ObjectEntries }
  ? v.ObjectSchema<E, undefined>
  : never;
type Optional<Values> = { readonly [Key in keyof Values]?: Values[Key] | undefined };
/** The variables of a lazy resource are absent in services that do not use it. */
type IfUsed<Declared, Values> = Declared extends { readonly opens: 'eagerly' } ? Values : Optional<Values>;
type OutputOf<Declared> = Declared extends unknown ? IfUsed<Declared, v.InferOutput<SchemaOf<Declared>>> : never;
type UnionToIntersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
  all: infer Each,
) => void
  ? Each
  : never;

/** Every environment variable that a function may read. */
export type Env = Common & UnionToIntersection<OutputOf<Resources[keyof Resources]>>;

/** The variables that CDK sets for one resource. */
export type VariablesFor<Name extends keyof Resources> = v.InferInput<SchemaOf<Resources[Name]>>;
/** The variables that CDK sets for all functions. */
export type CommonInput = v.InferInput<typeof Common>;

const entries = Object.values(resources).map((declaration) =>
  declaration.opens === 'eagerly' ? declaration.env : v.partial(v.object<v.ObjectEntries>(declaration.env)).entries,
);
const schema = v.object({ ...Common.entries, ...Object.assign({}, ...entries) });

/** The schema is assembled from a list, which loses the types of its entries. */
export const readEnv = (source: NodeJS.ProcessEnv): Env => v.parse(schema, source) as Env;
