import { textsByLanguage } from '../../domains/consent/texts/by-language.ts';
import type { Failure } from '../../domains/consent/texts/texts.ts';
import { languageOf } from '../../model/language.ts';
import type { ErrorCode } from '../../platform/errors.ts';
import { html } from '../../platform/html.ts';
import { render } from './layout.ts';

const failures: Readonly<Record<ErrorCode, Failure>> = {
  invalid: 'unreadable',
  not_authenticated: 'notFound',
  permission_denied: 'notFound',
  not_found: 'notFound',
  method_not_allowed: 'notFound',
  duplicate_profile: 'unreadable',
  conflict: 'busy',
  erased: 'notFound',
  gone: 'notFound',
  too_large: 'tooLarge',
  unsupported_media_type: 'unreadable',
  throttled: 'tooMany',
  error: 'broken',
  unavailable: 'busy',
};

/** The page of an error, in the language of the browser. Has no shop, since the shop may be what was not found. */
export const failurePage = (code: ErrorCode, acceptLanguage: string) => {
  const language = languageOf(acceptLanguage);
  const { title, lead } = textsByLanguage[language].failed[failures[code]];
  return render({ language }, { title, content: html`<p class="lead">${lead}</p>`, state: 'problem' });
};
