import type { Language } from '../../../model/language.ts';
import { en } from './english.ts';
import { de } from './german.ts';
import type { Texts } from './texts.ts';

export const textsByLanguage: Readonly<Record<Language, Texts>> = { en, de };
