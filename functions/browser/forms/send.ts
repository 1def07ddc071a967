import { newId } from '../shared/ids.ts';
import type { Action, Block, LiveForm } from './definition/definition.ts';
import type { Page, Tell } from './form.ts';
import { openWork } from './submit/challenge.ts';
import { submit } from './submit/submission.ts';
import { device } from './view/device.ts';
import type { Field, FieldValue } from './view/fields.ts';
import { check, type Steps } from './view/steps.ts';
import { texts } from './view/texts.ts';

interface Parts {
  readonly form: LiveForm;
  readonly page: Page;
  readonly steps: Steps;
  readonly body: HTMLFormElement;
  readonly trap: HTMLInputElement;
  readonly tell: Tell;
}

/** Keeps what was entered, and sends it. */
export const openSender = ({ form, page, steps, body, trap, tell }: Parts) => {
  const since = performance.now();
  const submissionId = newId();
  /** What was entered and not yet sent. */
  const entered = new Map<string, FieldValue>();
  let token: string | undefined;
  let isSubmitted = false;
  let isBusy = false;
  const work = openWork(page.host, form.proof_of_work);
  body.addEventListener('input', work.begin);

  const keep = (): boolean => collect(steps.view()?.fields ?? [], entered);
  const taken = (action: Action, fields: object, stepName: string | undefined): void => {
    if (token) page.host.identified(token);
    const metaData = { $step_name: stepName, $list_id: action.properties?.list_id, ...fields };
    tell('stepSubmit', metaData);
    if (!isSubmitted) {
      isSubmitted = true;
      page.submitted(action.properties?.list_id);
      tell('submit', metaData);
    }
    entered.clear();
  };
  const post = async (action: Action, { id, properties = {} }: Block): Promise<boolean> => {
    const step = steps.view()?.step;
    if (!step || !keep()) return false;
    steps.say(texts().busy);
    const fields = Object.fromEntries(entered);
    const given = page.hidden();
    const hidden = (properties.additional_fields ?? []).map(({ name, value }) => [name, given[name] ?? value]);
    const submission = {
      form,
      step,
      fields,
      token,
      submissionId,
      button: id,
      isUnique: page.isUnique(),
      isLast: steps.isLast(),
      hidden: Object.fromEntries(hidden),
      device: device(),
      elapsedMs: performance.now() - since,
      website: trap.value,
    };
    const result = await submit(submission, page.host, work);
    steps.say('');
    if (result.isTaken) {
      token = result.token ?? token;
      taken(action, fields, step.name);
    } else steps.report(result.problems);
    return result.isTaken;
  };

  return {
    keep,
    isSubmitted: (): boolean => isSubmitted,
    /** Sends what was entered, once for several presses. Returns whether the server took it. */
    send: async (action: Action, block: Block): Promise<boolean> => {
      if (isBusy) return false;
      isBusy = true;
      body.setAttribute('aria-busy', 'true');
      const isTaken = await post(action, block);
      body.removeAttribute('aria-busy');
      isBusy = false;
      return isTaken;
    },
  };
};

/** Keeps the values of a step if all are right. */
const collect = (fields: readonly Field[], entered: Map<string, FieldValue>): boolean => {
  if (!check(fields)) return false;
  for (const { name, value } of fields) {
    const given = value();
    if (given === undefined) entered.delete(name);
    else entered.set(name, given);
  }
  return true;
};
