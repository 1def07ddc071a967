import * as v from 'valibot';
import { Common } from './common.ts';
import { type Resources, resources } from './resources.ts';

type Entries<Declared> = Declared extends { readonly env: infer E extends v.ObjectEntries }
  ? v.ObjectSchema<E, undefined>
  : never;
type Optional<Values> = { readonly [Key in keyof Values]?: Values[Key] | undefined };
/** Variables of what opens on call are absent where it isn't used. */
type Given<Declared, Values> = Declared extends { readonly opens: 'at once' } ? Values : Optional<Values>;
type OutputOf<Declared> = Declared extends unknown ? Given<Declared, v.InferOutput<Entries<Declared>>> : never;
type All<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer Each) => void
  ? Each
  : never;

/** Every variable that a function may read. */
export type Env = Common & All<OutputOf<Resources[keyof Resources]>>;

/** What CDK writes into a function's environment for one resource. */
export type VariablesFor<Name extends keyof Resources> = v.InferInput<Entries<Resources[Name]>>;
/** What it writes for all functions. */
export type CommonInput = v.InferInput<typeof Common>;

const entries = Object.values(resources).map((declared) =>
  declared.opens === 'at once' ? declared.env : v.partial(v.object<v.ObjectEntries>(declared.env)).entries,
);
const schema = v.object({ ...Common.entries, ...Object.assign({}, ...entries) });

/** The entries were put together from a list: which they are is known by its types alone. */
export const readEnv = (source: NodeJS.ProcessEnv): Env => v.parse(schema, source) as Env;
