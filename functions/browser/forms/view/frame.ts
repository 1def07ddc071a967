import type { LiveForm } from '../definition/definition.ts';
import type { CloseButtonStyles } from '../definition/styles.ts';
import { device, isForDevice } from './device.ts';
import { element, setStyles } from './dom.ts';
import { newSheet } from './sheet.ts';
import { addTextRules, isDark, setVersionStyles } from './styles.ts';
import { texts } from './texts.ts';

export interface Frame {
  /** Where the steps are shown. */
  readonly content: HTMLElement;
  readonly remove: () => void;
}

/** Opens a shadow root of its own for a part of a form: the page's styles and the form's do not touch each other. */
export const openShadow = ({ id, definition }: LiveForm, parent: Element): HTMLElement => {
  const host = element('div', { 'data-tributary-shown': id });
  const shadow = host.attachShadow({ mode: 'open' });
  const sheet = newSheet();
  addTextRules(sheet, definition.styles ?? {});
  shadow.adoptedStyleSheets = [sheet];
  const root = element('div', {
    class: isDark(definition) ? 'root dark' : 'root',
    dir: getComputedStyle(parent).direction,
    lang: document.documentElement.lang || undefined,
  });
  shadow.append(root);
  parent.append(host);
  return root;
};

/** The cross that closes a form or a teaser. */
export const closeButton = (close: () => void, styles: CloseButtonStyles = {}): HTMLElement => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', 'M5 5l14 14M19 5L5 19');
  svg.append(path);
  const button = element(
    'button',
    { type: 'button', class: `x ${styles.position ?? ''}`, 'aria-label': texts().close },
    element('span', {}, svg),
  );
  setStyles(button, {
    '--cross': styles.color,
    '--cross-bg': styles.background_color,
    '--cross-edge': styles.outline_color,
    '--cross-size': styles.size,
    '--cross-stroke': styles.stroke,
  });
  for (const [side, width] of Object.entries(styles.margin ?? {})) setStyles(button, { [`margin-${side}`]: width });
  button.addEventListener('click', close);
  return button;
};

/** The classes of a place such as `bottom_left`. */
export const placeClasses = (location = 'bottom_right'): string => {
  const [vertical, horizontal] = location.split('_');
  return `v-${vertical} h-${horizontal}`;
};

/** Shows the frame of a form: a modal dialog, a window at the side, a banner, or a part of the page. */
export const openFrame = (form: LiveForm, parent: Element, close: () => void): Frame => {
  const { type, definition } = form;
  const { properties = {}, styles = {}, location } = definition;
  const isModal = type === 'popup' || type === 'full_screen';
  const content = element('div', { class: 'card', part: 'form' });
  if (type !== 'embed' && properties.show_close_button !== false)
    content.append(closeButton(close, styles.close_button));
  const label = properties.accessible_name || form.name || definition.steps[0]?.name || texts().form;
  const classes = {
    popup: 'popup',
    full_screen: 'full',
    flyout: `flyout ${placeClasses(location)}`,
    banner: styles.banner_styles?.scroll_with_page ? 'banner' : 'banner fixed',
    embed: 'embed',
  };
  const box = element(isModal ? 'dialog' : 'section', { class: classes[type], 'aria-label': label }, content);

  // A window at the side or a banner takes no focus away, but gives back what it got.
  const before = document.activeElement;
  const root = openShadow(form, parent);
  const shadow = root.getRootNode();
  const host = shadow instanceof ShadowRoot ? shadow.host : root;
  root.append(box);
  setVersionStyles({ root, box, card: content }, styles);
  if (type === 'banner') placeBanner(box, host, form);
  if (box instanceof HTMLDialogElement) showModal(box, close, isForDevice(properties.click_outside_to_close));
  else if (type !== 'embed')
    box.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') close();
    });
  return {
    content,
    remove: () => {
      const hadFocus = document.activeElement === host;
      if (box instanceof HTMLDialogElement) box.close();
      host.remove();
      if (hadFocus && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
  };
};

/** The browser's own modal dialog: it keeps the focus, makes the rest of the page inert, and closes by Escape. */
const showModal = (dialog: HTMLDialogElement, close: () => void, closesOutside: boolean): void => {
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    close();
  });
  // A press that began inside, such as to select a text, does not close.
  let isOutside = false;
  dialog.addEventListener('pointerdown', ({ target }) => {
    isOutside = target === dialog;
  });
  dialog.addEventListener('click', ({ target }) => {
    if (closesOutside && isOutside && target === dialog) close();
  });
  dialog.showModal();
};

const placeBanner = (box: HTMLElement, host: Element, { definition }: LiveForm): void => {
  const { banner_styles: styles = {} } = definition.styles ?? {};
  const place = (device() === 'mobile' ? styles.mobile_position : styles.desktop_position) ?? 'top';
  box.classList.add(`v-${place}`);
  if (styles.scroll_with_page && place === 'top') document.body.prepend(host);
};
