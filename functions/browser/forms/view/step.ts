import { type Action, type Block, type Column, type Step, submits, type Version } from '../definition/definition.ts';
import { isForDevice } from './device.ts';
import { element, setStyles, webUrl } from './dom.ts';
import { type Field, fieldOf } from './fields.ts';
import { borderOf, setBackground, shadowOf, textStyles } from './styles.ts';
import { nodesOf } from './tree.ts';

export interface StepView {
  readonly step: Step;
  readonly node: HTMLElement;
  readonly fields: readonly Field[];
}

/** A press of a button or an image with an action. */
export type Press = (action: Action, block: Block) => void;

const SIZES = { small: '25%', medium: '35%', large: '50%' };

/** Builds the columns, rows and blocks of a step. */
export const buildStep = (step: Step, version: Version, press: Press): StepView => {
  const fields: Field[] = [];
  const side = version.properties?.side_image_settings;
  const columns = step.columns.filter((column) => !isPicture(column) || isForDevice(side?.device_type));
  const node = element(
    'div',
    { class: 'step', tabindex: -1 },
    ...columns.map((column) => buildColumn(column, fields, press)),
  );
  const size = SIZES[side?.size ?? 'large'];
  const isMixed = columns.some(isPicture) && !columns.every(isPicture);
  const tracks = columns.map((column) => (isMixed && isPicture(column) ? size : 'minmax(0,1fr)'));
  node.style.setProperty('--columns', tracks.join(' '));
  return { step, node, fields };
};

/** A column that has nothing but its background. */
const isPicture = ({ rows = [], styles }: Column): boolean =>
  rows.length === 0 && styles?.background_image !== undefined;

const buildColumn = (column: Column, fields: Field[], press: Press): HTMLElement => {
  const node = element('div', { class: isPicture(column) ? 'column picture' : 'column' });
  setBackground(node, column.styles ?? {});
  for (const { blocks } of column.rows ?? []) {
    const shown = blocks.filter(({ properties }) => isForDevice(properties?.display_device));
    if (shown.length > 0)
      node.append(element('div', { class: 'row' }, ...shown.map((block) => buildBlock(block, fields, press))));
  }
  return node;
};

const buildBlock = (block: Block, fields: Field[], press: Press): HTMLElement => {
  const field = fieldOf(block);
  if (field) fields.push(field);
  const node = field?.node ?? builders[block.type]?.(block, press) ?? element('div');
  const { padding = {}, background_color } = block.styles ?? {};
  setStyles(node, { 'background-color': block.type === 'button' ? undefined : background_color });
  for (const [edge, width] of Object.entries(padding)) setStyles(node, { [`padding-${edge}`]: width });
  return node;
};

const buildText = ({ tree }: Block): HTMLElement => element('div', { class: 'text' }, ...nodesOf(tree));

const buildImage = (block: Block, press: Press): HTMLElement => {
  const { properties: { image = {} } = {}, styles = {}, action } = block;
  const picture = element('img', { src: webUrl(image.src), alt: image.alt_text ?? '' });
  setStyles(picture, {
    width: typeof styles.width === 'number' ? styles.width : undefined,
    'box-shadow': shadowOf(styles.drop_shadow),
  });
  const node = element('div', {}, action ? pressable(block, action, press, 'link') : picture);
  if (action) node.firstElementChild?.append(picture);
  setStyles(node, { 'text-align': styles.horizontal_alignment });
  return node;
};

const buildButton = (block: Block, press: Press): HTMLElement => {
  const { styles = {}, properties = {}, action = { type: 'close' } } = block;
  const isQuiet = action.type === 'close' && !submits(action) && !styles.background_color;
  const button = pressable(block, action, press, isQuiet ? 'button quiet' : 'button');
  button.append(properties.label ?? '');
  setStyles(button, {
    '--b-bg': styles.background_color,
    '--b-ink': styles.color ?? styles.text_styles?.text_color,
    '--b-hover': styles.hover_background_color,
    '--b-hover-ink': styles.hover_text_color,
    '--b-radius': styles.border_styles?.radius,
    height: typeof styles.height === 'number' ? styles.height : undefined,
    border: borderOf(styles.border_styles),
    'box-shadow': shadowOf(styles.drop_shadow),
  });
  const { color: _, ...text } = textStyles(styles.text_styles);
  setStyles(button, text);
  const node = element('div', { class: styles.width === 'fit' ? 'press fit' : 'press' }, button);
  setStyles(node, { 'text-align': styles.alignment });
  return node;
};

const pressable = (block: Block, action: Action, press: Press, kind: string): HTMLButtonElement => {
  const button = element('button', { class: kind, type: submits(action) ? 'submit' : 'button', id: block.id });
  // A button that submits is pressed by the Enter key as well: the form tells.
  if (!submits(action)) button.addEventListener('click', () => press(action, block));
  return button;
};

const builders: Readonly<Record<string, (block: Block, press: Press) => HTMLElement>> = {
  html_text: buildText,
  image: buildImage,
  button: buildButton,
};
