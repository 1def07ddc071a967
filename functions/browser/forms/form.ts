import { type Action, type Block, type LiveForm, submits } from './definition/definition.ts';
import type { Host } from './host/host.ts';
import { openSender } from './send.ts';
import { type Announcement, announce } from './submit/announce.ts';
import type { Count } from './submit/statistics.ts';
import { element, webUrl } from './view/dom.ts';
import { openFrame } from './view/frame.ts';
import { openSteps } from './view/steps.ts';

export interface Page {
  readonly host: Host;
  readonly count: Count;
  /** The values that the page's script gave to hidden fields until now. */
  readonly hidden: () => Readonly<Record<string, string>>;
  readonly openForm: (formId: string) => void;
  /** Whether this browser has never sent the form. */
  readonly isUnique: () => boolean;
  readonly closed: (isSubmitted: boolean) => void;
  readonly submitted: (listId: string | undefined) => void;
}

export type Tell = (type: Announcement, metaData?: object) => void;

/** Shows a form, step by step, and returns how to close it. */
export const showForm = (form: LiveForm, parent: Element, page: Page): (() => void) => {
  const { id, type, definition } = form;
  const tell: Tell = (kind, metaData = {}) => announce(kind, { formId: id, companyId: page.host.company, metaData });
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    frame.remove();
    page.count('closed', form);
    tell('close');
    page.closed(sender.isSubmitted());
  };
  const frame = openFrame(form, parent, close);
  const trap = element('input', { name: 'website', tabindex: -1, autocomplete: 'off' });
  const body = element('form', { novalidate: true }, element('div', { class: 'hush', 'aria-hidden': 'true' }, trap));
  frame.content.append(body);

  const press = async (action: Action, block: Block): Promise<void> => {
    const isDone = submits(action) ? await sender.send(action, block) : action.type !== 'next_step' || sender.keep();
    if (isDone && isOpen) follow(action);
  };
  const steps = openSteps(definition, body, {
    press: (action, block) => void press(action, block),
    shown: (step) => page.count('viewed_step', form, step),
  });
  const sender = openSender({ form, page, steps, body, trap, tell });

  const follow = ({ type: kind, properties = {} }: Action): void => {
    if (kind === 'next_step') steps.move();
    else if (kind === 'redirect') redirect(properties, tell);
    else if (kind === 'open_form') {
      if (properties.close_form !== false) close();
      page.openForm(properties.form_id_to_open ?? '');
    } else if (type !== 'embed') close();
    else if (sender.isSubmitted()) {
      // A part of the page stays: it starts again.
      body.reset();
      steps.move(0);
    }
  };
  body.addEventListener('submit', (event) => {
    event.preventDefault();
    const pressed = steps.submitting(event.submitter?.id);
    if (pressed) void press(...pressed);
  });

  steps.show(0);
  if (type === 'popup' || type === 'full_screen') steps.view()?.node.focus();
  page.count('viewed', form);
  tell(type === 'embed' ? 'embedOpen' : 'open');
  return close;
};

const redirect = ({ url, new_window }: NonNullable<Action['properties']>, tell: Tell): void => {
  const href = webUrl(url);
  if (!href) return;
  tell('redirectedToUrl', { destinationUrl: href });
  if (new_window) window.open(href, '_blank', 'noopener');
  else location.assign(href);
};
