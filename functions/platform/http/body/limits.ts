import type { Route } from '../route.ts';

/**
 * Lambda accepts events of 6 MB (6,291,456 bytes). API Gateway passes `application/vnd.api+json` and compressed bodies
 * in base64, which adds a third: 4 MiB fit with headers of any allowed length. It passes `application/json` as a JSON
 * string, which adds a backslash for each quote, backslash and line break.
 */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Klaviyo accepts 5 MB. A body compressed with gzip is far smaller on its way to the function. */
const MAX_UNPACKED_BYTES = 5 * 1024 * 1024;

export interface BodyLimits {
  /** The limit for uncompressed bodies. */
  readonly plain: number;
  readonly unpacked: number;
}

export const bodyLimits = ({ maxBodyBytes }: Pick<Route, 'maxBodyBytes'>): BodyLimits => ({
  plain: maxBodyBytes ?? MAX_BODY_BYTES,
  unpacked: maxBodyBytes ?? MAX_UNPACKED_BYTES,
});

/** The error text for a larger body. */
export const tooLargeText = ({ plain, unpacked }: BodyLimits, isPacked: boolean): string => {
  if (isPacked) return `The body has more than ${unpacked} bytes unpacked. Send fewer items in each request.`;
  const advice = 'Send fewer items in each request';
  const packed = `or the same body with Content-Encoding: gzip, which may have ${unpacked} bytes unpacked`;
  return `The body has more than ${plain} bytes. ${unpacked > plain ? `${advice}, ${packed}` : advice}.`;
};

/** The description of the limits for the OpenAPI document. */
export const limitsText = ({ plain, unpacked }: BodyLimits): string =>
  unpacked > plain
    ? `At most ${plain} bytes, or ${unpacked} bytes uncompressed with \`Content-Encoding: gzip\`.`
    : `At most ${plain} bytes uncompressed.`;
