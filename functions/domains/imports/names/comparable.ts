/** A comparable form, wider than that of identifiers: also folds full-width letters and dots of domains. */
export const comparable = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll('。', '.');
