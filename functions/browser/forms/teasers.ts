import type { LiveForm, Teaser } from './definition/definition.ts';
import type { Memory } from './show/memory.ts';
import { isForDevice } from './view/device.ts';
import { showTeaser } from './view/teaser.ts';

/** The teasers of forms that are not open. */
export const openTeasers = (memory: Memory, openForm: (formId: string) => void) => {
  const shown = new Map<string, () => void>();
  const remove = (formId: string): void => {
    shown.get(formId)?.();
    shown.delete(formId);
  };
  return {
    remove,
    clear: (): void => {
      for (const formId of [...shown.keys()]) remove(formId);
    },
    /** Shows the teaser that a form has before or after it was open, unless the visitor is done with it. */
    show: (form: LiveForm, when: Teaser['display_order']): void => {
      const { teaserClosed, submitted } = memory.read(form.id);
      const teaser = form.definition.teasers?.find(
        ({ display_order: order = 'after', device_type: rule }) =>
          (order === when || order === 'before_and_after') && isForDevice(rule && [rule]),
      );
      if (!teaser || teaserClosed || submitted || shown.has(form.id)) return;
      const presses = {
        open: () => openForm(form.id),
        close: () => {
          memory.note(form.id, 'teaserClosed');
          remove(form.id);
        },
      };
      shown.set(form.id, showTeaser(form, teaser, presses));
    },
  };
};
