const START_BYTES = 64 * 1024;
/** A buffer that grew beyond this size is not reused. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024;

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;

/**
 * Writes JSON into a buffer that grows as needed and is reused by the next request. Fields are read into variables
 * before each loop, so that V8 keeps them in registers.
 */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(START_BYTES);
  #end = 0;

  get length(): number {
    return this.#end;
  }

  reset(): void {
    this.#end = 0;
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(START_BYTES);
  }

  /** Copies what was written since the last reset. */
  copy(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#end));
  }

  ascii(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    let end = this.#end;
    for (let i = 0; i < text.length; i++) bytes[end++] = text.charCodeAt(i);
    this.#end = end;
  }

  comma(): void {
    this.#reserve(1);
    this.#bytes[this.#end++] = COMMA;
  }

  /** Writes a JSON string. */
  quoted(text: string): void {
    const { length } = text;
    this.#reserve(2 * length + 2);
    const bytes = this.#bytes;
    let end = this.#end;
    bytes[end++] = QUOTE;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code === QUOTE || code === BACKSLASH) bytes[end++] = BACKSLASH;
      else if (code < 32 || code > 126) {
        this.#end = end;
        this.#escaped(text.slice(i));
        return;
      }
      bytes[end++] = code;
    }
    bytes[end++] = QUOTE;
    this.#end = end;
  }

  /** Writes the rest of a string that needs more than backslashes, and its closing quote. */
  #escaped(rest: string): void {
    const text = JSON.stringify(rest);
    this.#reserve(3 * text.length);
    this.#end += this.#bytes.write(text.slice(1), this.#end);
  }

  #reserve(more: number): void {
    if (this.#end + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#end + more));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}
