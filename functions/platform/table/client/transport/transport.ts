/** Sends POST requests to one endpoint over persistent connections. */
export type Transport = (headers: string[], body: Buffer) => Promise<TransportResponse>;

export interface TransportResponse {
  readonly status: number;
  readonly text: string;
}

export interface Timeouts {
  /** Milliseconds until the last byte of the response. */
  readonly requestTimeout: number;
  readonly connectionTimeout: number;
}

/** Errors have Node's codes, or the SDK's name for a timeout. */
export type TransportFactory = (endpoint: URL, timeouts: Timeouts) => Transport;

export const MAX_CONNECTIONS = 50;

export const joinBody = (parts: readonly Buffer[]): string => {
  const [only = Buffer.alloc(0)] = parts;
  return (parts.length > 1 ? Buffer.concat(parts) : only).toString();
};

export const timeoutError = (): Error =>
  Object.assign(new Error('DynamoDB did not respond in time.'), { name: 'TimeoutError' });
