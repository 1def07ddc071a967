import type * as v from 'valibot';
import type { AdministrativeChange } from '../../administrative-change.ts';
import { ApiError } from '../../errors.ts';
import type { RequestContext } from '../context.ts';
import type { Declaration } from './declaration.ts';
import { requireValidId } from './id.ts';

type Schema = v.GenericSchema;
type OptionalSchema = Schema | undefined;
type Values = Readonly<Record<string, unknown>>;

/** Makes an administrative change, and records it. */
export type ChangeRecorder<Context> = <Result>(
  change: AdministrativeChange<Result>,
  context: Context,
) => Promise<Result>;

/** The declaration of a resource whose changes are recorded. */
export const recordingChanges = <
  Value extends { readonly id: string },
  Context extends RequestContext,
  Created extends Schema,
  Changed extends Schema,
  CreatedWith extends OptionalSchema,
  ChangedWith extends OptionalSchema,
>(
  declaration: Declaration<Value, Context, Created, Changed, CreatedWith, ChangedWith>,
  record: ChangeRecorder<Context>,
): typeof declaration => {
  const { view, noun, getOne, create, update, delete: removal } = declaration;
  const { type } = view;
  const secret = (declaration.secretAttributes ?? []).map((name) => [name, '(not shown)'] as const);
  const valuesOf = (value: Value, context: Context): Values => {
    const { attributes, relationships = {} } = view.show(value, context);
    const related = Object.entries(relationships).map(([name, { data }]) => [name, data] as const);
    const shown = { ...attributes, ...Object.fromEntries(related.filter(([, data]) => data !== undefined)) };
    return { ...shown, ...Object.fromEntries(secret.filter(([name]) => typeof shown[name] === 'string')) };
  };
  const stateAfter = (sent: { readonly attributes: unknown }, context: Context) => (value: Value) => {
    const values = valuesOf(value, context);
    return { id: value.id, values: { ...values, ...hiddenValues(sent.attributes, values) } };
  };
  /** One that is absent may be about to be deleted, which can be asked for again. */
  const before = async (id: string, context: Context): Promise<Values | undefined> => {
    try {
      return valuesOf(await getOne(requireValidId(id, noun), context), context);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'not_found') return undefined;
      throw error;
    }
  };
  return {
    ...declaration,
    ...(create && {
      create: {
        ...create,
        run: (sent, context) =>
          record(
            { action: 'create', type, run: () => create.run(sent, context), after: stateAfter(sent, context) },
            context,
          ),
      },
    }),
    ...(update && {
      update: {
        ...update,
        run: async (id, sent, context) =>
          record(
            {
              action: 'update',
              type,
              id,
              before: await before(id, context),
              run: () => update.run(id, sent, context),
              after: stateAfter(sent, context),
            },
            context,
          ),
      },
    }),
    ...(removal && {
      delete: {
        ...removal,
        run: async (id, context) =>
          record(
            {
              action: 'delete',
              type,
              id,
              before: await before(id, context),
              run: () => removal.run(id, context),
              after: () => ({}),
            },
            context,
          ),
      },
    }),
  };
};

/** What was sent and is never shown, such as a secret: that it was sent. */
const hiddenValues = (sent: unknown, shown: Values): Values =>
  Object.fromEntries(
    Object.entries(typeof sent === 'object' && sent !== null ? sent : {})
      .filter(([name, value]) => !(name in shown) && value !== undefined && value !== null)
      .map(([name]) => [name, '(not shown)']),
  );
