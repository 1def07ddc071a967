import { withUtcOffset } from '../../model/offset-time.ts';
import type { JobView } from '../../platform/jobs/view.ts';

/**
 * The attributes that all jobs have in common. `formatTime` converts ISO times to the resource's own format. @default
 * Klaviyo's format, with an offset
 */
export const jobAttributes = (
  { createdAt, completedAt, error, progress }: JobView,
  formatTime: (iso: string) => string = withUtcOffset,
) => ({
  ...(createdAt !== undefined && { created_at: formatTime(createdAt) }),
  ...(progress && {
    total_count: progress.total,
    completed_count: progress.completed,
    ...(progress.failed !== undefined && { failed_count: progress.failed }),
    ...(progress.skipped !== undefined && { skipped_count: progress.skipped }),
  }),
  completed_at: completedAt === undefined ? null : formatTime(completedAt),
  ...(error !== undefined && { error }),
});
