import * as v from 'valibot';

type Path = readonly (string | number)[];

/** A block as far as it can be read, with its place. It may come from a definition with errors elsewhere. */
export interface LooseBlock {
  readonly path: Path;
  readonly step: number;
  readonly id: string | undefined;
  readonly type: string;
  readonly propertyName: string | undefined;
  readonly optionValues: readonly string[];
  readonly hiddenNames: readonly string[];
  readonly action: { readonly type: string; readonly submits: boolean } | undefined;
}

/** A list or a form that a version names, with its place. */
export interface LooseReference {
  readonly to: 'list' | 'form';
  readonly id: string;
  readonly path: Path;
}

export interface LooseVersion {
  readonly stepCount: number;
  readonly blocks: readonly LooseBlock[];
  readonly triggerTypes: readonly (string | undefined)[];
  /** The ids of all parts, with their places. */
  readonly ids: readonly { readonly id: string; readonly path: Path }[];
  readonly references: readonly LooseReference[];
}

const optionalText = v.fallback(v.optional(v.string()), undefined);
/** A list of which only the start is read: a longer one is refused as a whole. */
const MAX_READ = 50;
const list = <S extends v.GenericSchema>(item: S) =>
  v.fallback(
    v.pipe(
      v.array(v.unknown()),
      v.transform((all): readonly (v.InferOutput<S> | undefined)[] =>
        all.slice(0, MAX_READ).map((one) => {
          const result = v.safeParse(item, one);
          return result.success ? result.output : undefined;
        }),
      ),
    ),
    [],
  );

const Named = v.object({ name: optionalText, value: optionalText });
const Properties = v.fallback(
  v.object({ property_name: optionalText, options: list(Named), additional_fields: list(Named) }),
  { property_name: undefined, options: [], additional_fields: [] },
);
const Action = v.object({
  id: optionalText,
  type: optionalText,
  submit: v.fallback(v.optional(v.boolean()), undefined),
  properties: v.fallback(v.object({ list_id: optionalText, form_id_to_open: optionalText }), {}),
});
const Block = v.object({
  id: optionalText,
  type: v.fallback(v.string(), ''),
  properties: Properties,
  action: v.fallback(v.optional(Action), undefined),
});
const Part = v.object({ id: optionalText, type: optionalText });
const Trigger = v.object({
  ...Part.entries,
  properties: v.fallback(v.object({ allow_list: list(v.string()), deny_list: list(v.string()) }), {
    allow_list: [],
    deny_list: [],
  }),
});
const Row = v.object({ id: optionalText, blocks: list(Block) });
const Column = v.object({ id: optionalText, rows: list(Row) });
const Step = v.object({ id: optionalText, columns: list(Column) });
const Skeleton = v.object({ steps: list(Step), triggers: list(Trigger), teasers: list(Part) });

const usualNames: Readonly<Record<string, string>> = {
  email: '$email',
  phone_number: '$phone_number',
  age_gate: '$age_gated_date_of_birth',
  promotional_sms_checkbox: 'opt_in_promotional_sms',
  promotional_email_checkbox: 'opt_in_promotional_email',
};
const namedFields = ['text', 'date', 'checkboxes', 'radio_buttons', 'dropdown'];

/** The name by which a field's value is sent. Undefined for blocks that are no fields. */
export const fieldNameOf = ({
  type,
  properties,
}: {
  readonly type: string;
  readonly properties?: object | null | undefined;
}): string | undefined => {
  const usual = usualNames[type];
  if (usual !== undefined) return usual;
  if (!namedFields.includes(type)) return undefined;
  const { property_name } = v.parse(v.fallback(v.object({ property_name: optionalText }), {}), properties ?? {});
  return property_name;
};

/** Reads what the checks between the parts need, whatever else is wrong. */
export const structureOf = (input: unknown): LooseVersion | undefined => {
  const read = v.safeParse(Skeleton, input);
  if (!read.success) return undefined;
  const { steps, triggers, teasers } = read.output;
  const ids: { id: string; path: Path }[] = [];
  const note = (part: { readonly id?: string | undefined } | undefined, path: Path) => {
    if (part?.id !== undefined) ids.push({ id: part.id, path: [...path, 'id'] });
  };
  const blocks: LooseBlock[] = [];
  const references: LooseReference[] = [];
  for (const [s, step] of steps.entries()) {
    note(step, ['steps', s]);
    for (const [c, column] of (step?.columns ?? []).entries()) {
      note(column, ['steps', s, 'columns', c]);
      for (const [r, row] of (column?.rows ?? []).entries()) {
        note(row, ['steps', s, 'columns', c, 'rows', r]);
        for (const [b, block] of (row?.blocks ?? []).entries()) {
          if (!block) continue;
          const path = ['steps', s, 'columns', c, 'rows', r, 'blocks', b];
          note(block, path);
          note(block.action, [...path, 'action']);
          blocks.push(toLooseBlock(block, path, s));
          references.push(...actionReferences(block.action, [...path, 'action', 'properties']));
        }
      }
    }
  }
  for (const [i, one] of triggers.entries()) {
    note(one, ['triggers', i]);
    references.push(...triggerReferences(one, ['triggers', i, 'properties']));
  }
  for (const [i, one] of teasers.entries()) note(one, ['teasers', i]);
  return { stepCount: steps.length, blocks, triggerTypes: triggers.map((one) => one?.type), ids, references };
};

const actionReferences = (action: v.InferOutput<typeof Action> | undefined, path: Path): LooseReference[] => {
  const { list_id, form_id_to_open } = action?.properties ?? {};
  // Of the two, an action has the one that its type needs.
  if (action?.type === 'open_form')
    return form_id_to_open === undefined
      ? []
      : [{ to: 'form', id: form_id_to_open, path: [...path, 'form_id_to_open'] }];
  return list_id === undefined ? [] : [{ to: 'list', id: list_id, path: [...path, 'list_id'] }];
};

const triggerReferences = (trigger: v.InferOutput<typeof Trigger> | undefined, path: Path): LooseReference[] =>
  trigger?.type === 'lists_and_segments'
    ? (['allow_list', 'deny_list'] as const).flatMap((name) =>
        trigger.properties[name].flatMap((id, i) =>
          id === undefined ? [] : [{ to: 'list' as const, id, path: [...path, name, i] }],
        ),
      )
    : [];

const toLooseBlock = (block: v.InferOutput<typeof Block>, path: Path, step: number): LooseBlock => {
  const { id, type, properties, action } = block;
  const textsOf = (all: readonly (v.InferOutput<typeof Named> | undefined)[], name: 'name' | 'value') =>
    all.flatMap((one) => one?.[name] ?? []);
  return {
    path,
    step,
    id,
    type,
    propertyName: fieldNameOf({ type, properties }),
    optionValues: textsOf(properties.options, 'value'),
    hiddenNames: textsOf(properties.additional_fields, 'name'),
    action:
      action?.type === undefined
        ? undefined
        : { type: action.type, submits: action.submit ?? action.type === 'open_form' },
  };
};
