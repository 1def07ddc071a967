import {
  blocksOf,
  isField,
  type StoredButton,
  type StoredField,
  type StoredStep,
  type StoredVersion,
  submitButtonsOf,
} from '../definition/stored.ts';

/** A step that was sent, with what it may contain. */
export interface SentStep {
  readonly step: StoredStep;
  /** The button that sent it. */
  readonly button: StoredButton;
  /** The fields that are sent with it: its own, and those of steps before it that no button sent. */
  readonly fields: readonly StoredField[];
  /** All fields up to this step. Those that were sent before may come again. */
  readonly knownFields: readonly StoredField[];
  /** Whether no step before it is sent. */
  readonly isFirst: boolean;
  /** Whether no step after it is sent. */
  readonly isLast: boolean;
}

type Lookup = { readonly stepId: string; readonly buttonId?: string | undefined };

/** Finds the step and the button. Undefined if the version has no such step or button that sends. */
export const findSentStep = (
  { steps }: Pick<StoredVersion, 'steps'>,
  { stepId, buttonId }: Lookup,
): SentStep | undefined => {
  const index = steps.findIndex(({ id }) => id === stepId);
  const step = steps[index];
  if (!step) return undefined;
  const buttons = submitButtonsOf(step);
  const button = buttonId === undefined ? buttons[0] : buttons.find(({ id }) => id === buttonId);
  if (!button) return undefined;
  const isSent = (one: StoredStep): boolean => submitButtonsOf(one).length > 0;
  const before = steps.slice(0, index);
  const start = before.findLastIndex(isSent) + 1;
  const fieldsIn = (some: readonly StoredStep[]): StoredField[] => some.flatMap(blocksOf).filter(isField);
  return {
    step,
    button,
    fields: fieldsIn(steps.slice(start, index + 1)),
    knownFields: fieldsIn(steps.slice(0, index + 1)),
    isFirst: start === 0,
    isLast: button.action?.type !== 'next_step' || !steps.slice(index + 1).some(isSent),
  };
};
