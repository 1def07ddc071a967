import type { Language } from './language.ts';
import type { Texts } from './texts.ts';
import { de } from './texts-de.ts';
import { en } from './texts-en.ts';

export const textsIn: Readonly<Record<Language, Texts>> = { en, de };
