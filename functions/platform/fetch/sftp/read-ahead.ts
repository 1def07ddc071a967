/** What servers answer in one packet, and how many of them are on their way: 2 MB, so that distance costs no time. */
const PIECE = 32_768;
const AHEAD = 64;

/** Reads a file of known size in order, with many requests on their way. */
export async function* readAhead(
  size: number,
  read: (start: number, length: number) => Promise<Buffer>,
): AsyncGenerator<Buffer> {
  const waiting: Promise<Buffer>[] = [];
  let next = 0;
  for (;;) {
    while (waiting.length < AHEAD && next < size) {
      const piece = read(next, Math.min(PIECE, size - next));
      // It is awaited later, or never if an earlier one failed.
      piece.catch(() => {});
      waiting.push(piece);
      next += PIECE;
    }
    const first = waiting.shift();
    if (!first) return;
    yield await first;
  }
}
