/** Why a feed as a whole cannot be read: nothing of it is applied. The message is for the owner of the feed. */
export class FeedError extends Error {
  override readonly name = 'FeedError';
}
