import type * as v from 'valibot';
import { toIssue } from '../../../platform/validation/issue.ts';
import { nameProblem } from './field-target.ts';
import { type LooseBlock, type LooseVersion, structureOf } from './structure.ts';

interface Problem {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/**
 * Adds checks between the parts of a version. They run even if single parts are wrong, so that one answer reports all
 * problems.
 */
export const withStructureChecks = <S extends v.GenericSchema>(schema: S): S => ({
  ...schema,
  '~run': (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
    const structure = structureOf(dataset.value);
    const result = schema['~run'](dataset, config);
    const own = structure ? structureProblems(structure).map(asIssue) : [];
    if (own.length === 0) return result;
    return { ...result, typed: false, issues: [...(result.issues ?? []), ...own] };
  },
});

const asIssue = (problem: Problem): v.BaseIssue<unknown> => ({
  kind: 'validation',
  type: 'form_structure',
  input: undefined,
  expected: null,
  received: '',
  ...toIssue(problem),
});

const structureProblems = (version: LooseVersion): Problem[] => [
  ...idProblems(version),
  ...fieldProblems(version),
  ...buttonProblems(version),
  ...triggerProblems(version),
];

const idProblems = ({ ids }: LooseVersion): Problem[] => {
  const seen = new Set<string>();
  return ids.flatMap(({ id, path }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ message: `Another part has the id '${id.slice(0, 64)}'. Ids are unique within a form.`, path }];
  });
};

const single = {
  email: 'A form has one field for the e-mail address. Remove the others.',
  phone_number: 'A form has one field for the phone number. Remove the others.',
  age_gate: 'A form has one age gate. Remove the others.',
  promotional_sms_checkbox: 'A form has one checkbox of this type. Name its `channels`, and remove the others.',
  promotional_email_checkbox: 'A form has one checkbox of this type. Remove the others.',
} as const;
const isSingle = (type: string): type is keyof typeof single => Object.hasOwn(single, type);

const fieldProblems = ({ blocks }: LooseVersion): Problem[] => {
  const problems: Problem[] = [];
  const places = new Map<string, LooseBlock>();
  for (const block of blocks) {
    const { type, propertyName, optionValues, path } = block;
    const at = [...path, 'properties'];
    if (propertyName !== undefined) {
      const other = places.get(propertyName);
      if (other)
        problems.push(
          isSingle(type)
            ? { message: single[type], path: [...path, 'type'] }
            : {
                message: `Another field has the name '${propertyName.slice(0, 64)}'. Names are unique within a form.`,
                path: [...at, 'property_name'],
              },
        );
      else places.set(propertyName, block);
      const wrongName = isSingle(type) ? undefined : nameProblem(propertyName);
      if (wrongName !== undefined) problems.push({ message: wrongName, path: [...at, 'property_name'] });
    }
    if (new Set(optionValues).size < optionValues.length)
      problems.push({ message: 'Two options have the same value.', path: [...at, 'options'] });
  }
  const [smsConsent] = blocks.filter(({ type }) => type === 'promotional_sms_checkbox');
  if (smsConsent && !blocks.some(({ type }) => type === 'phone_number'))
    problems.push({
      message: 'The form has no field `phone_number` that this consent could be for. Add one.',
      path: [...smsConsent.path, 'type'],
    });
  const [emailConsent] = blocks.filter(({ type }) => type === 'promotional_email_checkbox');
  if (emailConsent && !blocks.some(({ type }) => type === 'email'))
    problems.push({
      message: 'The form has no field `email` that this consent could be for. Add one.',
      path: [...emailConsent.path, 'type'],
    });
  return [...problems, ...hiddenProblems(blocks, places)];
};

const hiddenProblems = (blocks: readonly LooseBlock[], fields: ReadonlyMap<string, LooseBlock>): Problem[] =>
  blocks.flatMap(({ hiddenNames, path }) => {
    const at = (i: number) => [...path, 'properties', 'additional_fields', i, 'name'];
    return hiddenNames.flatMap((name, i) => {
      if (fields.has(name)) return [{ message: 'A visible field has this name. Use another one.', path: at(i) }];
      if (hiddenNames.indexOf(name) < i) return [{ message: 'Another hidden field has this name.', path: at(i) }];
      const wrong = nameProblem(name);
      return wrong === undefined ? [] : [{ message: wrong, path: at(i) }];
    });
  });

const ADDRESS = ['email', 'phone_number'];

const buttonProblems = ({ blocks, stepCount }: LooseVersion): Problem[] => {
  const problems: Problem[] = [];
  const last = stepCount - 1;
  for (const { action, step, path } of blocks)
    if (action?.type === 'next_step' && step === last)
      problems.push({
        message: 'This is the last step. Use `close` or `redirect`.',
        path: [...path, 'action', 'type'],
      });
  for (let step = 1; step < stepCount; step++)
    if (!blocks.some((block) => block.step === step - 1 && block.action?.type === 'next_step'))
      problems.push({
        message: 'No button leads to this step. Give one in the step before it the action `next_step`.',
        path: ['steps', step],
      });
  const fields = blocks.filter(({ propertyName }) => propertyName !== undefined);
  const submitting = blocks.filter(({ action }) => action?.submits);
  const [firstField] = fields;
  const [firstSubmit] = submitting;
  if (firstField && !firstSubmit)
    problems.push({
      message: 'No button sends the fields. Give one `submit: true`.',
      path: ['steps', firstField.step],
    });
  for (const { step, path } of fields)
    if (firstSubmit && !submitting.some((button) => button.step >= step))
      problems.push({ message: 'No button in this step or after it sends this field.', path });
  if (firstSubmit && !fields.some(({ type, step }) => ADDRESS.includes(type) && step <= firstSubmit.step))
    problems.push({
      message: 'A form that is sent needs an `email` or `phone_number` in the step that is sent first, or before it.',
      path: [...firstSubmit.path, 'action', 'submit'],
    });
  return problems;
};

const triggerProblems = ({ triggerTypes }: LooseVersion): Problem[] => {
  const repeated = triggerTypes.flatMap((type, i) =>
    type !== undefined && triggerTypes.indexOf(type) < i
      ? [{ message: `There is a trigger \`${type.slice(0, 64)}\` already.`, path: ['triggers', i, 'type'] }]
      : [],
  );
  const both = ['identified_profiles', 'unidentified_profiles'].map((type) => triggerTypes.indexOf(type));
  if (both.some((at) => at === -1)) return repeated;
  return [
    ...repeated,
    {
      message:
        'With both `identified_profiles` and `unidentified_profiles` the form is for nobody or for all. Use one.',
      path: ['triggers', Math.max(...both), 'type'],
    },
  ];
};
