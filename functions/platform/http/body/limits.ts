import type { Route } from '../route.ts';

/**
 * Lambda takes an event of 6 MB (6,291,456 bytes). API Gateway hands over `application/vnd.api+json` and what is packed
 * in base64, a third longer: 4 MiB fit with headers of any length that it takes. `application/json` comes as text in
 * the event's JSON, with a backslash more for each quote, backslash and line break.
 */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Klaviyo takes 5 MB. What is packed with gzip is far smaller on its way to the function. */
const MAX_UNPACKED_BYTES = 5 * 1024 * 1024;

export interface BodyLimits {
  /** Of a body that is not packed. */
  readonly plain: number;
  readonly unpacked: number;
}

export const bodyLimits = ({ maxBodyBytes }: Pick<Route, 'maxBodyBytes'>): BodyLimits => ({
  plain: maxBodyBytes ?? MAX_BODY_BYTES,
  unpacked: maxBodyBytes ?? MAX_UNPACKED_BYTES,
});

/** What is wrong with a body that is larger, and what to do. */
export const tooLarge = ({ plain, unpacked }: BodyLimits, isPacked: boolean): string => {
  if (isPacked) return `The body has more than ${unpacked} bytes unpacked. Send fewer items in each request.`;
  const advice = 'Send fewer items in each request';
  const packed = `or the same body with Content-Encoding: gzip, which may have ${unpacked} bytes unpacked`;
  return `The body has more than ${plain} bytes. ${unpacked > plain ? `${advice}, ${packed}` : advice}.`;
};

/** The same, for the OpenAPI document. */
export const limitsText = ({ plain, unpacked }: BodyLimits): string =>
  unpacked > plain
    ? `At most ${plain} bytes, or ${unpacked} bytes uncompressed with \`Content-Encoding: gzip\`.`
    : `At most ${plain} bytes uncompressed.`;
