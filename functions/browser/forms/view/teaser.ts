import type { LiveForm, Teaser } from '../definition/definition.ts';
import { element, setStyles } from './dom.ts';
import { closeButton, openShadow, placeClasses } from './frame.ts';
import { setBackground, shadowOf } from './styles.ts';
import { nodesOf } from './tree.ts';

const SIZES = { small: 80, medium: 110, large: 150, custom: undefined };

interface Presses {
  readonly open: () => void;
  readonly close: () => void;
}

/** Shows the small thing that opens a form, and returns how to remove it. */
export const showTeaser = (form: LiveForm, teaser: Teaser, { open, close }: Presses): (() => void) => {
  const { teaser_type: shape = 'rectangle', styles = {}, size } = teaser;
  const button = element('button', { type: 'button', class: 'open' }, ...nodesOf(teaser.tree));
  button.addEventListener('click', open);
  const node = element(
    'section',
    { class: `teaser ${shape} ${placeClasses(teaser.location ?? 'bottom_left')}`, 'aria-label': button.textContent },
    button,
    teaser.close_button !== false && closeButton(close, styles.close_button),
  );
  const root = openShadow(form, document.body);
  root.append(node);
  setBackground(node, styles);
  setStyles(node, {
    '--size': teaser.custom_size ?? (size && SIZES[size]),
    '--radius': styles.corner_radius,
    'box-shadow': shadowOf(styles.drop_shadow),
  });
  for (const [side, width] of Object.entries(styles.margin ?? {})) setStyles(node, { [`margin-${side}`]: width });
  const shadow = root.getRootNode();
  return () => {
    if (shadow instanceof ShadowRoot) shadow.host.remove();
  };
};
