/**
 * The trading screen on moto, which has distributions and origin access controls, but no policies of CloudFront. So the
 * response headers are planned only (check.test.ts). The policy of the bucket refuses requests without TLS, which moto
 * does not have, so screen.json is not uploaded. The rules of S3's lifecycle are left out like the others.
 */

const behavior = (lines: string) => `{
    ${lines}
    target_origin_id       = "screen"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    viewer_protocol_policy = "redirect-to-https"
    forwarded_values {
      query_string = false
      cookies {
        forward = "none"
      }
    }
  }`

export const SCREEN_OVERRIDES = `
variable "screen" {
  default = true
}

resource "aws_cloudfront_response_headers_policy" "screen" {
  count = 0
}

resource "aws_cloudfront_distribution" "screen" {
  default_cache_behavior ${behavior('')}

  ordered_cache_behavior ${behavior('path_pattern = "/assets/*"')}

  lifecycle {
    ignore_changes = [origin, viewer_certificate] # moto forgets parts of them
  }
}

resource "aws_s3_object" "screen_configuration" {
  count = 0
}

resource "aws_s3_bucket_lifecycle_configuration" "screen" {
  count = 0
}
`

/** Not deleted: the provider disables a distribution first, and then waits a minute. */
export const SCREEN_KEPT = 'aws_cloudfront_distribution.screen'
