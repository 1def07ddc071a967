import { type Html, html } from '../../platform/html.ts';

/** The outcome that the icon above the title shows. */
export type State = 'done' | 'mail' | 'problem';

const paths: Readonly<Record<State, string>> = {
  done: 'M4 12.5l5.5 5.5L20 6.5',
  mail: 'M3 6h18v13H3zM3 7l9 7 9-7',
  problem: 'M12 4v10M12 19v.5',
};

/** The icon adds nothing to the title, so it is hidden from screen readers. */
export const stateIcon = (state: State): Html =>
  html`<svg class="state ${state}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${paths[state]}"/></svg>`;
