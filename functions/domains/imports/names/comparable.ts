/** As identifiers are compared, or more alike: full-width letters and dots of domains too. */
export const comparable = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll('。', '.');
