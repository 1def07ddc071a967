/** Whether an address contains the text, or matches it as a whole if it has a `*`, which stands for any text. */
const matches = (url: string, pattern: string): boolean => {
  if (!pattern.includes('*')) return url.includes(pattern);
  const [start = '', ...parts] = pattern.split('*');
  const end = parts.pop() ?? '';
  if (!url.startsWith(start)) return false;
  let at = start.length;
  for (const part of parts) {
    const found = url.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return url.length - end.length >= at && url.endsWith(end);
};

export const isUrlMeant = (
  url: string,
  allowed: readonly string[] | undefined,
  denied: readonly string[] | undefined,
): boolean => {
  const isIn = (patterns: readonly string[]): boolean => patterns.some((pattern) => matches(url, pattern));
  return (!allowed?.length || isIn(allowed)) && !isIn(denied ?? []);
};
