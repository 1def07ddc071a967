/** The name of a resource in sentences: `list` and `lists`. */
export interface Noun {
  readonly one: string;
  readonly many: string;
}

/** `a list`, `an import mapping`. */
export const withArticle = ({ one }: Noun): string => `${/^[aeiou]/.test(one) ? 'an' : 'a'} ${one}`;
