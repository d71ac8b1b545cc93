# The trading screen: static files in a private bucket, which CloudFront alone may read. The page calls the REST API and
# the WebSocket API at their own addresses, which screen.json names. docs/decisions/0050 says why the APIs are not
# behind CloudFront too.
#
# Terraform makes the place and screen.json. The files are uploaded afterwards (docs/operate/deploy.md), without
# deleting those of the release before: a page that is open in a browser may still ask for them.

locals {
  screen_count = var.screen ? 1 : 0

  # Those that AWS keeps. Their ids are the same in every account.
  managed_cache_policies = {
    disabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    optimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  # Made of the ids of the APIs and not of their stages, because the functions behind a stage know this address.
  api_origin    = "https://${aws_api_gateway_rest_api.exchange.id}.execute-api.${var.aws_region}.${data.aws_partition.current.dns_suffix}"
  socket_origin = try(aws_apigatewayv2_api.socket[0].api_endpoint, "")

  screen_origins = [for distribution in aws_cloudfront_distribution.screen : "https://${coalesce(var.screen_domain, distribution.domain_name)}"]

  # The policy of src/entrypoints/server/screen-files.ts, with the addresses of the APIs.
  screen_csp = {
    default-src     = "'none'"
    script-src      = "'self'"
    style-src       = "'self'"
    img-src         = "'self' data:"
    connect-src     = "'self' ${local.api_origin} ${local.socket_origin}"
    font-src        = "'self'"
    base-uri        = "'none'"
    form-action     = "'none'"
    frame-ancestors = "'none'"
  }
}

resource "aws_cloudfront_origin_access_control" "screen" {
  count = local.screen_count

  name                              = "exchange-screen-${var.aws_region}"
  description                       = "CloudFront signs its requests to the bucket of the screen"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_response_headers_policy" "screen" {
  count = local.screen_count

  name    = "exchange-screen-${var.aws_region}"
  comment = "The headers of the trading screen"

  security_headers_config {
    content_security_policy {
      content_security_policy = join("; ", [for name, sources in local.screen_csp : "${name} ${sources}"])
      override                = true
    }
    content_type_options {
      override = true
    }
    frame_options {
      frame_option = "DENY"
      override     = true
    }
    referrer_policy {
      referrer_policy = "no-referrer"
      override        = true
    }
    strict_transport_security {
      access_control_max_age_sec = 31536000
      override                   = true
    }
  }

  # A browser asks again for everything that has no header of its own: the page, screen.json, and errors. The files
  # under assets/ have one, because their names change with their content.
  custom_headers_config {
    items {
      header   = "Cache-Control"
      value    = "no-cache"
      override = false
    }
  }
}

resource "aws_cloudfront_distribution" "screen" {
  count = local.screen_count

  comment             = "Trading screen of the bidding exchange"
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  price_class         = "PriceClass_100"
  default_root_object = "index.html"
  aliases             = var.screen_domain == null ? [] : [var.screen_domain]
  wait_for_deployment = false # it takes minutes, and nothing else needs it

  origin {
    origin_id                = "screen"
    domain_name              = aws_s3_bucket.screen[0].bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.screen[0].id
  }

  # The page and screen.json: small, and never older than the last upload.
  default_cache_behavior {
    target_origin_id           = "screen"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "redirect-to-https"
    compress                   = true
    cache_policy_id            = local.managed_cache_policies.disabled
    response_headers_policy_id = aws_cloudfront_response_headers_policy.screen[0].id
  }

  ordered_cache_behavior {
    path_pattern               = "/assets/*"
    target_origin_id           = "screen"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "redirect-to-https"
    compress                   = true
    cache_policy_id            = local.managed_cache_policies.optimized
    response_headers_policy_id = aws_cloudfront_response_headers_policy.screen[0].id
  }

  viewer_certificate {
    cloudfront_default_certificate = var.screen_domain == null
    acm_certificate_arn            = var.screen_certificate_arn
    ssl_support_method             = var.screen_domain == null ? null : "sni-only"
    minimum_protocol_version       = var.screen_domain == null ? "TLSv1" : "TLSv1.2_2021" # with its own domain CloudFront accepts no other value
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  lifecycle {
    precondition {
      condition     = var.market_data
      error_message = "The screen follows the market over the WebSocket API: screen = true needs market_data = true."
    }
    precondition {
      condition     = (var.screen_domain == null) == (var.screen_certificate_arn == null)
      error_message = "screen_domain and screen_certificate_arn are set together."
    }
  }
}

# The only configuration of the screen. Its path and shape are those of npm start.
resource "aws_s3_object" "screen_configuration" {
  count = local.screen_count

  bucket       = aws_s3_bucket.screen[0].id
  key          = "screen.json"
  content_type = "application/json"
  content = jsonencode({
    version = 1
    api     = aws_api_gateway_stage.v1.invoke_url
    socket  = one(aws_apigatewayv2_stage.socket[*].invoke_url)
  })

  depends_on = [aws_s3_bucket_versioning.kept, aws_s3_bucket_policy.bucket]
}
