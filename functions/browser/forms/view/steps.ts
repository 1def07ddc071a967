import { type Action, type Block, submits, type Version } from '../definition/definition.ts';
import { element } from './dom.ts';
import type { Field } from './fields.ts';
import { buildStep, type Press, type StepView } from './step.ts';
import { texts } from './texts.ts';

interface Events {
  readonly press: Press;
  readonly shown: (stepId: string) => void;
}

/** The steps of a form, of which one is shown. */
export const openSteps = (version: Version, body: HTMLElement, { press, shown }: Events) => {
  const alert = element('p', { class: 'error alert', role: 'alert' });
  const views = version.steps.map((step) => buildStep(step, version, press));
  let current = 0;
  const view = (): StepView | undefined => views[current];
  const show = (index: number): void => {
    const next = views[index];
    if (!next) return;
    view()?.node.remove();
    current = index;
    alert.textContent = '';
    body.append(next.node, alert);
    shown(next.step.id);
  };
  return {
    show,
    view,
    /** Shows the next step, or the first one. The focus goes there, so that it is read aloud. */
    move: (index = current + 1): void => {
      show(index);
      view()?.node.focus();
    },
    say: (text: string): void => {
      alert.textContent = text;
    },
    isLast: (): boolean => views.slice(current + 1).every(({ fields }) => fields.length === 0),
    /** The button that was pressed, or the first one that submits: for the Enter key. */
    submitting: (id: string | undefined): [Action, Block] | undefined => {
      const rows = view()?.step.columns.flatMap((column) => column.rows ?? []) ?? [];
      const blocks = rows.flatMap((row) => row.blocks).filter(({ action }) => submits(action));
      const block = blocks.find((one) => one.id === id) ?? blocks[0];
      return block?.action && [block.action, block];
    },
    /** Shows the problems at their fields, perhaps of an earlier step, and others below. */
    report: (problems: ReadonlyMap<string, string>): void => {
      const found = views.flatMap(({ fields }, index) =>
        fields.filter(({ name }) => problems.has(name)).map((field) => ({ field, index })),
      );
      const [first] = found;
      if (first && first.index !== current) show(first.index);
      for (const { field } of found) field.report(problems.get(field.name));
      const names = found.map(({ field }) => field.name);
      const [other] = [...problems].filter(([name]) => !names.includes(name));
      alert.textContent = other?.[1] ?? (first ? '' : texts().failed);
      first?.field.focus();
    },
  };
};

export type Steps = ReturnType<typeof openSteps>;

/** Whether all fields are filled in as they should be. The first that is not gets the focus. */
export const check = (fields: readonly Field[]): boolean => {
  const wrong = fields.filter((field) => {
    const problem = field.problem();
    field.report(problem);
    return problem !== undefined;
  });
  wrong[0]?.focus();
  return wrong.length === 0;
};
