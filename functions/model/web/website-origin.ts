import * as v from 'valibot';

const ORIGIN = /^https:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?$/;
const LOCAL_ORIGIN = /^http:\/\/(localhost|127\.0\.0\.1)(:\d{1,5})?$/;

/** The origin of a website, or of all subdomains: `https://*.shop.example`. Plain HTTP only on this machine. */
export const WebsiteOrigin = v.pipe(
  v.string(),
  v.check(
    (text) => ORIGIN.test(text) || LOCAL_ORIGIN.test(text),
    (issue) =>
      `'${issue.input}' is not an origin. Write https://shop.example or https://*.shop.example, in lower case, without a path.`,
  ),
);

/** Whether a list of origins has this one. Browsers send origins in lower case, without the default port. */
export const includesOrigin = (origins: readonly string[], origin: string): boolean =>
  origins.some((one) => {
    const [before, after] = one.split('*');
    if (after === undefined) return one === origin;
    return origin.startsWith(before ?? '') && origin.endsWith(after) && origin.length > one.length - 1;
  });
