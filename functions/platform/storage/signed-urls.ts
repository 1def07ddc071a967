import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Files } from './files.ts';

/** Loads the signer on first use: most functions create no links. */
export const openSignedUrls = (
  client: S3Client,
  { bucket: Bucket, options }: { readonly bucket: string; readonly options: S3ClientConfig },
): Pick<Files, 'downloadUrl' | 'uploadUrl'> => ({
  async downloadUrl(Key, { seconds, fileName }) {
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const ResponseContentDisposition = `attachment; filename="${fileName}"`;
    const command = new GetObjectCommand({ Bucket, Key, ResponseContentDisposition });
    return getSignedUrl(client, command, { expiresIn: seconds });
  },

  async uploadUrl(Key, { contentType, size, seconds }) {
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    // By default the signature would include the checksum of the empty body.
    const signingClient = new S3Client({ ...options, requestChecksumCalculation: 'WHEN_REQUIRED' });
    const headers = { 'content-type': contentType, 'content-length': `${size}`, 'if-none-match': '*' };
    const put = { Bucket, Key, ContentType: contentType, ContentLength: size, IfNoneMatch: '*' };
    const url = await getSignedUrl(signingClient, new PutObjectCommand(put), {
      expiresIn: seconds,
      signableHeaders: new Set(['host', ...Object.keys(headers)]),
    });
    return { method: 'PUT', url, headers };
  },
});
