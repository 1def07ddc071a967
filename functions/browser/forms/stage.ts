import type { LiveForm } from './definition/definition.ts';
import { showForm } from './form.ts';
import { openHidden } from './hidden.ts';
import type { Host } from './host/host.ts';
import { isMeant, isPaused } from './show/audience.ts';
import { openMemory } from './show/memory.ts';
import { whenDue } from './show/moment.ts';
import { openStatistics } from './submit/statistics.ts';
import { openTeasers } from './teasers.ts';
import { device } from './view/device.ts';

/** Whether it lies over the page: only one such form is shown at a time. A banner covers little. */
const covers = ({ type }: LiveForm): boolean => type !== 'banner' && type !== 'embed';

/** Decides which forms are shown, where and when. */
export const openStage = (forms: readonly LiveForm[], host: Host) => {
  const memory = openMemory(host);
  const hidden = openHidden();
  const count = openStatistics(host);
  /** How to close those that are open: embedded ones by their place. */
  const open = new Map<string | Element, () => void>();
  let stops: (() => void)[] = [];
  let isCovered = false;

  const openForm = (formId: string): void => {
    const form = forms.find(({ id }) => id === formId);
    if (!form || open.has(formId)) return;
    if (covers(form)) for (const other of forms.filter(covers)) open.get(other.id)?.();
    place(form);
  };
  const teasers = openTeasers(memory, openForm);
  const show = (form: LiveForm, parent: Element, key: string | Element): void => {
    if (open.has(key)) return;
    teasers.remove(form.id);
    isCovered ||= covers(form);
    const close = showForm(form, parent, {
      host,
      count,
      hidden: () => hidden.get(form.id),
      openForm,
      isUnique: () => memory.read(form.id).submitted === undefined,
      submitted: (listId) => {
        memory.note(form.id, 'submitted');
        if (listId) memory.join(listId);
      },
      closed: (isSubmitted) => {
        open.delete(key);
        memory.note(form.id, 'closed');
        if (!isSubmitted) teasers.show(form, 'after');
      },
    });
    open.set(key, close);
  };
  const place = (form: LiveForm): void => {
    if (form.type !== 'embed') show(form, document.body, form.id);
    else for (const parent of placesOf(form)) show(form, parent, parent);
  };
  const schedule = (form: LiveForm): void => {
    const isIdentified = host.visitor()?.token !== undefined;
    if (!isMeant(form, memory, { url: location.href, device: device(), isIdentified }) || open.has(form.id)) return;
    count('qualified', form);
    if (form.type === 'embed') place(form);
    else if (isPaused(form, memory, Date.now())) teasers.show(form, 'after');
    else {
      teasers.show(form, 'before');
      const due = (): void => {
        if (!covers(form) || !isCovered) place(form);
      };
      stops.push(whenDue(form, memory, due));
    }
  };

  return {
    openForm,
    setHiddenFields: hidden.set,
    /** A page is shown: a new one, or another path of a single-page application. */
    visit: (): void => {
      for (const stop of stops) stop();
      stops = [];
      teasers.clear();
      for (const [key] of open) if (key instanceof Element && !key.isConnected) open.delete(key);
      isCovered = forms.some((form) => covers(form) && open.has(form.id));
      memory.countPage();
      for (const form of forms) schedule(form);
    },
  };
};

const placesOf = ({ id }: LiveForm): Element[] => {
  const name = CSS.escape(id);
  return [...document.querySelectorAll(`.klaviyo-form-${name},[data-tributary-form="${name}"]`)];
};
