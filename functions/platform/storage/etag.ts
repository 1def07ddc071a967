/** An ETag without its quotes, which S3's API has and its notices have not. */
export const bareEtag = (etag: string): string => etag.replaceAll('"', '');
